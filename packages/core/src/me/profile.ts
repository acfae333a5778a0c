import type { z } from 'zod';
import { act } from '../act.ts';
import { parsed } from '../parsed.ts';
import { change } from '../patients/change.ts';
import type { Patient } from '../patients/schema.ts';
import { PatientChanges } from '../patients/update.ts';
import type { TenantScope } from '../tenancy.ts';
import { ownPatient } from './patient.ts';

/** What a patient sees of his record: not the notes, which the clinic keeps for itself. */
export type Profile = Pick<
  Patient,
  'id' | 'name' | 'phone' | 'email' | 'locale' | 'lastVisitAt' | 'totalVisits'
>;

/**
 * The record of the patient who acts.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export async function profile(clinic: TenantScope): Promise<Profile> {
  return profileOf(await ownPatient(clinic));
}

/**
 * What a patient changes himself; an email or a language that is empty is taken away. Name and phone are the desk's:
 * by them the clinic knows who is who, and a phone that is refused would tell who else is a patient.
 */
export const ContactChanges = PatientChanges.pick({ email: true, locale: true });
export type ContactChanges = z.input<typeof ContactChanges>;

/**
 * Changes how the patient who acts is written to.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export async function changeContact(clinic: TenantScope, changes: ContactChanges): Promise<Profile> {
  const given = parsed(ContactChanges, changes);
  return act(clinic, 'me.changeContact', given, async (inside) => {
    const before = await ownPatient(inside);
    const { email = before.email, locale = before.locale } = given;
    const fields = { email: email || undefined, locale: locale || undefined };
    return profileOf(await change(inside, 'patients.update', before, fields));
  });
}

function profileOf({ id, name, phone, email, locale, lastVisitAt, totalVisits }: Patient): Profile {
  return {
    id,
    name,
    phone,
    totalVisits,
    ...(email && { email }),
    ...(locale && { locale }),
    ...(lastVisitAt && { lastVisitAt }),
  };
}
