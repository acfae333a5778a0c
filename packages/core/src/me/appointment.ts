// What a patient booked at once: one booking, or a visit of several. For him it is one thing, which moves and is
// cancelled as a whole, whether he comes by an account or by a link.
import type { z } from 'zod';
import { search } from '../availability/search.ts';
import { visits } from '../availability/visits.ts';
import { illegal } from '../bookings/change.ts';
import { findByVisit } from '../bookings/read.ts';
import { rescheduleInside } from '../bookings/reschedule.ts';
import { holdsTime, type Booking } from '../bookings/schema.ts';
import { cancel } from '../bookings/transitions.ts';
import { cancelVisit, NewVisitTime, rescheduleVisitInside } from '../bookings/whole-visit.ts';
import { notFound } from '../errors.ts';
import { PublicTimesSearch, type DayOfTimes } from '../public-page/offer.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';

/** The bookings that a patient made at once, by time; at least one. */
export type Appointment = readonly [Booking, ...Booking[]];

/** The whole of what a booking is part of. */
export async function appointmentOf(clinic: TenantScope, booking: Booking): Promise<Appointment> {
  const [first, ...others] = booking.visitId ? await findByVisit(clinic, booking.visitId) : [];
  return first ? [first, ...others] : [booking];
}

/**
 * The last instant at which its patient may change it, by the clinic's `cancelBeforeMin`; undefined when it is over,
 * was begun, or was cancelled.
 */
export function changeableUntil({ tenant }: TenantScope, bookings: readonly Booking[]): Date | undefined {
  const stands = bookings.filter(({ status }) => status !== 'cancelled');
  const [first] = stands;
  if (!first || stands.some(({ status, startedAt }) => !holdsTime(status) || startedAt)) return undefined;
  return new Date(first.startAt.getTime() - tenant.config.booking.cancelBeforeMin * minute);
}

/** @throws ILLEGAL_TRANSITION when its patient cannot change it, or no longer */
function assertChangeable(inside: TenantScope, appointment: Appointment, to: string): void {
  const until = changeableUntil(inside, appointment);
  if (!until) throw illegal(appointment.some(({ startedAt }) => startedAt) ? 'started' : appointment[0].status, to); // prettier-ignore
  if (inside.clock() > until) throw illegal('about to begin', to);
}

/** Where a patient moves what he booked. */
export const OwnNewTime = NewVisitTime.omit({ override: true, seen: true });
export type OwnNewTime = z.input<typeof OwnNewTime>;

/** Moves it, all of it or nothing. */
export async function moveWhole(
  inside: TenantScope,
  appointment: Appointment,
  time: z.output<typeof OwnNewTime>,
): Promise<Booking[]> {
  assertChangeable(inside, appointment, 'moved');
  const [booking] = appointment;
  if (booking.visitId) return rescheduleVisitInside(inside, booking.visitId, time);
  return [await rescheduleInside(inside, booking, time)];
}

/** Cancels it, all of it or nothing. */
export async function cancelWhole(inside: TenantScope, appointment: Appointment): Promise<Booking[]> {
  assertChangeable(inside, appointment, 'cancelled');
  const [{ id, visitId }] = appointment;
  return visitId ? cancelVisit(inside, visitId) : [await cancel(inside, id)];
}

/** On which days a patient looks for another time. */
export const MoveSearch = PublicTimesSearch.omit({ steps: true }).extend({
  /** Whoever can, instead of the same staff. */
  staffId: NewVisitTime.shape.staffId,
});
export type MoveSearch = z.input<typeof MoveSearch>;

/** The times to which it could be moved, where its own is free. */
export async function timesToMove(
  clinic: TenantScope,
  appointment: Appointment,
  { from, days, staffId }: z.output<typeof MoveSearch>,
): Promise<DayOfTimes[]> {
  const [{ id, visitId, ...booking }] = appointment;
  if (!appointment.some(({ status }) => holdsTime(status))) throw notFound('booking');
  if (!visitId) {
    const { treatmentId, staffId: own } = booking;
    const wanted = { treatmentId, staffId: staffId ?? own, from, days, moving: id };
    return (await search(clinic, wanted)).map(({ date, slots }) => ({ date, times: slots.map(justTimes) }));
  }
  const steps = appointment
    .filter(({ status }) => holdsTime(status))
    .map(({ treatmentId, staffId: own }) => ({ treatmentId, staffId: staffId ?? own }));
  const found = await visits(clinic, { steps, from, days, moving: visitId });
  return found.map(({ date, starts }) => ({ date, times: starts.map(justTimes) }));
}

const justTimes = ({ startAt, endAt }: { startAt: Date; endAt: Date }) => ({ startAt, endAt });
