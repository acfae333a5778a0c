import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Filter } from '../handle.ts';
import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { staffCollection } from './collection.ts';
import { StaffId, type Staff } from './schema.ts';

const idsLimit = 500;
const Ids = z.array(StaffId).max(idsLimit);

function active(clinic: TenantScope, filter: Filter<Staff>, page: Page): Promise<Paged<Staff>> {
  const order = { field: 'name', direction: 1 } as const;
  return paged(clinic, within(clinic, staffCollection), { isActive: true, ...filter }, order, page);
}

/** The tenant's active staff, by name. */
export function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<Staff>> {
  return active(clinic, {}, page);
}

/** Those who were deactivated, by name. */
export function findInactive(clinic: TenantScope, page: Page = {}): Promise<Paged<Staff>> {
  const order = { field: 'name', direction: 1 } as const;
  return paged(clinic, within(clinic, staffCollection), { isActive: false }, order, page);
}

/** The tenant's active staff with this job, by name. */
export async function findByTenantAndRole(
  clinic: TenantScope,
  role: string,
  page: Page = {},
): Promise<Paged<Staff>> {
  return active(clinic, { role: parsed(SearchText, role) }, page);
}

/** The tenant's active staff with this skill, by name. */
export async function findByTenantAndSkill(
  clinic: TenantScope,
  skill: string,
  page: Page = {},
): Promise<Paged<Staff>> {
  return active(clinic, { skills: parsed(SearchText, skill) }, page);
}

/**
 * One staff member, active or not.
 * @throws NOT_FOUND
 */
export async function get(clinic: TenantScope, id: StaffId): Promise<Staff> {
  return within(clinic, staffCollection).get(id, 'staff member');
}

/** The active ones of these ids, at most 500, by name. */
export async function findByIds(clinic: TenantScope, ids: readonly StaffId[]): Promise<Staff[]> {
  return within(clinic, staffCollection).find(
    { id: { $in: parsed(Ids, ids) }, isActive: true },
    { sort: { name: 1 }, limit: idsLimit },
  );
}

/**
 * The documented sample "available staff for treatment": the active staff assigned to the active treatment of
 * this name. `assignedStaff` holds strings and `_id` is an ObjectId, so the sample as printed found nobody. Whole, by
 * name: a treatment has at most 500 staff members assigned.
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
