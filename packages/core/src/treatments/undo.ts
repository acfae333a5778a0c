import { act } from '../act.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { fieldsBefore } from '../undo-update.ts';
import { orNameTaken } from './add.ts';
import { treatmentsCollection } from './collection.ts';
import { besideOtherPlaces } from './places.ts';
import { get } from './read.ts';
import type { Treatment, TreatmentId } from './schema.ts';
import { TreatmentState, updateInside } from './update.ts';

/**
 * Puts a treatment back to what it was before the last `update`, once, with its place in the price list. What was
 * booked meanwhile stays as it was booked.
 * @param seen the revision that `update` made; without it the last one is undone, whoever made it
 * @throws NOT_FOUND also when a staff member who was assigned does not exist
 * @throws CONFLICT_DUPLICATE when the clinic has given the old name to another one since
 * @throws ILLEGAL_TRANSITION when something else than an update was done last, or it is more than 15 minutes ago
 * @throws STALE when somebody changed the treatment since the revision that was seen, with what changed
 */
export async function undo(clinic: TenantScope, id: TreatmentId, seen: Seen = {}): Promise<Treatment> {
  const { revision } = parsed(Seen, seen);
  let name: string | undefined;
  return orNameTaken(
    clinic,
    () => name,
    () =>
      act(clinic, 'treatments.undo', { id, revision }, async (inside) => {
        const treatment = await get(inside, id);
        await assertFresh(inside, 'treatment', treatmentsCollection, treatment, revision);
        const fields = await fieldsBefore(
          inside,
          'treatments.update',
          treatmentsCollection,
          'treatment',
          treatment,
        );
        const before = parsed(TreatmentState, fields);
        ({ name } = before);
        if (before.sortOrder !== undefined) await besideOtherPlaces(inside);
        return updateInside(inside, 'treatments.undo', treatment, before);
      }),
  );
}
