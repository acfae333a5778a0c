import type { z } from 'zod';
import { bookSteps } from '../bookings/book-visit.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { takingTime } from '../bookings/place.ts';
import { NewBooking } from '../bookings/schema.ts';
import { CirceError } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { PatientId } from '../patients/schema.ts';
import { PublicSteps } from '../public-page/open.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { ownBookingsOf, type OwnBooking } from './own-booking.ts';
import { ownPatient } from './patient.ts';
import { withoutOthers } from './without-others.ts';

/** An appointment that a patient makes for himself: one treatment, or several as one visit. */
export const Request = NewBooking.pick({ startAt: true, notes: true }).extend({ steps: PublicSteps });
export type Request = z.input<typeof Request>;

/**
 * How many bookings of a patient can wait for the clinic to confirm them, and how many of a day can have been cancelled
 * again: one account neither fills a calendar nor uses up the month's bookings.
 */
const most = { pending: 8, cancelledOfADay: 8 };

/**
 * Books one treatment, or several as one visit, for the patient who acts: online, within the clinic's notice, grid and window, and pending until
 * the clinic confirms it.
 * @returns the bookings, in the order of the steps
 * @throws CONFLICT_SLOT when the time is not free, with the reasons, and nobody else's booking among them
 * @throws FORBIDDEN unless it is an active user of the role `user`, when 8 of his bookings wait to be
 * confirmed, and when he has made and cancelled more than 8 within a day
 * @throws NOT_FOUND when a treatment or a staff member does not exist or is inactive, when the account is no
 * patient's, or the patient is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function book(clinic: TenantScope, input: Request): Promise<OwnBooking[]> {
  const given = parsed(Request, input);
  const booked = takingTime(clinic, 'me.book', given, async (inside) => {
    const { id: patientId } = await ownPatient(inside);
    const bookings = await bookSteps(inside, { ...given, patientId, source: 'online', status: 'pending' });
    // After the booking, which meets every other new one of this month: of two at once the second one counts the first.
    await assertFew(inside, patientId);
    return bookings;
  });
  return ownBookingsOf(clinic, await withoutOthers(booked));
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
