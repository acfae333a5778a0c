import type { z } from 'zod';
import { act } from '../act.ts';
import { illegal } from '../bookings/change.ts';
import { takingTime } from '../bookings/place.ts';
import { NewTime, rescheduleInside } from '../bookings/reschedule.ts';
import type { Booking, BookingId } from '../bookings/schema.ts';
import { cancel as cancelBooking } from '../bookings/transitions.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { bookingOf, changeableUntil, ownBookingOf, type OwnBooking } from './own-booking.ts';
import { ownPatient } from './patient.ts';
import { withoutOthers } from './without-others.ts';

/** Where a patient moves his booking. */
export const OwnNewTime = NewTime.omit({ override: true });
export type OwnNewTime = z.input<typeof OwnNewTime>;

/**
 * Moves a booking of the patient who acts, as early as the clinic's `cancelBeforeMin` asks for, to a time within its
 * notice, grid and window. Its status stays.
 * @throws CONFLICT_SLOT when the new time is not free, with the reasons, and nobody else's booking among them
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws ILLEGAL_TRANSITION when it begins too soon, has begun, or is neither pending nor confirmed
 * @throws NOT_FOUND also when it is somebody else's, when the account is no patient's, or the patient is inactive
 */
export async function reschedule(clinic: TenantScope, id: BookingId, input: OwnNewTime): Promise<OwnBooking> {
  const given = parsed(OwnNewTime, input);
  const moved = takingTime(clinic, 'me.reschedule', { id, ...given }, async (inside) =>
    rescheduleInside(inside, await changeable(inside, id, 'moved'), given),
  );
  return ownBookingOf(clinic, await withoutOthers(moved));
}

/**
 * Cancels a booking of the patient who acts, as early as the clinic's `cancelBeforeMin` asks for.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws ILLEGAL_TRANSITION when it begins too soon, or is neither pending nor confirmed
 * @throws NOT_FOUND also when it is somebody else's, when the account is no patient's, or the patient is inactive
 */
export async function cancel(clinic: TenantScope, id: BookingId): Promise<OwnBooking> {
  return act(clinic, 'me.cancel', { id }, async (inside) => {
    const { id: own } = await changeable(inside, id, 'cancelled');
    return ownBookingOf(inside, await cancelBooking(inside, own));
  });
}

/** @throws ILLEGAL_TRANSITION when it is too late for a patient to change it */
async function changeable(inside: TenantScope, id: BookingId, to: string): Promise<Booking> {
  const booking = await bookingOf(inside, (await ownPatient(inside)).id, id);
  if (booking.startedAt) throw illegal('started', to);
  if (inside.clock() > changeableUntil(inside, booking)) throw illegal('about to begin', to);
  return booking;
}
