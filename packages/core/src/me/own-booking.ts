import { get } from '../bookings/read.ts';
import { holdsTime, type Booking, type BookingId } from '../bookings/schema.ts';
import { notFound } from '../errors.ts';
import type { PatientId } from '../patients/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';

/** A booking as its patient sees it: without notes, overrides and who took the money. */
export type OwnBooking = Pick<
  Booking,
  | 'id' | 'treatmentId' | 'treatmentName' | 'staffId' | 'startAt' | 'endAt' | 'localDate' | 'localTime'
  | 'durationMin' | 'status' | 'source' | 'price' | 'paymentStatus' | 'paymentAmount' | 'visitId' | 'queueNumber'
> & {
  /** Until when the patient can move or cancel it himself; left out when he cannot at all. */
  readonly changeableUntil?: Date;
}; // prettier-ignore

export function ownBookingOf(clinic: TenantScope, booking: Booking): OwnBooking {
  const { id, treatmentId, treatmentName, staffId, startAt, endAt, localDate, localTime, durationMin } = booking;
  const { status, source, price, paymentStatus, paymentAmount, visitId, queueNumber, startedAt } = booking;
  return {
    ...{ id, treatmentId, treatmentName, staffId, startAt, endAt, localDate, localTime, durationMin },
    ...{ status, source, price, paymentStatus },
    ...(paymentAmount !== undefined && { paymentAmount }),
    ...(visitId && { visitId }),
    ...(queueNumber !== undefined && { queueNumber }),
    ...(holdsTime(status) && !startedAt && { changeableUntil: changeableUntil(clinic, booking) }),
  };
} // prettier-ignore

/** The last instant at which a patient may change a booking, by the clinic's `cancelBeforeMin`. */
export function changeableUntil({ tenant }: TenantScope, { startAt }: Booking): Date {
  return new Date(startAt.getTime() - tenant.config.booking.cancelBeforeMin * minute);
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
