import { z } from 'zod';
import { act } from '../act.ts';
import { recordChanges, sealImported } from '../audit.ts';
import { invalid, notFound } from '../errors.ts';
import type { NewDocument } from '../handle.ts';
import { isRefused, mostRows, outcomesOf, writeFitting, type Refused, type RowOutcome } from '../outcomes.ts';
import { parsed } from '../parsed.ts';
import { byAskedId } from '../patients/read.ts';
import { PatientId, type Patient } from '../patients/schema.ts';
import { countVisits } from '../patients/visits.ts';
import { staffCollection } from '../staff/collection.ts';
import { StaffId } from '../staff/schema.ts';
import { inLane, within, type TenantScope } from '../tenancy.ts';
import { localDate, localTime, minute, StartAt } from '../time.ts';
import { paragraph } from '../text.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { fields, TreatmentId, type Treatment } from '../treatments/schema.ts';
import { bookingsCollection } from './collection.ts';
import { besideNewBookings } from './place.ts';
import { BookingSource, finalStatuses, PaymentMethod, type Booking, type BookingId } from './schema.ts';
import { alreadyThere, sameBookings, samenessOf } from './same.ts';

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
type Past = z.output<typeof PastBooking>;

/** Several of them, each with an outcome of its own. */
export const PastBookings = z.strictObject({ bookings: z.array(PastBooking).min(1).max(mostRows) });
export type PastBookings = z.input<typeof PastBookings>;

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
    act(clinic, 'bookings.importPast', given, async (inside) => {
      const [row] = await written(inside, [given]);
      if (isRefused(row!)) throw row.refused;
      return row!;
    }),
  );
}

/**
 * Writes up to 100 of them in one transaction. A row that `importPast` would refuse is refused alone, and its outcome
 * says why; the others are written.
 * @returns for each row, in their order, the id of its booking or what speaks against it
 * @throws CONFLICT_DUPLICATE only in the outcome of a row: the patient has a booking of the treatment at the time
 * @throws NOT_FOUND only in the outcome of a row: the patient, the treatment or the staff member does not exist
 */
export async function importHistory(
  clinic: TenantScope,
  input: PastBookings,
): Promise<RowOutcome<BookingId>[]> {
  const given = parsed(PastBookings, input);
  return inLane(clinic, 'imports', async () => {
    const outcomes = await act(clinic, 'bookings.importHistory', given, async (inside) =>
      outcomesOf(await written(inside, given.bookings)),
    );
    await sealImported(clinic);
    return outcomes;
  });
}

/** A number of round trips that does not grow with the rows: each is looked at in memory before any is written. */
async function written(inside: TenantScope, rows: readonly Past[]): Promise<(Booking | Refused)[]> {
  // Meets a merge of the patient, and another import of the same, on which no index stands.
  await besideNewBookings(inside);
  const known = await referredBy(inside, rows);
  const looked = rows.map((row) => documentOf(inside, known, row));
  return writeFitting(looked, async (documents) => {
    const made = await within(inside, bookingsCollection).insertMany(documents);
    const changed = made.map((after) => ({ before: undefined, after }));
    await recordChanges(inside, 'bookings.importPast', bookingsCollection, changed);
    await countVisits(inside, made.filter(({ status }) => status === 'completed')); // prettier-ignore
    return made;
  });
}

interface Known {
  readonly patients: ReadonlyMap<string, Patient>;
  readonly treatments: ReadonlyMap<string, Treatment>;
  readonly staff: ReadonlySet<string>;
  /** The ids of bookings by what makes two the same; of one that is written here, an empty one. */
  readonly bookings: Map<string, string>;
}

async function referredBy(inside: TenantScope, rows: readonly Past[]): Promise<Known> {
  const idsOf = <Id>(id: (row: Past) => Id) => [...new Set(rows.map(id))];
  const limit = mostRows;
  const patients = await byAskedId(
    inside,
    idsOf(({ patientId }) => patientId),
  );
  const treatmentIds = idsOf(({ treatmentId }) => treatmentId);
  const treatments = await within(inside, treatmentsCollection).find(
    { id: { $in: treatmentIds } },
    { limit },
  );
  const staffIds = idsOf(({ staffId }) => staffId);
  const staff = await within(inside, staffCollection).find({ id: { $in: staffIds } }, { limit });
  return {
    patients,
    treatments: new Map(treatments.map((treatment) => [treatment.id, treatment])),
    staff: new Set(staff.map(({ id }) => id)),
    bookings: await sameBookings(inside, [...patients.values()], idsOf(({ startAt }) => startAt)), // prettier-ignore
  };
}

/** The booking that a row becomes, or what speaks against it. */
function documentOf(inside: TenantScope, known: Known, row: Past): NewDocument<Booking> | Refused {
  const { staffId, startAt, status, source, method, notes } = row;
  if (startAt >= inside.clock()) return { refused: invalid('startAt', 'This is still to come.') };
  const patient = known.patients.get(row.patientId);
  if (!patient) return { refused: notFound('patient') };
  const treatment = known.treatments.get(row.treatmentId);
  if (!treatment) return { refused: notFound('treatment') };
  if (!known.staff.has(staffId)) return { refused: notFound('staff member') };
  const same = samenessOf({ patientId: patient.id, treatmentId: treatment.id, startAt });
  const there = known.bookings.get(same);
  if (there !== undefined) return { refused: alreadyThere(there) };
  known.bookings.set(same, '');
  const { timezone } = inside.tenant.config;
  const { durationMin, bufferBeforeMin, bufferAfterMin, name: treatmentName } = treatment;
  const { price = treatment.price } = row;
  const day = localDate(startAt, timezone);
  const paid = status === 'completed' && price > 0;
  const payment = { method, amount: price, at: startAt, localDate: day, by: inside.actor };
  return {
    patientId: patient.id,
    patientName: patient.name,
    staffId,
    treatmentId: treatment.id,
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
  };
}
