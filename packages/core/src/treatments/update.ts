import { z } from 'zod';
import { act } from '../act.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Revision } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { assertStaff, orNameTaken } from './add.ts';
import { change } from './change.ts';
import { treatmentsCollection } from './collection.ts';
import { endOf } from './places.ts';
import { get } from './read.ts';
import { AssignedStaff, fields, type Treatment, type TreatmentId } from './schema.ts';

/** What can be changed; an empty description is taken away. */
export const TreatmentChanges = z.strictObject({
  name: fields.name.optional(),
  category: fields.category.optional(),
  durationMin: fields.durationMin.optional(),
  price: fields.price.optional(),
  description: fields.description.optional(),
  popularity: fields.popularity.optional(),
  assignedStaff: AssignedStaff.optional(),
  bufferBeforeMin: fields.buffer.optional(),
  bufferAfterMin: fields.buffer.optional(),
  revision: Revision,
});
export type TreatmentChanges = z.input<typeof TreatmentChanges>;

/**
 * Changes a treatment for what is booked from now on: bookings keep the name, price, duration and buffers that they
 * were made with. In another category it goes to the end.
 * @throws NOT_FOUND also when an assigned staff member does not exist
 * @throws CONFLICT_DUPLICATE when the clinic has another one of the new name
 * @throws STALE when somebody changed the treatment since the revision that was seen, with what changed
 */
export async function update(
  clinic: TenantScope,
  id: TreatmentId,
  changes: TreatmentChanges,
): Promise<Treatment> {
  const given = parsed(TreatmentChanges, changes);
  return orNameTaken(
    clinic,
    () => given.name,
    () =>
      act(clinic, 'treatments.update', { id, ...given }, async (inside) => {
        const before = await get(inside, id);
        await assertFresh(inside, 'treatment', treatmentsCollection, before, given.revision);
        const { category = before.category } = given;
        const sortOrder = category === before.category ? undefined : await endOf(inside, category);
        return updateInside(inside, 'treatments.update', before, { ...given, sortOrder });
      }),
  );
}

/** What becomes of a treatment, with its place in the price list. */
export const TreatmentState = TreatmentChanges.extend({ sortOrder: z.int().optional() });

/**
 * Changes a treatment, as it was read in a running transaction.
 * @throws NOT_FOUND when an assigned staff member does not exist
 */
export async function updateInside(
  inside: TenantScope,
  action: string,
  before: Treatment,
  given: z.output<typeof TreatmentState>,
): Promise<Treatment> {
  const assignedStaff = given.assignedStaff && [...new Set(given.assignedStaff)];
  if (assignedStaff) await assertStaff(inside, assignedStaff);
  return change(inside, action, before, {
    name: given.name ?? before.name,
    category: given.category ?? before.category,
    sortOrder: given.sortOrder ?? before.sortOrder,
    durationMin: given.durationMin ?? before.durationMin,
    price: given.price ?? before.price,
    description: given.description === '' ? undefined : (given.description ?? before.description),
    popularity: given.popularity ?? before.popularity,
    assignedStaff: assignedStaff ?? before.assignedStaff,
    bufferBeforeMin: given.bufferBeforeMin ?? before.bufferBeforeMin,
    bufferAfterMin: given.bufferAfterMin ?? before.bufferAfterMin,
  });
}
