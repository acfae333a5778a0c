import { z } from 'zod';
import { bookSteps } from '../bookings/book-visit.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { besideNewBookings, takingTime } from '../bookings/place.ts';
import { aheadStatuses } from '../bookings/read.ts';
import type { Booking } from '../bookings/schema.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError, isCirceError } from '../errors.ts';
import { withoutOthers } from '../me/without-others.ts';
import { parsed } from '../parsed.ts';
import { change } from '../patients/change.ts';
import { findByTenantAndPhone } from '../patients/read.ts';
import { registerInside } from '../patients/register.ts';
import { NewPatient, type Patient, type PatientId } from '../patients/schema.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { paragraph } from '../text.ts';
import { StartAt } from '../time.ts';
import { TokenHash } from '../token-hash.ts';
import { fromOutside, PublicSteps } from './open.ts';

/** An appointment that somebody makes on the public page. */
export const PublicRequest = NewPatient.pick({ name: true, phone: true, locale: true }).extend({
  steps: PublicSteps,
  startAt: StartAt,
  notes: paragraph(500).optional(),
  /** Of a secret that whoever books keeps: by it he sees, moves and cancels the appointment, as `byLink` does. */
  tokenHash: TokenHash.optional(),
});
export type PublicRequest = z.input<typeof PublicRequest>;

/** A booking as whoever made it on the public page gets to see it: nothing of whose record it was put into. */
export type PublicBooking = Pick<
  Booking,
  | 'id'
  | 'treatmentId'
  | 'treatmentName'
  | 'staffId'
  | 'startAt'
  | 'endAt'
  | 'durationMin'
  | 'price'
  | 'status'
>;

/**
 * How many bookings of the public page can be to come for one phone number, and how many can wait to be confirmed in
 * the whole clinic: neither one visitor nor many of them fill the calendar or use up the month's bookings.
 */
const most = { ahead: 6, waiting: 100 };

/**
 * Books one treatment, or several as one visit, for whoever has this phone number: online, within the clinic's notice,
 * grid and window, and pending until the clinic confirms it. Of a phone that the clinic knows the patient is
 * taken as he is, and restored where he was inactive; of any other one a patient is registered. Nothing that comes back
 * tells which of it was done.
 * @returns the bookings, in the order of the steps
 * @throws CONFLICT_SLOT when the time is not free, with the reasons, and nobody else's booking among them
 * @throws FORBIDDEN when no more can be booked here, whatever stands against it: 6 bookings of the public page are to
 * come for this phone number, 100 of the clinic's wait to be confirmed, or it has made `maxBookings` this month
 * @throws NOT_FOUND when the clinic has no public page, or a treatment or a staff member does not exist or is inactive
 * @throws VALIDATION when the phone is no phone number, among others
 */
export async function book(clinic: TenantScope, input: PublicRequest): Promise<PublicBooking[]> {
  const given = parsed(PublicRequest, input);
  const outside = fromOutside(clinic);
  const phone = e164(given.phone, outside.tenant.config.country);
  try {
    return await withoutOthers(attempted(outside, { ...given, phone }));
  } catch (error) {
    if (isCirceError(error, 'QUOTA_EXCEEDED')) throw noMore();
    throw error;
  }
}

type Given = z.output<typeof PublicRequest>;

/** Books, once more where the desk registered the same phone number meanwhile. */
async function attempted(outside: TenantScope, given: Given): Promise<PublicBooking[]> {
  try {
    return await attempt(outside, given);
  } catch (error) {
    if (!duplicateIndex(error)?.includes('phone')) throw error;
    return attempt(outside, given);
  }
}

function attempt(outside: TenantScope, given: Given): Promise<PublicBooking[]> {
  // A secret is another one each time, so its hash says nothing of what was asked.
  const { tokenHash: _, ...asked } = given;
  return takingTime(outside, 'publicPage.book', asked, async (inside) => {
    // Of two at once with one new phone number the second finds the patient of the first.
    await besideNewBookings(inside);
    const patient = await patientOf(inside, given);
    const made = await bookFor(inside, patient, given);
    await assertFew(inside, patient.id);
    return made.map(shown);
  });
}

async function patientOf(inside: TenantScope, { name, phone, locale }: Given): Promise<Patient> {
  const known = await findByTenantAndPhone(inside, phone);
  if (!known) return registerInside(inside, { name, phone, locale });
  return known.isActive ? known : change(inside, 'patients.restore', known, { isActive: true });
}

async function bookFor(inside: TenantScope, { id: patientId }: Patient, given: Given): Promise<Booking[]> {
  const { steps, startAt, notes, name: bookedAs, tokenHash: bookedHash } = given;
  const said = { patientId, startAt, notes, bookedAs, ...(bookedHash && { bookedHash }) };
  return bookSteps(inside, { steps, ...said, source: 'online', status: 'pending' });
}

/** After the booking, which meets every other new one of this month: of two at once the second one counts the first. */
async function assertFew(inside: TenantScope, patientId: PatientId): Promise<void> {
  const toCome = { startAt: { $gte: inside.clock() }, bookedAs: { $exists: true } };
  const bookings = within(inside, bookingsCollection);
  const ahead = await bookings.count({ ...toCome, patientId, status: { $in: aheadStatuses } });
  const waiting = await bookings.count({ ...toCome, status: 'pending' });
  if (ahead > most.ahead || waiting > most.waiting) throw noMore();
}

function noMore(): CirceError<'FORBIDDEN'> {
  return new CirceError('FORBIDDEN', 'No more can be booked here for now. Please ask the clinic.', {
    needs: 'staff',
  });
}

function shown(booking: Booking): PublicBooking {
  const { id, treatmentId, treatmentName, staffId, startAt, endAt, durationMin, price, status } = booking;
  return { id, treatmentId, treatmentName, staffId, startAt, endAt, durationMin, price, status };
}
