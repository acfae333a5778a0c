import { paged, type Page, type Paged } from '../page.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { dayClosesCollection } from './collection.ts';
import type { DayClose } from './schema.ts';

/** The days that were closed, those that were opened again with them, the latest day first. */
export function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<DayClose>> {
  const order = { field: 'date', direction: -1 } as const;
  return paged(clinic, within(clinic, dayClosesCollection), {}, order, page);
}
