// Whom and what audit events are about, by name: an id says nothing to people.
import { BookingId, every, failureOf, PatientId, type AuditEvent } from '@paper-circe/api';
import { formatTime } from '#lib/format.ts';
import { everybodyAt, type ClinicApi } from './api.ts';
import { sane } from './form.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Fields that name somebody or something of another collection, alone or as a list. */
const references = ['patientId', 'staffId', 'treatmentId', 'assignedStaff', 'mergedInto'];

/** The names of everybody and everything that some events are about or refer to, by id. */
export async function namesOf(
  api: ClinicApi,
  events: readonly AuditEvent[],
  people: readonly Named[],
): Promise<Record<string, string>> {
  const ids = new Set(events.flatMap(({ documentId, changes }) => [documentId, ...referred(changes)]));
  const bookings = new Set(
    events.flatMap(({ collection, documentId }) => (collection === 'bookings' ? documentId : [])),
  );
  const [{ timezone }, patients, staff, treatments, booked] = await Promise.all([
    api.clinic.current(),
    api.patients.findByIds({ ids: [...ids.difference(bookings)].flatMap((id) => sane(PatientId, id) ?? []) }),
    everybodyAt(api),
    Array.fromAsync(every((page) => api.treatments.findByTenant(page))),
    Promise.all([...bookings].map((id) => bookingOf(api, id))),
  ]);
  const named = [...people, ...patients, ...staff, ...treatments].filter(({ id }) => ids.has(id));
  const appointments = booked.flatMap((one) =>
    one
      ? [[one.id, `${one.patientName ?? ''} · ${formatTime(one.startAt, timezone, 'day-time')}`] as const]
      : [],
  );
  return Object.fromEntries([...named.map(({ id, name }) => [id, name] as const), ...appointments]);
}

function referred(changes: AuditEvent['changes']): string[] {
  return references.flatMap((field) => {
    const { from, to } = changes[field] ?? {};
    return [from, to].flat().filter((id): id is string => typeof id === 'string');
  });
}

/** A booking of an event; undefined when it was archived since. */
async function bookingOf(api: ClinicApi, documentId: string) {
  const id = sane(BookingId, documentId);
  if (!id) return undefined;
  try {
    return await api.bookings.get({ id });
  } catch (thrown) {
    if (failureOf(thrown)?.code !== 'NOT_FOUND') throw thrown;
    return undefined;
  }
}
