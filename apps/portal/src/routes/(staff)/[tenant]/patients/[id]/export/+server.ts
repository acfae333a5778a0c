import { error } from '@sveltejs/kit';
import { every, PatientId } from '@paper-circe/api';
import { z } from 'zod';
import { decimals } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { clinicApi, everybodyAt, refuse } from '#lib/server/api.ts';
import { csvOf } from '#lib/server/csv.ts';
import { inPath, sane } from '#lib/server/form.ts';
import type { RequestHandler } from './$types';

const Format = z.enum(['csv', 'json']);

/** All that is kept about a patient, for the patient: the record, every booking, every payment. */
export const GET: RequestHandler = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(PatientId, event.params.id);
  const format = sane(Format, event.url.searchParams.get('format'));
  if (!format) error(400, m.error_unexpected());
  try {
    const [clinic, found, staff] = await Promise.all([
      api.clinic.current(),
      api.patients.get({ id }),
      everybodyAt(api),
    ]);
    const unit = 10 ** decimals(clinic.currency);
    const names = new Map(staff.map((one) => [one.id, one.name]));
    const { name, phone, email, notes, locale, totalVisits, lastVisitAt, createdAt } = found;
    const patient = { name, phone, email, notes, locale, totalVisits, lastVisitAt, createdAt };
    const bookings = await Array.fromAsync(
      every((page) => api.bookings.findByPatient({ patientId: found.id, ...page })),
      (booking) => ({
        startAt: booking.startAt,
        endAt: booking.endAt,
        localDate: booking.localDate,
        localTime: booking.localTime,
        treatmentName: booking.treatmentName,
        staffName: names.get(booking.staffId),
        status: booking.status,
        price: booking.price / unit,
        paymentStatus: booking.paymentStatus,
        paymentAmount: booking.paymentAmount === undefined ? undefined : booking.paymentAmount / unit,
        payments: booking.payments.map(({ at, method, amount, reason }) => ({
          ...{ at, method, amount: amount / unit },
          ...(reason !== undefined && { reason }),
        })),
        notes: booking.notes,
        createdAt: booking.createdAt,
      }),
    );
    const body = format === 'csv' ? csvOf(table(patient, bookings)) : jsonOf(clinic, patient, bookings);
    return new Response(body, {
      headers: {
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
        'content-disposition': `attachment; filename="${clinic.slug}-patient-${found.id}.${format}"`,
      },
    });
  } catch (thrown) {
    refuse(event, thrown);
  }
};

type Cell = string | number | Date | undefined;
type Row = Readonly<
  Record<string, Cell | readonly { at: Date; method: string; amount: number; reason?: string }[]>
>;

function jsonOf(
  { name, timezone, currency, now }: { name: string; timezone: string; currency: string; now: Date },
  patient: Row,
  bookings: readonly Row[],
): string {
  return JSON.stringify(
    { clinic: { name, timezone, currency }, exportedAt: now, patient, bookings },
    null,
    2,
  );
}

const bookingColumns = [
  'startAt', 'endAt', 'localDate', 'localTime', 'treatmentName', 'staffName', 'status', 'price', 'paymentStatus',
  'paymentAmount', 'payments', 'notes', 'createdAt',
]; // prettier-ignore

/** A line for each booking with the patient's own data in front, and one line where there was none. */
function table(patient: Row, bookings: readonly Row[]): Cell[][] {
  const own = Object.keys(patient);
  const head = [
    ...own.map((column) => `patient.${column}`),
    ...bookingColumns.map((column) => `booking.${column}`),
  ];
  const none: Row = {};
  const lines = (bookings.length > 0 ? bookings : [none]).map((booking) => [
    ...own.map((column) => cell(patient[column])),
    ...bookingColumns.map((column) => cell(booking[column])),
  ]);
  return [head, ...lines];
}

/** Payments stand in one cell. */
function cell(value: Row[string]): Cell {
  if (!(value instanceof Object) || value instanceof Date) return value;
  return value
    .map(({ at, method, amount, reason }) =>
      [at.toISOString(), method, amount, ...(reason === undefined ? [] : [reason])].join(' '),
    )
    .join('; ');
}
