import { z } from 'zod';
import { historyOf, type AuditEvent } from '../audit.ts';
import { aggregateEverywhere } from '../bookings/everywhere.ts';
import { findByPatient } from '../bookings/read.ts';
import type { Booking, BookingStatus } from '../bookings/schema.ts';
import { Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { pipeline } from '../pipeline.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { get } from './read.ts';
import type { Patient, PatientId } from './schema.ts';

/** Each of the two lists goes on after its own cursor. */
export const HistoryPage = z.strictObject({
  limit: Page.shape.limit,
  bookings: Page.shape.cursor,
  changes: Page.shape.cursor,
});
export type HistoryPage = z.input<typeof HistoryPage>;

/** What a clinic knows of a patient. */
export interface History {
  readonly patient: Patient;
  /** Duplicates that were merged into the patient. */
  readonly merged: readonly PatientId[];
  /** What came in for all of the patient's bookings, in rupiah. */
  readonly paid: number;
  readonly counts: Readonly<Record<BookingStatus, number>>;
  /** Visits and appointments with their payments, the latest start first. */
  readonly bookings: Paged<Booking>;
  /** What was changed in the patient's record and by whom, the newest first. */
  readonly changes: Paged<AuditEvent>;
}

/**
 * All that a clinic knows of a patient: visits, payments, spending and changes.
 * @throws NOT_FOUND
 * @throws VALIDATION when a cursor was not made by this list
 */
export async function history(clinic: TenantScope, id: PatientId, page: HistoryPage = {}): Promise<History> {
  const { limit, bookings, changes } = parsed(HistoryPage, page);
  const patient = await get(clinic, id);
  return {
    patient,
    merged: await mergedInto(clinic, patient.id),
    ...(await totals(clinic, patient.id)),
    bookings: await findByPatient(clinic, patient.id, { limit, cursor: bookings }),
    changes: await historyOf(clinic, patientsCollection.name, patient.id, { limit, cursor: changes }),
  };
}

/** The most merged duplicates that are named. */
const mergedLimit = 100;

async function mergedInto(clinic: TenantScope, id: PatientId): Promise<PatientId[]> {
  const merged = await within(clinic, patientsCollection).find({ mergedInto: id }, { limit: mergedLimit });
  return merged.map((one) => one.id);
}

async function totals(clinic: TenantScope, patientId: PatientId): Promise<Pick<History, 'paid' | 'counts'>> {
  const rows = await aggregateEverywhere<{ _id: BookingStatus; count: number; paid: number }>(
    clinic,
    pipeline([
      { $match: { patientId } },
      { $group: { _id: '$status', count: { $sum: 1 }, paid: { $sum: '$paymentAmount' } } },
    ]),
  );
  const counts = { pending: 0, confirmed: 0, completed: 0, cancelled: 0, 'no-show': 0 };
  for (const { _id, count } of rows) counts[_id] += count;
  return { counts, paid: rows.reduce((sum, { paid }) => sum + paid, 0) };
}
