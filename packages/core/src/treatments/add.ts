import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError, notFound } from '../errors.ts';
import { staffCollection } from '../staff/collection.ts';
import type { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import { endOf } from './places.ts';
import { NewTreatment, type Treatment } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Adds a treatment to the price list.
 * @throws CONFLICT_DUPLICATE when the clinic has one of this name
 * @throws NOT_FOUND when an assigned staff member does not exist
 */
export async function add(clinic: TenantScope, input: NewTreatment): Promise<Treatment> {
  const { description, ...given } = parsed(NewTreatment, input);
  const assignedStaff = [...new Set(given.assignedStaff)];
  return orNameTaken(
    clinic,
    () => given.name,
    () =>
      act(clinic, 'treatments.add', { description, ...given }, async (inside) => {
        await assertStaff(inside, assignedStaff);
        const treatment = await within(inside, treatmentsCollection).insert({
          ...given,
          assignedStaff,
          ...(description && { description }),
          sortOrder: await endOf(inside, given.category),
          isActive: true,
        });
        await recordChange(inside, 'treatments.add', treatmentsCollection, undefined, treatment);
        return treatment;
      }),
  );
}

/** @throws NOT_FOUND unless all of these, each named once, are the clinic's */
export async function assertStaff(inside: TenantScope, ids: readonly StaffId[]): Promise<void> {
  const known = await within(inside, staffCollection).count({ id: { $in: ids } });
  if (known !== ids.length) throw notFound('staff member');
}

/** @throws CONFLICT_DUPLICATE when the database refuses the name, with the other treatment's id */
export async function orNameTaken(
  clinic: TenantScope,
  nameOf: () => string | undefined,
  work: () => Promise<Treatment>,
): Promise<Treatment> {
  try {
    return await work();
  } catch (error) {
    const name = nameOf();
    if (name === undefined || !duplicateIndex(error)?.includes('name')) throw error;
    const other = await within(clinic, treatmentsCollection).findOne({ name });
    const message = 'The clinic has a treatment of this name.';
    throw new CirceError('CONFLICT_DUPLICATE', message, { field: 'name', ...(other && { id: other.id }) });
  }
}
