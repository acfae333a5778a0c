import { CirceError, notFound } from '../errors.ts';
import { get } from '../patients/read.ts';
import type { Patient } from '../patients/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { IdText } from '../text.ts';
import { usersCollection } from '../users/collection.ts';
import { UserId } from '../users/schema.ts';

/**
 * The patient of whoever acts, looked up anew each time: no function of this feature is told whose it is.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export async function ownPatient(clinic: TenantScope): Promise<Patient> {
  const { actor } = clinic;
  const isUser = actor.kind === 'user' && IdText.safeParse(actor.id).success;
  const user = isUser
    ? await within(clinic, usersCollection).findOne({ id: UserId.parse(actor.id), isActive: true })
    : undefined;
  if (user?.role !== 'user') {
    throw new CirceError('FORBIDDEN', 'This is for the accounts of patients.', { needs: 'user' });
  }
  const patient = user.patientId && (await get(clinic, user.patientId));
  if (!patient?.isActive) throw notFound('patient');
  return patient;
}
