import { z } from 'zod';
import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { CirceError, invalid } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { get as getPatient } from '../patients/read.ts';
import { PatientId } from '../patients/schema.ts';
import { countVisit } from '../patients/visits.ts';
import { staffCollection } from '../staff/collection.ts';
import { StaffId } from '../staff/schema.ts';
import { inLane, within, type TenantScope } from '../tenancy.ts';
import { localDate, localTime, minute, StartAt } from '../time.ts';
import { paragraph } from '../text.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { fields, TreatmentId } from '../treatments/schema.ts';
import { bookingsCollection } from './collection.ts';
import { findEverywhere } from './everywhere.ts';
import { besideNewBookings } from './place.ts';
import { BookingSource, finalStatuses, PaymentMethod, type Booking } from './schema.ts';

/** What became of an appointment that another system kept. */
export const PastBooking = z.strictObject({
  patientId: PatientId,
  treatmentId: TreatmentId,
  /** Who did it, or was to do it. */
  staffId: StaffId,
  /** Before now. */
  startAt: StartAt,
  status: z.enum(finalStatuses),
  source: BookingSource.default('online'),
  /** Rupiah; what the treatment costs today when it is left out. */
  price: fields.price.optional(),
  /** How a completed one was paid. */
  method: PaymentMethod.default('other'),
  notes: paragraph(2000).optional(),
});
export type PastBooking = z.input<typeof PastBooking>;

/**
 * Writes what another system kept: a booking that is over. It holds no time, meets no rule of the calendar and counts
 * against no month; a completed one is paid in full on its own day and counts as a visit of the patient. Patients,
 * treatments and staff may be inactive by now.
 * @throws CONFLICT_DUPLICATE with the id of the patient's booking of the same treatment at the same time
 * @throws NOT_FOUND when the patient, the treatment or the staff member does not exist
 * @throws VALIDATION also when it is not over: its start is still to come
 */
export async function importPast(clinic: TenantScope, input: PastBooking): Promise<Booking> {
  const given = parsed(PastBooking, input);
  return inLane(clinic, 'imports', () =>
    act(clinic, 'bookings.importPast', given, (inside) => importInside(inside, given)),
  );
}

async function importInside(inside: TenantScope, given: z.output<typeof PastBooking>): Promise<Booking> {
  const { treatmentId, staffId, startAt, status, source, method, notes } = given;
  const now = inside.clock();
  if (startAt >= now) throw invalid('startAt', 'This is still to come.');
  // Meets a merge of the patient, and another import of the same, on which no index stands.
  await besideNewBookings(inside);
  const patient = await getPatient(inside, given.patientId);
  const patientId = patient.id;
  const treatment = await within(inside, treatmentsCollection).get(treatmentId, 'treatment');
  await within(inside, staffCollection).get(staffId, 'staff member');
  const same = { patientId, startAt, treatmentId };
  const [there] = await findEverywhere(inside, same, { sort: { startAt: 1, id: 1 }, limit: 1 });
  if (there) {
    const message = 'This patient has a booking of this treatment at this time.';
    throw new CirceError('CONFLICT_DUPLICATE', message, { field: 'startAt', id: there.id });
  }
  const { timezone } = inside.tenant.config;
  const { durationMin, bufferBeforeMin, bufferAfterMin, name: treatmentName } = treatment;
  const { price = treatment.price } = given;
  const day = localDate(startAt, timezone);
  const paid = status === 'completed' && price > 0;
  const payment = { method, amount: price, at: startAt, localDate: day, by: inside.actor };
  const booking = await within(inside, bookingsCollection).insert({
    patientId,
    patientName: patient.name,
    staffId,
    treatmentId,
    treatmentName,
    startAt,
    endAt: new Date(startAt.getTime() + durationMin * minute),
    localDate: day,
    localTime: localTime(startAt, timezone),
    status,
    source,
    price,
    durationMin,
    bufferBeforeMin,
    bufferAfterMin,
    paymentStatus: status === 'completed' ? 'paid' : 'unpaid',
    payments: paid ? [payment] : [],
    ...(paid && { paymentMethod: method, paymentAmount: price }),
    ...(notes && { notes }),
    imported: true,
  });
  await recordChange(inside, 'bookings.importPast', bookingsCollection, undefined, booking);
  if (status === 'completed') await countVisit(inside, patientId, startAt);
  return booking;
}
