import type { Filter } from '../handle.ts';
import { paged, type Order, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { treatmentsCollection } from './collection.ts';
import type { Treatment, TreatmentId } from './schema.ts';

function active(
  clinic: TenantScope,
  filter: Filter<Treatment>,
  page: Page,
  field: Order<Treatment>['field'] = ['sortOrder', 'category', 'name'],
): Promise<Paged<Treatment>> {
  const order = { field, direction: 1 } as const;
  return paged(clinic, within(clinic, treatmentsCollection), { isActive: true, ...filter }, order, page);
}

/** The tenant's active treatments, in the order of the price list. */
export function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<Treatment>> {
  return active(clinic, {}, page);
}

/** The tenant's active treatments of one category, in the order of the price list. */
export async function findByTenantAndCategory(
  clinic: TenantScope,
  category: string,
  page: Page = {},
): Promise<Paged<Treatment>> {
  return active(clinic, { category: parsed(SearchText, category) }, page, ['sortOrder', 'name']);
}

/** The tenant's active treatments that a staff member can perform, in the order of the price list. */
export async function findByTenantAndStaff(
  clinic: TenantScope,
  staffId: StaffId,
  page: Page = {},
): Promise<Paged<Treatment>> {
  return active(clinic, { assignedStaff: parsed(StaffId, staffId) }, page);
}

/** Those that were deactivated, by category and name. */
export function findInactive(clinic: TenantScope, page: Page = {}): Promise<Paged<Treatment>> {
  const order = { field: ['category', 'name'], direction: 1 } as const;
  return paged(clinic, within(clinic, treatmentsCollection), { isActive: false }, order, page);
}

/**
 * One treatment, active or not.
 * @throws NOT_FOUND
 */
export async function get(clinic: TenantScope, id: TreatmentId): Promise<Treatment> {
  return within(clinic, treatmentsCollection).get(id, 'treatment');
}
