import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Filter } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { staffCollection } from './collection.ts';
import { StaffId, type Staff } from './schema.ts';

/** A clinic has at most this many staff members in one answer. */
const listLimit = 500;

const StaffIds = z.array(StaffId).max(listLimit);

function active(clinic: TenantScope, filter: Filter<Staff>): Promise<Staff[]> {
  return within(clinic, staffCollection).find(
    { $and: [{ isActive: true }, filter] },
    { sort: { name: 1 }, limit: listLimit },
  );
}

/** The tenant's active staff, by name. */
export function findByTenant(clinic: TenantScope): Promise<Staff[]> {
  return active(clinic, {});
}

/** The tenant's active staff with this job, by name. */
export async function findByTenantAndRole(clinic: TenantScope, role: string): Promise<Staff[]> {
  return active(clinic, { role: parsed(SearchText, role) });
}

/** The tenant's active staff with this skill, by name. */
export async function findByTenantAndSkill(clinic: TenantScope, skill: string): Promise<Staff[]> {
  return active(clinic, { skills: parsed(SearchText, skill) });
}

/** @throws NOT_FOUND */
export async function get(clinic: TenantScope, id: StaffId): Promise<Staff> {
  return within(clinic, staffCollection).get(id, 'staff member');
}

/** The active ones of these ids. */
export async function findByIds(clinic: TenantScope, ids: readonly StaffId[]): Promise<Staff[]> {
  return active(clinic, { id: { $in: parsed(StaffIds, ids) } });
}

/**
 * The documented sample "available staff for treatment": the active staff assigned to the active treatment of
 * this name. `assignedStaff` holds strings and `_id` is an ObjectId, so the sample as printed found nobody.
 * @throws NOT_FOUND when the clinic has no such treatment
 */
export async function findAvailableForTreatment(
  clinic: TenantScope,
  treatmentName: string,
): Promise<Staff[]> {
  const treatment = await within(clinic, treatmentsCollection).findOne({
    name: parsed(SearchText, treatmentName),
    isActive: true,
  });
  if (!treatment) throw notFound('treatment');
  return findByIds(clinic, treatment.assignedStaff);
}
