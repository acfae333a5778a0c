import { z } from 'zod';
import { act } from '../act.ts';
import { treatmentsOf, visitPlan } from '../availability/visits.ts';
import { notFound } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { localDate, StartAt } from '../time.ts';
import { arrivalsAfter, movedTo } from './arrivals.ts';
import { change, illegal, released } from './change.ts';
import { bookingsCollection } from './collection.ts';
import { assertMayOverride, settledVisit } from './override.ts';
import { besideNewBookings, takingTime } from './place.ts';
import { findByVisit } from './read.ts';
import { holdsTime, Override, type Booking, type VisitId } from './schema.ts';
import { asSeen, SeenSteps } from './seen.ts';

/**
 * Confirms what is pending of a visit, in one act.
 * @returns the bookings that were confirmed, by time
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when none is pending
 * @throws STALE when somebody changed a booking since it was seen, with what changed
 */
export async function confirmVisit(
  clinic: TenantScope,
  visitId: VisitId,
  given: SeenSteps = {},
): Promise<Booking[]> {
  const { seen } = parsed(SeenSteps, given);
  return act(clinic, 'bookings.confirmVisit', { visitId, seen }, async (inside) => {
    const all = await seenVisit(inside, visitId, seen);
    const pending = all.filter(({ status }) => status === 'pending');
    if (pending.length === 0) throw illegal(all[0].status, 'confirmed');
    const whole = { at: inside.clock(), together: pending.length };
    const confirmed = [];
    for (const booking of pending) {
      const update = { $set: { status: 'confirmed' } } as const;
      confirmed.push(await change(inside, booking, 'bookings.confirmVisit', update, whole));
    }
    return confirmed;
  });
}

/**
 * Cancels what is to come of a visit, all of it or nothing. Steps that were cancelled before stay as they are.
 * @returns the bookings that were cancelled, by time
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when one of them is completed, or none is pending or confirmed
 * @throws STALE when somebody changed a booking since it was seen, with what changed
 */
export async function cancelVisit(
  clinic: TenantScope,
  visitId: VisitId,
  given: SeenSteps = {},
): Promise<Booking[]> {
  const { seen } = parsed(SeenSteps, given);
  return act(clinic, 'bookings.cancelVisit', { visitId, seen }, async (inside) => {
    const steps = toCome(await seenVisit(inside, visitId, seen), 'cancelled');
    const whole = { at: inside.clock(), together: steps.length };
    const cancelled = [];
    for (const booking of steps) {
      const update = { $set: { status: 'cancelled' }, $unset: released } as const;
      cancelled.push(await change(inside, booking, 'bookings.cancelVisit', update, whole));
    }
    return cancelled;
  });
}

/** When a visit is to begin instead. */
export const NewVisitTime = SeenSteps.extend({
  startAt: StartAt,
  /** Whoever can, instead of the same staff. */
  staffId: z.literal('any').optional(),
  override: Override.optional(),
});
export type NewVisitTime = z.input<typeof NewVisitTime>;

/**
 * Moves what is to come of a visit, all of it or nothing: the steps one after another from a new start, with the
 * durations and buffers they were booked with. An override works as in `bookVisit`; where whoever can is asked for and
 * nobody is free, a step stays with its own staff member.
 * @returns the bookings that were moved, by time
 * @throws NOT_FOUND when there is no such visit, or one of its staff is inactive and nobody else is asked for
 * @throws CONFLICT_SLOT when a step fits nowhere, with the number of the furthest one that was reached
 * @throws FORBIDDEN when somebody else than an administrator or the system asks for an override
 * @throws ILLEGAL_TRANSITION when one of them has begun or is completed, or none is pending or confirmed
 * @throws STALE when somebody changed a booking since it was seen, with what changed
 */
export async function rescheduleVisit(
  clinic: TenantScope,
  visitId: VisitId,
  input: NewVisitTime,
): Promise<Booking[]> {
  const given = parsed(NewVisitTime, input);
  assertMayOverride(clinic, given.override);
  return takingTime(clinic, 'bookings.rescheduleVisit', { visitId, ...given }, (inside) =>
    rescheduleVisitInside(inside, visitId, given),
  );
}

/** Moves a visit in a running transaction. */
export async function rescheduleVisitInside(
  inside: TenantScope,
  visitId: VisitId,
  { startAt, staffId, override, seen }: z.output<typeof NewVisitTime>,
): Promise<Booking[]> {
  const steps = toCome(await seenVisit(inside, visitId, seen), 'moved');
  if (steps.some((step) => step.startedAt)) throw illegal('started', 'moved');
  const treatments = await treatmentsOf(inside, steps, { inactiveToo: true });
  const wanted = steps.map((extent, n) => {
    return { treatment: treatments[n]!, who: staffId ?? extent.staffId, own: extent.staffId, extent };
  });
  const ids = steps.map(({ id }) => id);
  const date = localDate(startAt, inside.tenant.config.timezone);
  const plan = await visitPlan(inside, wanted, { from: date, days: 1 }, ids);
  const places = settledVisit(inside, plan.stepsOn(date), startAt, override, wanted);
  if (steps.some((step, n) => step.staffId !== places[n]!.staffId)) await besideNewBookings(inside);

  const whole = { at: inside.clock(), together: steps.length };
  const moves = steps.map((booking, n) => ({ booking, startAt: places[n]!.startAt }));
  const arrivals = await arrivalsAfter(inside, moves);
  const moved = [];
  for (const [n, step] of (await letGo(inside, steps)).entries()) {
    const update = movedTo(inside, step, places[n]!, arrivals);
    moved.push(await change(inside, step, 'bookings.rescheduleVisit', update, whole));
  }
  return moved;
}

/** Releases the time of bookings that are put elsewhere together: one may go where another is now. */
export async function letGo(inside: TenantScope, steps: readonly Booking[]): Promise<Booking[]> {
  const ids = steps.map(({ id }) => id);
  await within(inside, bookingsCollection).updateMany({ id: { $in: ids } }, { $unset: released });
  return steps.map((step) => ({ ...step, revision: step.revision + 1 }));
}

/** All of a visit, by time, as it was seen. */
async function seenVisit(
  inside: TenantScope,
  visitId: VisitId,
  seen: z.output<typeof SeenSteps>['seen'] = [],
): Promise<[Booking, ...Booking[]]> {
  const [first, ...others] = await findByVisit(inside, visitId);
  if (!first) throw notFound('visit');
  await asSeen(inside, [first, ...others], seen);
  return [first, ...others];
}

/** The bookings of a visit that are pending or confirmed. */
function toCome(all: readonly [Booking, ...Booking[]], to: string): Booking[] {
  const [first] = all;
  const done = all.find(({ status }) => status === 'completed');
  if (done) throw illegal(done.status, to);
  const left = all.filter(({ status }) => holdsTime(status));
  if (left.length === 0) throw illegal(first.status, to);
  return left;
}
