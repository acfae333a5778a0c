import { z } from 'zod';
import { act } from '../act.ts';
import { auditEvents, recordChanges } from '../audit.ts';
import { CirceError, notFound } from '../errors.ts';
import { findLimit } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { TreatmentId, type Treatment } from '../treatments/schema.ts';
import { get } from './read.ts';
import type { StaffId } from './schema.ts';

const SomeTreatments = z.array(TreatmentId).max(1_000);

/** All that a staff member performs. */
export const PerformedTreatments = z.strictObject({
  treatmentIds: SomeTreatments,
  /** The active ones that the caller saw him perform; without them the last writer wins. */
  seen: SomeTreatments.optional(),
});
export type PerformedTreatments = z.input<typeof PerformedTreatments>;

/**
 * Says which of the clinic's active treatments a staff member performs: these, and no others.
 * @returns how many treatments changed
 * @throws NOT_FOUND when the staff member does not exist, or a treatment does not or is inactive
 * @throws STALE when he performs others now than were seen, with those, and who changed it last
 */
export async function setTreatments(
  clinic: TenantScope,
  id: StaffId,
  input: PerformedTreatments,
): Promise<number> {
  const given = parsed(PerformedTreatments, input);
  const wanted = new Set(given.treatmentIds);
  return act(clinic, 'staff.setTreatments', { id, ...given }, async (inside) => {
    await get(inside, id);
    const treatments = within(inside, treatmentsCollection);
    const performed = await treatments.find({ assignedStaff: id, isActive: true }, { limit: findLimit });
    if (given.seen) await assertSeen(inside, given.seen, performed);
    const named = await treatments.find({ id: { $in: [...wanted] }, isActive: true }, { limit: findLimit });
    if (named.length !== wanted.size) throw notFound('treatment');
    const changed = [
      ...named
        .filter(({ assignedStaff }) => !assignedStaff.includes(id))
        .map((before) => ({ before, assignedStaff: [...before.assignedStaff, id] })),
      ...performed
        .filter((treatment) => !wanted.has(treatment.id))
        .map((before) => ({ before, assignedStaff: before.assignedStaff.filter((one) => one !== id) })),
    ];
    await treatments.updateEach(
      changed.map(({ before, assignedStaff }) => ({
        filter: { id: before.id },
        update: { $set: { assignedStaff } },
      })),
    );
    const changes = changed.map(({ before, assignedStaff }) => ({
      before,
      after: { ...before, assignedStaff, revision: before.revision + 1 },
    }));
    await recordChanges(inside, 'staff.setTreatments', treatmentsCollection, changes);
    return changed.length;
  });
}

/** The most events that are looked through for who changed it last. */
const eventLimit = 200;

/** Who performs what is kept in the treatments, whose other fields are none of its business: it is compared itself. */
async function assertSeen(
  inside: TenantScope,
  seen: readonly TreatmentId[],
  performed: readonly Treatment[],
): Promise<void> {
  const [before, now] = [new Set(seen), new Set(performed.map(({ id }) => id))];
  const changed = [...before.symmetricDifference(now)];
  if (changed.length === 0) return;
  const events = await within(inside, auditEvents).find(
    { collection: treatmentsCollection.name, documentId: { $in: changed } },
    { sort: { at: -1 }, limit: eventLimit },
  );
  const last = events.find(({ changes }) => changes['assignedStaff'] ?? changes['isActive']);
  const found = last?.documentRevision ?? 1;
  throw new CirceError('STALE', 'Somebody changed what this staff member performs. Please look again.', {
    expected: found - 1,
    found,
    changes: { treatmentIds: { from: [...before], to: [...now] } },
    ...(last && { by: last.actor, at: last.at }),
  });
}
