import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { findByTenantAndPhone } from './read.ts';
import { NewPatient, type Patient } from './schema.ts';
import { searchKeysOf } from './search-keys.ts';
import { parsed } from '../parsed.ts';

/**
 * Adds a patient. Within a tenant the phone number tells two patients apart.
 * @throws CONFLICT_DUPLICATE when the phone is taken, with the other patient's id; he may be inactive
 * @throws VALIDATION when the phone is no phone number
 */
export async function register(clinic: TenantScope, input: NewPatient): Promise<Patient> {
  const given = parsed(NewPatient, input);
  const phone = e164(given.phone, clinic.tenant.config.country);
  try {
    return await act(clinic, 'patients.register', given, async (inside) => {
      const patient = await within(inside, patientsCollection).insert({
        name: given.name,
        phone,
        ...(given.email && { email: given.email }),
        ...(given.notes && { notes: given.notes }),
        ...(given.locale && { locale: given.locale }),
        totalVisits: 0,
        isActive: true,
        searchWords: searchKeysOf({ name: given.name, phone }),
      });
      await recordChange(inside, 'patients.register', patientsCollection, undefined, patient);
      return patient;
    });
  } catch (error) {
    if (!duplicateIndex(error)?.includes('phone')) throw error;
    throw await phoneTaken(clinic, phone);
  }
}

export async function phoneTaken(
  clinic: TenantScope,
  phone: string,
): Promise<CirceError<'CONFLICT_DUPLICATE'>> {
  const other = await findByTenantAndPhone(clinic, phone);
  const message =
    other?.isActive === false
      ? 'A patient who is no longer active has this phone number.'
      : 'Another patient has this phone number.';
  return new CirceError('CONFLICT_DUPLICATE', message, { field: 'phone', ...(other && { id: other.id }) });
}
