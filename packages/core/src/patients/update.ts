import { z } from 'zod';
import { act } from '../act.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { illegalState } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { e164, PhoneText } from '../phone.ts';
import { Revision } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { Email, line, Locale, paragraph } from '../text.ts';
import { change } from './change.ts';
import { patientsCollection } from './collection.ts';
import { get } from './read.ts';
import { referTo } from './references.ts';
import { phoneTaken } from './register.ts';
import { notesMax, type Patient, type PatientId } from './schema.ts';

/** What can be changed; an email, notes or a language that are empty are taken away. */
export const PatientChanges = z.strictObject({
  name: line(120).optional(),
  phone: PhoneText.optional(),
  email: z.union([z.literal(''), Email]).optional(),
  notes: paragraph(notesMax).optional(),
  locale: z.union([z.literal(''), Locale]).optional(),
  revision: Revision,
});
export type PatientChanges = z.input<typeof PatientChanges>;

/**
 * Changes a patient's record, and a new name in the patient's bookings too.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when the patient was erased
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 * @throws CONFLICT_DUPLICATE when the new phone is taken, with the other patient's id
 */
export async function update(clinic: TenantScope, id: PatientId, changes: PatientChanges): Promise<Patient> {
  const given = parsed(PatientChanges, changes);
  const phone = given.phone === undefined ? undefined : e164(given.phone, clinic.tenant.config.country);
  try {
    return await act(clinic, 'patients.update', { id, ...given }, async (inside) => {
      const before = await get(inside, id);
      await assertFresh(inside, 'patient', patientsCollection, before, given.revision);
      if (before.erasedAt) throw illegalState('patient', 'erased', 'changed');
      const name = given.name ?? before.name;
      const after = await change(inside, 'patients.update', before, {
        name,
        phone: phone ?? before.phone,
        email: given.email === '' ? undefined : (given.email ?? before.email),
        notes: given.notes === '' ? undefined : (given.notes ?? before.notes),
        locale: given.locale === '' ? undefined : (given.locale ?? before.locale),
      });
      if (name !== before.name) await referTo(inside, 'patients.update', after.id, after);
      return after;
    });
  } catch (error) {
    if (phone === undefined || !duplicateIndex(error)?.includes('phone')) throw error;
    throw await phoneTaken(clinic, phone);
  }
}
