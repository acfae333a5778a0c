import { z } from 'zod';
import { notFound } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { illegal, released, write } from './change.ts';
import { takingTime } from './place.ts';
import { assertRecent, putBack } from './put-back.ts';
import { findByVisit } from './read.ts';
import type { Booking, LastChange, VisitId } from './schema.ts';
import { asSeen, OneSeen } from './seen.ts';
import { letGo } from './whole-visit.ts';

/** What the caller saw of a visit. */
export const SeenVisit = z.strictObject({
  /**
   * One of the bookings as the act to be undone answered it, which says which act that was; without it the last act on
   * the visit is undone, whoever did it.
   */
  seen: OneSeen.optional(),
});
export type SeenVisit = z.input<typeof SeenVisit>;

/**
 * Takes back the last act on a whole visit, all of it or nothing: what was moved goes back, what was cancelled is held
 * again, and what was booked is cancelled.
 * @returns the bookings that the act had changed, by time
 * @throws NOT_FOUND also when a time would be held again for a patient or with a staff member who is inactive now
 * @throws ILLEGAL_TRANSITION when the last act was none on the whole visit, when one of its bookings was changed alone
 * since, when it is more than 15 minutes ago, or when its money was counted as the day was closed since
 * @throws CONFLICT_SLOT when somebody else has taken a time since, with the booking in the way
 * @throws STALE when something else was done since the revision that was seen
 */
export async function undoVisit(
  clinic: TenantScope,
  visitId: VisitId,
  given: SeenVisit = {},
): Promise<Booking[]> {
  const { seen } = parsed(SeenVisit, given);
  return takingTime(clinic, 'bookings.undoVisit', { visitId, seen }, async (inside) => {
    const all = await findByVisit(inside, visitId);
    const [first] = all;
    if (!first) throw notFound('visit');
    if (seen) await asSeen(inside, all, [seen]);
    const last = all
      .flatMap(({ lastChange }) => lastChange ?? [])
      .toSorted(byTime)
      .at(-1);
    return last ? putAllBack(inside, all, last) : takeBooked(inside, all, first);
  });
}

function byTime(a: LastChange, b: LastChange): number {
  return a.at.getTime() - b.at.getTime();
}

async function putAllBack(
  inside: TenantScope,
  all: readonly Booking[],
  { action, at, together }: LastChange,
): Promise<Booking[]> {
  const changed = all.filter(
    ({ lastChange }) => lastChange?.action === action && lastChange.at.getTime() === at.getTime(),
  );
  const [first] = changed;
  if (!first || changed.length !== together) throw illegal('changed alone', 'undone');
  assertRecent(inside, first, at);
  const ids = changed.map(({ id }) => id);
  const before = [];
  for (const booking of await letGo(inside, changed))
    before.push(await putBack(inside, booking, booking.lastChange!, 'bookings.undoVisit', ids));
  return before.toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime());
}

/** A visit that nothing was done with since it was booked is cancelled: that it was booked stays in the audit. */
async function takeBooked(
  inside: TenantScope,
  all: readonly Booking[],
  { createdAt }: Booking,
): Promise<Booking[]> {
  const cancelled = [];
  for (const booking of all) {
    if (booking.revision > 1) throw illegal(booking.status, 'undone');
    assertRecent(inside, booking, createdAt);
    const update = { $set: { status: 'cancelled' }, $unset: released } as const;
    cancelled.push(await write(inside, booking, 'bookings.undoVisit', update));
  }
  return cancelled;
}
