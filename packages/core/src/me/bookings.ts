import { pagedEverywhere } from '../bookings/everywhere.ts';
import type { Booking, BookingId } from '../bookings/schema.ts';
import type { Filter } from '../handle.ts';
import type { Page, Paged } from '../page.ts';
import type { TenantScope } from '../tenancy.ts';
import { appointmentOf } from './appointment.ts';
import { bookingOf, ownBookingOf, ownBookingsOf, type OwnBooking } from './own-booking.ts';
import { ownPatient } from './patient.ts';

/**
 * The bookings of the patient who acts that are still to begin, whatever their status, the next one first.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export function findUpcoming(clinic: TenantScope, page: Page = {}): Promise<Paged<OwnBooking>> {
  return startingIn(clinic, 'upcoming', { $gte: clinic.clock() }, 1, page);
}

/**
 * The bookings of the patient who acts that have begun, whatever their status, the latest first.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export function findPast(clinic: TenantScope, page: Page = {}): Promise<Paged<OwnBooking>> {
  return startingIn(clinic, 'past', { $lt: clinic.clock() }, -1, page);
}

async function startingIn(
  clinic: TenantScope,
  name: string,
  startAt: NonNullable<Filter<Booking>['startAt']>,
  direction: 1 | -1,
  page: Page,
): Promise<Paged<OwnBooking>> {
  const { id: patientId } = await ownPatient(clinic);
  const order = { field: 'startAt', direction } as const;
  const list = [name, patientId];
  const { items, next } = await pagedEverywhere(clinic, { patientId, startAt }, order, page, list);
  return { items: items.map((booking) => ownBookingOf(clinic, booking)), next };
}

/**
 * A booking of the patient who acts, with all of the visit that it is one of, by time.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND also when it is somebody else's, when the account is no patient's, or the patient is inactive
 */
export async function appointment(clinic: TenantScope, id: BookingId): Promise<OwnBooking[]> {
  const patient = await ownPatient(clinic);
  const booking = await bookingOf(clinic, patient.id, id);
  return ownBookingsOf(clinic, await appointmentOf(clinic, booking));
}
