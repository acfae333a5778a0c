// What makes two bookings the same to an import: the patient, the treatment and the time.
import { CirceError } from '../errors.ts';
import { findLimit } from '../handle.ts';
import type { Patient } from '../patients/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { findEverywhere } from './everywhere.ts';
import type { Booking } from './schema.ts';

type Sameness = Pick<Booking, 'patientId' | 'treatmentId' | 'startAt'>;

export function samenessOf({ patientId, treatmentId, startAt }: Sameness): string {
  return [patientId, treatmentId, startAt.getTime()].join(' ');
}

/** The ids of the bookings of these patients at these times, in any state, by what makes two the same. */
export async function sameBookings(
  clinic: TenantScope,
  patients: readonly Patient[],
  times: readonly Date[],
): Promise<Map<string, string>> {
  const patientIds = [...new Set(patients.map(({ id }) => id))];
  const filter = { patientId: { $in: patientIds }, startAt: { $in: times } };
  const found = await findEverywhere(clinic, filter, { sort: { startAt: 1, id: 1 }, limit: findLimit });
  return new Map(found.map((one) => [samenessOf(one), one.id]));
}

/** @param id empty where the other one is a row of the same import */
export function alreadyThere(id: string): CirceError<'CONFLICT_DUPLICATE'> {
  const message = 'This patient has a booking of this treatment at this time.';
  return new CirceError('CONFLICT_DUPLICATE', message, { field: 'startAt', ...(id && { id }) });
}
