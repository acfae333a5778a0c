import { z } from 'zod';
import { sealImported } from '../audit.ts';
import { explanationOf } from '../availability/explain.ts';
import { isRefused, outcomesOf, refusedBy, type RowOutcome } from '../outcomes.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { insertBooking } from './insert.ts';
import { settled } from './override.ts';
import { besideNewBookings, countAgainstQuota, referred, takingTime } from './place.ts';
import { alreadyThere, sameBookings, samenessOf } from './same.ts';
import { NewBooking, type Booking, type BookingId } from './schema.ts';

/** The most rows of one call: whether a time is free is looked up for each, and the desk waits meanwhile. */
const mostAppointments = 20;

/** Appointments to come that another system kept. */
export const Appointments = z.strictObject({
  bookings: z
    .array(NewBooking.omit({ override: true }))
    .min(1)
    .max(mostAppointments),
});
export type Appointments = z.input<typeof Appointments>;

/**
 * Books up to 20 appointments in one transaction, each as `book` does. One that does not fit is refused alone, and its
 * outcome says why; so is one that the patient has already, of the same treatment at the same time, cancelled or not:
 * to import again brings nothing back that the desk has dealt with.
 * @returns for each row, in their order, the id of its booking or what speaks against it
 * @throws CONFLICT_DUPLICATE only in the outcome of a row: the patient has a booking of the treatment at the time
 * @throws CONFLICT_SLOT only in the outcome of a row: its time is not free
 * @throws NOT_FOUND only in the outcome of a row: the patient, the treatment or the staff member does not exist
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month; then none is booked
 */
export async function importAppointments(
  clinic: TenantScope,
  input: Appointments,
): Promise<RowOutcome<BookingId>[]> {
  const given = parsed(Appointments, input);
  const outcomes = await takingTime(clinic, 'bookings.importAppointments', given, async (inside) => {
    // Before anything is read: of two imports of the same one starts over.
    await besideNewBookings(inside);
    const rows = [];
    for (const row of given.bookings) rows.push(await bookedInside(inside, row).catch(refusedBy));
    await countAgainstQuota(inside, rows.filter((row) => !isRefused(row)).length);
    return outcomesOf(rows);
  });
  // Behind the others who take time, not before them.
  await sealImported(clinic);
  return outcomes;
}

/** Everything that can speak against a row is looked at before it is written. */
async function bookedInside(
  inside: TenantScope,
  row: z.output<typeof Appointments>['bookings'][number],
): Promise<Booking> {
  const { treatmentId, staffId: who, startAt } = row;
  const { patient, treatment } = await referred(inside, row.patientId, treatmentId);
  const there = await sameBookings(inside, [patient], [startAt]);
  const same = there.get(samenessOf({ patientId: patient.id, treatmentId, startAt }));
  if (same !== undefined) throw alreadyThere(same);
  const explanation = await explanationOf(inside, { treatment, who }, startAt, treatment);
  const place = settled(inside, startAt, explanation, undefined);
  return insertBooking(inside, 'bookings.book', { patient, treatment, place }, row);
}
