// On the server: what patients are written whose bookings were moved or cancelled with somebody's day.
import type { Booking, Patient } from '@paper-circe/api';
import { dayLines } from '#lib/confirmation.ts';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Locale } from '#lib/paraglide/runtime.js';

type Named = Booking & { readonly staffName: string };

/**
 * The text for bookings of one patient, all of them moved or all of them cancelled, by time: in the patient's language
 * and the clinic's time.
 */
export function changeText(
  clinic: { readonly name: string; readonly timezone: string },
  patientName: string,
  bookings: readonly Named[],
  locale: Locale,
): string {
  const { name, timezone: zone } = clinic;
  const options = { locale };
  const [first] = bookings;
  if (!first) return '';
  const was = first.lastChange?.before.startAt ?? first.startAt;
  const said = { name: patientName, clinic: name, when: formatTime(was, zone, 'day-time', locale) };
  if (first.status === 'cancelled') {
    const treatment = bookings.map(({ treatmentName }) => treatmentName).join(', ');
    return [m.moved_cancelled({ ...said, treatment }, options), m.moved_find_another({}, options)].join('\n');
  }
  const days = Map.groupBy(bookings, ({ localDate }) => localDate);
  return [
    m.moved_hello(said, options),
    ...[...days.values()].flatMap((some) => dayLines(some, zone, locale)),
    m.moved_reply({}, options),
  ].join('\n');
}

/** Whom to tell what: the bookings of each patient that were moved, and those that were cancelled. */
export function toldOf(
  clinic: { readonly name: string; readonly timezone: string; readonly locale: Locale },
  bookings: readonly Named[],
  patients: readonly Patient[],
) {
  const known = new Map(patients.map((one) => [one.id, one]));
  const letters = Map.groupBy(
    bookings.toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime()),
    ({ patientId, status }) => `${patientId} ${status === 'cancelled'}`,
  );
  return [...letters.values()].flatMap((some) => {
    const patient = known.get(some[0]!.patientId);
    if (!patient) return [];
    const locale = patient.locale ?? clinic.locale;
    return {
      key: some[0]!.id,
      name: patient.name,
      phone: patient.phone,
      locale,
      isCancelled: some[0]!.status === 'cancelled',
      startAt: some[0]!.startAt,
      staffName: [...new Set(some.map(({ staffName }) => staffName))].join(', '),
      text: changeText(clinic, patient.name, some, locale),
    };
  });
}
