import { z } from 'zod';
import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { line, paragraph, searchWords } from '../text.ts';
import { Email } from '../users/schema.ts';
import { patientsCollection } from './collection.ts';
import { phoneTaken } from './register.ts';
import type { Patient, PatientId } from './schema.ts';
import { parsed } from '../parsed.ts';

/** What can be changed; an empty email or empty notes are taken away. */
export const PatientChanges = z.strictObject({
  name: line(120).optional(),
  phone: line(30).optional(),
  email: z.union([z.literal(''), Email]).optional(),
  notes: paragraph(2000).optional(),
  /** The revision that was seen; without it the last writer wins. */
  revision: z.int().min(1).optional(),
});
export type PatientChanges = z.input<typeof PatientChanges>;

/**
 * Changes a patient's record, and a new name in the patient's bookings too.
 * @throws NOT_FOUND
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 * @throws CONFLICT_DUPLICATE when the new phone is taken, with the other patient's id
 */
export async function update(clinic: TenantScope, id: PatientId, changes: PatientChanges): Promise<Patient> {
  const given = parsed(PatientChanges, changes);
  const phone = given.phone === undefined ? undefined : e164(given.phone, clinic.tenant.config.country);
  const fields = {
    ...(given.name !== undefined && { name: given.name, searchWords: searchWords(given.name) }),
    ...(phone !== undefined && { phone }),
    ...(given.email && { email: given.email }),
    ...(given.notes && { notes: given.notes }),
  };
  const cleared = {
    ...(given.email === '' && { email: true as const }),
    ...(given.notes === '' && { notes: true as const }),
  };
  try {
    return await act(clinic, 'patients.update', { id, ...given }, async (inside) => {
      const before = await within(inside, patientsCollection).get(id, 'patient');
      await assertFresh(inside, 'patient', patientsCollection, before, given.revision);
      const after = await within(inside, patientsCollection).update(
        { id },
        { $set: fields, $unset: cleared },
      );
      if (!after) throw notFound('patient');
      if (after.name !== before.name) {
        await within(inside, bookingsCollection).updateMany(
          { patientId: id },
          { $set: { patientName: after.name } },
        );
      }
      await recordChange(inside, 'patients.update', patientsCollection, before, after);
      return after;
    });
  } catch (error) {
    if (phone === undefined || !duplicateIndex(error)?.includes('phone')) throw error;
    throw await phoneTaken(clinic, phone);
  }
}
