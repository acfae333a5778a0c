import { act } from '../act.ts';
import { takingTime } from '../bookings/place.ts';
import type { BookingId } from '../bookings/schema.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { appointmentOf, cancelWhole, moveWhole, OwnNewTime, type Appointment } from './appointment.ts';
import { bookingOf, ownBookingsOf, type OwnBooking } from './own-booking.ts';
import { ownPatient } from './patient.ts';
import { withoutOthers } from './without-others.ts';

/**
 * Moves a booking of the patient who acts, with all of the visit that it is one of, as early as the clinic's
 * `cancelBeforeMin` asks for, to a time within its notice, grid and window. What is pending stays so, and what is
 * confirmed.
 * @returns the bookings that were moved, by time
 * @throws CONFLICT_SLOT when the new time is not free, with the reasons, and nobody else's booking among them
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws ILLEGAL_TRANSITION when it begins too soon, has begun, or is neither pending nor confirmed
 * @throws NOT_FOUND also when it is somebody else's, when the account is no patient's, or the patient is inactive
 * @throws STALE never: no revision is asked about
 */
export async function reschedule(
  clinic: TenantScope,
  id: BookingId,
  input: OwnNewTime,
): Promise<OwnBooking[]> {
  const given = parsed(OwnNewTime, input);
  const moved = takingTime(clinic, 'me.reschedule', { id, ...given }, async (inside) =>
    moveWhole(inside, await own(inside, id), given),
  );
  return ownBookingsOf(clinic, await withoutOthers(moved));
}

/**
 * Cancels a booking of the patient who acts, with all of the visit that it is one of, as early as the clinic's
 * `cancelBeforeMin` asks for.
 * @returns the bookings that were cancelled, by time
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws ILLEGAL_TRANSITION when it begins too soon, or is neither pending nor confirmed
 * @throws NOT_FOUND also when it is somebody else's, when the account is no patient's, or the patient is inactive
 * @throws STALE never: no revision is asked about
 */
export async function cancel(clinic: TenantScope, id: BookingId): Promise<OwnBooking[]> {
  return act(clinic, 'me.cancel', { id }, async (inside) =>
    ownBookingsOf(inside, await cancelWhole(inside, await own(inside, id))),
  );
}

async function own(inside: TenantScope, id: BookingId): Promise<Appointment> {
  const patient = await ownPatient(inside);
  return appointmentOf(inside, await bookingOf(inside, patient.id, id));
}
