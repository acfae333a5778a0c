import type { Filter } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { treatmentsCollection } from './collection.ts';
import type { Treatment, TreatmentId } from './schema.ts';

/** A clinic has at most this many treatments in one answer. */
const listLimit = 1_000;

function active(clinic: TenantScope, filter: Filter<Treatment>): Promise<Treatment[]> {
  return within(clinic, treatmentsCollection).find(
    { $and: [{ isActive: true }, filter] },
    { sort: { category: 1, name: 1 }, limit: listLimit },
  );
}

/** The tenant's active treatments, by category and name. */
export function findByTenant(clinic: TenantScope): Promise<Treatment[]> {
  return active(clinic, {});
}

/** The tenant's active treatments of one category, by name. */
export async function findByTenantAndCategory(clinic: TenantScope, category: string): Promise<Treatment[]> {
  return active(clinic, { category: parsed(SearchText, category) });
}

/** The tenant's active treatments that a staff member can perform. */
export async function findByTenantAndStaff(clinic: TenantScope, staffId: StaffId): Promise<Treatment[]> {
  return active(clinic, { assignedStaff: parsed(StaffId, staffId) });
}

/** @throws NOT_FOUND */
export async function get(clinic: TenantScope, id: TreatmentId): Promise<Treatment> {
  return within(clinic, treatmentsCollection).get(id, 'treatment');
}
