import { z } from 'zod';
import { act } from '../act.ts';
import { fitted } from '../availability/chain.ts';
import { treatmentsOf, visitPlan } from '../availability/visits.ts';
import { notFound } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { localDate, StartAt } from '../time.ts';
import { change, illegal, released } from './change.ts';
import { bookingsCollection } from './collection.ts';
import { besideNewBookings, placed, slotTaken, takingTime } from './place.ts';
import { findByVisit } from './read.ts';
import { holdsTime, type Booking, type VisitId } from './schema.ts';

/**
 * Cancels what is to come of a visit, all of it or nothing. Steps that were cancelled before stay as they are.
 * @returns the bookings that were cancelled, by time
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when one of them is completed, or none is pending or confirmed
 */
export async function cancelVisit(clinic: TenantScope, visitId: VisitId): Promise<Booking[]> {
  return act(clinic, 'bookings.cancelVisit', { visitId }, async (inside) => {
    const cancelled = [];
    for (const booking of await toCome(inside, visitId, 'cancelled')) {
      const update = { $set: { status: 'cancelled' }, $unset: released } as const;
      cancelled.push(await change(inside, booking, 'bookings.cancelVisit', update));
    }
    return cancelled;
  });
}

/** When a visit is to begin instead. */
export const NewVisitTime = z.strictObject({
  startAt: StartAt,
  /** Whoever can, instead of the same staff. */
  staffId: z.literal('any').optional(),
});
export type NewVisitTime = z.input<typeof NewVisitTime>;

/**
 * Moves what is to come of a visit, all of it or nothing: the steps one after another from a new start, with the
 * durations and buffers they were booked with.
 * @returns the bookings that were moved, by time
 * @throws NOT_FOUND when there is no such visit, or one of its staff is inactive and nobody else is asked for
 * @throws CONFLICT_SLOT when a step fits nowhere, with the number of the furthest one that was reached
 * @throws ILLEGAL_TRANSITION when one of them has begun or is completed, or none is pending or confirmed
 */
export async function rescheduleVisit(
  clinic: TenantScope,
  visitId: VisitId,
  input: NewVisitTime,
): Promise<Booking[]> {
  const given = parsed(NewVisitTime, input);
  const { startAt, staffId } = given;
  return takingTime(clinic, 'bookings.rescheduleVisit', { visitId, ...given }, async (inside) => {
    const steps = await toCome(inside, visitId, 'moved');
    if (steps.some((step) => step.startedAt)) throw illegal('started', 'moved');
    const treatments = await treatmentsOf(inside, steps, { inactiveToo: true });
    const wanted = steps.map((extent, n) => {
      return { treatment: treatments[n]!, who: staffId ?? extent.staffId, extent };
    });
    const ids = steps.map(({ id }) => id);
    const date = localDate(startAt, inside.tenant.config.timezone);
    const plan = await visitPlan(inside, wanted, { from: date, days: 1 }, ids);
    const found = fitted(plan.stepsOn(date), startAt.getTime());
    if ('reasons' in found) throw slotTaken(found.reasons());
    const { places } = found;
    if (steps.some((step, n) => step.staffId !== places[n]!.staffId)) await besideNewBookings(inside);

    // A step may go where another one is now: first all of them let go.
    await within(inside, bookingsCollection).updateMany({ id: { $in: ids } }, { $unset: released });
    const moved = [];
    for (const [n, step] of steps.entries()) {
      const before = { ...step, revision: step.revision + 1 };
      moved.push(
        await change(inside, before, 'bookings.rescheduleVisit', {
          $set: placed(inside, step, places[n]!),
          $unset: { calledAt: true },
        }),
      );
    }
    return moved;
  });
}

/** The bookings of a visit that are pending or confirmed. */
async function toCome(inside: TenantScope, visitId: VisitId, to: string): Promise<Booking[]> {
  const all = await findByVisit(inside, visitId);
  const [first] = all;
  if (!first) throw notFound('visit');
  const done = all.find(({ status }) => status === 'completed');
  if (done) throw illegal(done.status, to);
  const left = all.filter(({ status }) => holdsTime(status));
  if (left.length === 0) throw illegal(first.status, to);
  return left;
}
