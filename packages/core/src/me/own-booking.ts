import { get } from '../bookings/read.ts';
import type { Booking, BookingId } from '../bookings/schema.ts';
import { notFound } from '../errors.ts';
import type { PatientId } from '../patients/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { changeableUntil } from './appointment.ts';

/** A booking as its patient sees it: without notes, overrides and who took the money. */
export type OwnBooking = Pick<
  Booking,
  | 'id' | 'treatmentId' | 'treatmentName' | 'staffId' | 'startAt' | 'endAt' | 'localDate' | 'localTime'
  | 'durationMin' | 'status' | 'source' | 'price' | 'paymentStatus' | 'paymentAmount' | 'visitId' | 'queueNumber'
> & {
  /**
   * Until when the patient can move or cancel it himself; left out when he cannot at all. In a list it is the booking's
   * own; what is one of a visit is changed with the others, and so by what the first of them says.
   */
  readonly changeableUntil?: Date;
}; // prettier-ignore

/** @param whole what it is changed with, where that is known */
export function ownBookingOf(
  clinic: TenantScope,
  booking: Booking,
  whole: readonly Booking[] = [booking],
): OwnBooking {
  const { id, treatmentId, treatmentName, staffId, startAt, endAt, localDate, localTime, durationMin } = booking;
  const { status, source, price, paymentStatus, paymentAmount, visitId, queueNumber } = booking;
  const until = status === 'cancelled' ? undefined : changeableUntil(clinic, whole);
  return {
    ...{ id, treatmentId, treatmentName, staffId, startAt, endAt, localDate, localTime, durationMin },
    ...{ status, source, price, paymentStatus },
    ...(paymentAmount !== undefined && { paymentAmount }),
    ...(visitId && { visitId }),
    ...(queueNumber !== undefined && { queueNumber }),
    ...(until && { changeableUntil: until }),
  };
} // prettier-ignore

/** The bookings of an appointment as its patient sees them. */
export function ownBookingsOf(clinic: TenantScope, appointment: readonly Booking[]): OwnBooking[] {
  return appointment.map((booking) => ownBookingOf(clinic, booking, appointment));
}

/**
 * A booking of this patient.
 * @throws NOT_FOUND also when it is somebody else's
 */
export async function bookingOf(clinic: TenantScope, patientId: PatientId, id: BookingId): Promise<Booking> {
  const booking = await get(clinic, id);
  if (booking.patientId !== patientId) throw notFound('booking');
  return booking;
}
