import type { z } from 'zod';
import { bookInside } from '../bookings/book.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { takingTime } from '../bookings/place.ts';
import { NewBooking } from '../bookings/schema.ts';
import { CirceError } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { PatientId } from '../patients/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { ownBookingOf, type OwnBooking } from './own-booking.ts';
import { ownPatient } from './patient.ts';
import { withoutOthers } from './without-others.ts';

/** An appointment that a patient makes for himself. */
export const Request = NewBooking.pick({ treatmentId: true, startAt: true, notes: true }).extend({
  /** A staff member, or `any`, which it is when it is left out. */
  staffId: NewBooking.shape.staffId.default('any'),
});
export type Request = z.input<typeof Request>;

/**
 * How many bookings of a patient can wait for the clinic to confirm them, and how many of a day can have been cancelled
 * again: one account neither fills a calendar nor uses up the month's bookings.
 */
const most = { pending: 5, cancelledOfADay: 5 };

/**
 * Books an appointment for the patient who acts: online, within the clinic's notice, grid and window, and pending until
 * the clinic confirms it.
 * @throws CONFLICT_SLOT when the time is not free, with the reasons, and nobody else's booking among them
 * @throws FORBIDDEN unless it is an active user of the role `user`, when 5 of his bookings wait to be
 * confirmed, and when he has made and cancelled more than 5 within a day
 * @throws NOT_FOUND when the treatment or the staff member does not exist or is inactive, when the account is no
 * patient's, or the patient is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function book(clinic: TenantScope, input: Request): Promise<OwnBooking> {
  const given = parsed(Request, input);
  const booked = takingTime(clinic, 'me.book', given, async (inside) => {
    const { id: patientId } = await ownPatient(inside);
    const booking = await bookInside(inside, { ...given, patientId, source: 'online', status: 'pending' });
    // After the booking, which meets every other new one of this month: of two at once the second one counts the first.
    await assertFew(inside, patientId);
    return booking;
  });
  return ownBookingOf(clinic, await withoutOthers(booked));
}

async function assertFew(inside: TenantScope, patientId: PatientId): Promise<void> {
  const now = inside.clock();
  const dayAgo = new Date(now.getTime() - 24 * 60 * minute);
  const bookings = within(inside, bookingsCollection);
  const pending = await bookings.count({ patientId, startAt: { $gte: now }, status: 'pending' });
  const cancelled = await bookings.count({ patientId, createdAt: { $gt: dayAgo }, status: 'cancelled' });
  if (pending <= most.pending && cancelled <= most.cancelledOfADay) return;
  throw new CirceError('FORBIDDEN', 'No more can be booked here for now. Please ask the clinic.', {
    needs: 'staff',
  });
}
