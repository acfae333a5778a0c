import { z } from 'zod';
import { act } from '../act.ts';
import { recordChanges } from '../audit.ts';
import { notFound } from '../errors.ts';
import { findLimit } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { TreatmentId } from '../treatments/schema.ts';
import { get } from './read.ts';
import type { StaffId } from './schema.ts';

/** All that a staff member performs. */
export const PerformedTreatments = z.strictObject({ treatmentIds: z.array(TreatmentId).max(1_000) });
export type PerformedTreatments = z.input<typeof PerformedTreatments>;

/**
 * Says which of the clinic's active treatments a staff member performs: these, and no others.
 * @returns how many treatments changed
 * @throws NOT_FOUND when the staff member does not exist, or a treatment does not or is inactive
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
    const named = await treatments.find({ id: { $in: [...wanted] }, isActive: true }, { limit: findLimit });
    if (named.length !== wanted.size) throw notFound('treatment');
    const performed = await treatments.find({ assignedStaff: id, isActive: true }, { limit: findLimit });
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
