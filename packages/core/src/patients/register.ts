import type { z } from 'zod';
import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import type { NewDocument } from '../handle.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { findByTenantAndPhone } from './read.ts';
import { NewPatient, type Patient } from './schema.ts';
import { searchKeysOf } from './search-keys.ts';
import { parsed } from '../parsed.ts';

type Given = z.output<typeof NewPatient>;

/**
 * Adds a patient. Within a tenant the phone number tells two patients apart.
 * @throws CONFLICT_DUPLICATE when the phone is taken, with the other patient's id; he may be inactive
 * @throws VALIDATION when the phone is no phone number
 */
export async function register(clinic: TenantScope, input: NewPatient): Promise<Patient> {
  const given = parsed(NewPatient, input);
  const phone = e164(given.phone, clinic.tenant.config.country);
  try {
    return await act(clinic, 'patients.register', given, (inside) =>
      registerInside(inside, { ...given, phone }),
    );
  } catch (error) {
    if (!duplicateIndex(error)?.includes('phone')) throw error;
    throw await phoneTaken(clinic, phone);
  }
}

/** Adds a patient in a running transaction, which the database refuses where the phone is taken. */
export async function registerInside(inside: TenantScope, given: Given): Promise<Patient> {
  const patient = await within(inside, patientsCollection).insert(newDocument(given));
  await recordChange(inside, 'patients.register', patientsCollection, undefined, patient);
  return patient;
}

/** @param given with the phone in E.164 */
export function newDocument({ name, phone, email, notes, locale }: Given): NewDocument<Patient> {
  return {
    name,
    phone,
    ...(email && { email }),
    ...(notes && { notes }),
    ...(locale && { locale }),
    totalVisits: 0,
    isActive: true,
    searchWords: searchKeysOf({ name, phone }),
  };
}

export async function phoneTaken(
  clinic: TenantScope,
  phone: string,
): Promise<CirceError<'CONFLICT_DUPLICATE'>> {
  return phoneTakenBy(await findByTenantAndPhone(clinic, phone));
}

/** @param other who has it; not known yet of one that is added with this one */
export function phoneTakenBy(other: Patient | undefined): CirceError<'CONFLICT_DUPLICATE'> {
  const message =
    other?.isActive === false
      ? 'A patient who is no longer active has this phone number.'
      : 'Another patient has this phone number.';
  return new CirceError('CONFLICT_DUPLICATE', message, { field: 'phone', ...(other && { id: other.id }) });
}
