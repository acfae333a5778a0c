import type { z } from 'zod';
import { explanationOf } from '../availability/explain.ts';
import type { TenantScope } from '../tenancy.ts';
import { insertBooking } from './insert.ts';
import { assertMayOverride, settled } from './override.ts';
import { countAgainstQuota, referred, takingTime } from './place.ts';
import { NewBooking, type Booking } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Books an appointment and holds its time. With an override an administrator can take a time that is not free: the
 * booking then says so, and where the staff member is busy it overlaps and holds nothing.
 * @throws CONFLICT_SLOT when the time is not free, with every reason and the booking in the way
 * @throws FORBIDDEN when somebody else than an administrator or the system asks for an override
 * @throws NOT_FOUND when the patient, the treatment or the staff member does not exist or is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function book(clinic: TenantScope, input: NewBooking): Promise<Booking> {
  const given = parsed(NewBooking, input);
  assertMayOverride(clinic, given.override, given.staffId);
  return takingTime(clinic, 'bookings.book', given, (inside) => bookInside(inside, given));
}

/** A booking to be made, and what comes with it where a stranger makes it. */
type Given = z.output<typeof NewBooking> & Pick<Booking, 'bookedAs' | 'bookedHash'>;

/** Books in a running transaction. */
export async function bookInside(inside: TenantScope, given: Given): Promise<Booking> {
  const { patientId, treatmentId, staffId: who, startAt, override } = given;
  await countAgainstQuota(inside);
  const { patient, treatment } = await referred(inside, patientId, treatmentId);
  const explanation = await explanationOf(inside, { treatment, who }, startAt, treatment);
  const place = settled(inside, startAt, explanation, override);
  return insertBooking(inside, 'bookings.book', { patient, treatment, place }, given);
}
