import { z } from 'zod';
import { Draft } from '../availability/draft.ts';
import { calendarFor, rulesFor } from '../availability/plans.ts';
import { mostDays } from '../availability/search.ts';
import { treatmentsOf } from '../availability/visits.ts';
import { invalid, type SlotReason } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { daysBetween, localDate, StartAt } from '../time.ts';
import { arrivalsAfter } from './arrivals.ts';
import { change, illegal, released } from './change.ts';
import { besideNewBookings, placed, slotTaken, takingTime } from './place.ts';
import { assertRecent, putBack } from './put-back.ts';
import { findByIds } from './read.ts';
import { movedWith } from './reschedule.ts';
import { holdsTime, type Booking } from './schema.ts';
import { asSeen, isOnce, OneSeen } from './seen.ts';
import { letGo } from './whole-visit.ts';

/** At most this many bookings are changed at once. */
const mostChanges = 100;

/** What becomes of several bookings. */
export const Rearrangement = z.strictObject({
  changes: z
    .array(
      OneSeen.extend({
        /** Where it goes, or that it is cancelled. */
        to: z.union([z.literal('cancelled'), z.strictObject({ startAt: StartAt, staffId: StaffId })]),
      }),
    )
    .min(1)
    .max(mostChanges)
    .refine(isOnce, 'Name each booking once.'),
});
export type Rearrangement = z.input<typeof Rearrangement>;

type Change = z.output<typeof Rearrangement>['changes'][number];

/**
 * Moves and cancels several bookings, of one visit or of many, all of it or nothing: one may go where another one was.
 * The times that they go to lie within 62 local days. What becomes of a call and of an arrival is
 * as in `reschedule`.
 * @returns the bookings, in the order in which they were named
 * @throws NOT_FOUND when a booking does not exist, or a staff member who shall take one does not or is inactive
 * @throws STALE when one of them was changed since it was seen
 * @throws ILLEGAL_TRANSITION unless all of them are pending or confirmed, and those that move have not begun
 * @throws CONFLICT_SLOT when a time is not free, with every reason against every one: `step` says which, from 0
 */
export async function rearrange(clinic: TenantScope, input: Rearrangement): Promise<Booking[]> {
  const { changes } = parsed(Rearrangement, input);
  return takingTime(clinic, 'bookings.rearrange', { changes }, async (inside) => {
    const before = await seenAsThey(inside, changes);
    for (const [n, { to }] of changes.entries()) assertOpen(before[n]!, to);
    await assertFree(inside, before, changes);
    if (changes.some(({ to }, n) => to !== 'cancelled' && to.staffId !== before[n]!.staffId))
      await besideNewBookings(inside);
    const whole = { at: inside.clock() };
    const moves = changes.map(({ to }, n) => ({ booking: before[n]!, ...(to !== 'cancelled' && to) }));
    const arrivals = await arrivalsAfter(inside, moves);
    const after = [];
    for (const [n, booking] of (await letGo(inside, before)).entries())
      after.push(
        await change(
          inside,
          booking,
          'bookings.rearrange',
          became(inside, booking, changes[n]!, arrivals),
          whole,
        ),
      );
    return after;
  });
}

function became(
  inside: TenantScope,
  booking: Booking,
  { to }: Change,
  arrivals: Parameters<typeof movedWith>[3],
) {
  if (to === 'cancelled') return { $set: { status: 'cancelled' }, $unset: released } as const;
  const { $set, ...rest } = movedWith(inside, booking, to.startAt, arrivals);
  return { $set: { ...placed(inside, booking, to), ...$set }, ...rest };
}

function assertOpen({ status, startedAt }: Booking, to: Change['to']): void {
  if (!holdsTime(status)) throw illegal(status, to === 'cancelled' ? to : 'moved');
  if (startedAt && to !== 'cancelled') throw illegal('started', 'moved');
}

/** Looks at every time that is asked for at once: three queries, however many they are. */
async function assertFree(
  inside: TenantScope,
  before: readonly Booking[],
  changes: readonly Change[],
): Promise<void> {
  const zone = inside.tenant.config.timezone;
  const moves = changes.flatMap(({ to }, step) => {
    if (to === 'cancelled') return [];
    return { ...to, step, booking: before[step]!, date: localDate(to.startAt, zone) };
  });
  const dates = moves.map(({ date }) => date).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return;
  const days = daysBetween(first, last) + 1;
  if (days > mostDays) throw invalid('changes', `The new times lie within ${mostDays} days.`);
  const treatments = await treatmentsOf(
    inside,
    moves.map(({ booking }) => booking),
    { inactiveToo: true },
  );
  const wanted = moves.map(({ staffId }, n) => ({ treatment: treatments[n]!, who: staffId }));
  const draft = new Draft(await calendarFor(inside, wanted, { from: first, days }), rulesFor(inside));
  draft.lift(before);
  const reasons: SlotReason[] = [];
  for (const [n, { booking, startAt, staffId, date, step }] of moves.entries()) {
    const starts = draft.starts(booking);
    for (const plan of draft.candidates(wanted[n]!, date))
      reasons.push(...starts.reasons(startAt.getTime(), plan).map((reason) => ({ ...reason, step })));
    draft.put(booking, { startAt, staffId });
  }
  if (reasons.length > 0) throw slotTaken(reasons);
}

/** What several bookings were seen as. */
export const SeenRearranged = z.strictObject({
  /** Each booking as `rearrange` answered it. */
  seen: z.array(OneSeen).min(1).max(mostChanges).refine(isOnce, 'Name each booking once.'),
});
export type SeenRearranged = z.input<typeof SeenRearranged>;

/**
 * Takes back what `rearrange` did to several bookings, all of it or nothing: what was moved goes back, and what was
 * cancelled is held again.
 * @returns the bookings, in the order in which they were named
 * @throws NOT_FOUND also when a time would be held again for a patient or with a staff member who is inactive now
 * @throws ILLEGAL_TRANSITION when it was another act, or more than 15 minutes ago
 * @throws CONFLICT_SLOT when somebody else has taken a time since, with the booking in the way
 * @throws STALE when something else was done since to one of them
 */
export async function undoRearrange(clinic: TenantScope, given: SeenRearranged): Promise<Booking[]> {
  const { seen } = parsed(SeenRearranged, given);
  return takingTime(clinic, 'bookings.undoRearrange', { seen }, async (inside) => {
    const after = await seenAsThey(inside, seen);
    const at = after[0]!.lastChange?.at.getTime();
    for (const booking of after) {
      const { lastChange: last } = booking;
      if (last?.action !== 'bookings.rearrange' || last.at.getTime() !== at)
        throw illegal('changed otherwise', 'undone');
      assertRecent(inside, booking, last.at);
    }
    const before = [];
    const ids = seen.map(({ id }) => id);
    for (const booking of await letGo(inside, after))
      before.push(await putBack(inside, booking, booking.lastChange!, 'bookings.undoRearrange', ids));
    return before;
  });
}

/** The bookings in the order in which they are named, each as it was seen. */
async function seenAsThey(
  inside: TenantScope,
  seen: readonly z.output<typeof OneSeen>[],
): Promise<Booking[]> {
  const found = await findByIds(
    inside,
    seen.map(({ id }) => id),
  );
  return asSeen(inside, found, seen);
}
