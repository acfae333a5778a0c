import { bringingIn } from '../bookings/arrive.ts';
import { assertDayHasCome, change, illegal } from '../bookings/change.ts';
import { tickMin } from '../bookings/holds.ts';
import { takingTime } from '../bookings/place.ts';
import { move } from '../bookings/reschedule.ts';
import type { Booking, BookingId } from '../bookings/schema.ts';
import { actOnSeen, getSeen } from '../bookings/seen.ts';
import { isCirceError } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';

/**
 * Calls a waiting walk-in, also one that was skipped. The booking moves to now when its staff member is free now;
 * otherwise it keeps the time it holds and is only marked as called.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is a confirmed walk-in that was not called yet
 * @throws CONFLICT_SLOT when others take the time again and again while it is called
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function callIn(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  const { revision } = parsed(Seen, seen);
  return takingTime(clinic, 'queue.callIn', { id, revision }, async (inside) => {
    const booking = await getSeen(inside, id, revision);
    if (booking.source !== 'walk-in') throw illegal('an appointment', 'called');
    if (booking.status !== 'confirmed') throw illegal(booking.status, 'called');
    if (booking.calledAt) throw illegal('called', 'called');
    const now = inside.clock();
    const start = new Date(now.getTime() - (now.getTime() % (tickMin * minute)));
    const called = { $set: { calledAt: now }, $unset: { skippedAt: true } } as const;
    try {
      return await move(inside, booking, { startAt: start }, 'queue.callIn', called);
    } catch (error) {
      if (!isCirceError(error, 'CONFLICT_SLOT')) throw error;
      return change(inside, booking, 'queue.callIn', called);
    }
  });
}

/**
 * Passes over a walk-in who was called and did not come: it waits again, with its number, behind those who were not
 * called yet, until it is called again.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is a confirmed walk-in that was called and has not begun
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function skip(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  return actOnSeen(clinic, 'queue.skip', id, seen, async (inside, booking) => {
    if (booking.status !== 'confirmed') throw illegal(booking.status, 'skipped');
    if (booking.startedAt) throw illegal('started', 'skipped');
    if (!booking.calledAt) throw illegal('not called', 'skipped');
    return change(inside, booking, 'queue.skip', {
      $set: { skippedAt: inside.clock() },
      $unset: { calledAt: true },
    });
  });
}

/**
 * Marks that the treatment has begun, of a walk-in or of an appointment. Its patient is here: for what else he comes of a
 * visit he has arrived by it, as by `bookings.arrive`, and then it is undone by `bookings.undoVisit`.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is confirmed, has not begun, and its local day has come
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function start(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  return actOnSeen(clinic, 'queue.start', id, seen, async (inside, booking) => {
    if (booking.status !== 'confirmed') throw illegal(booking.status, 'started');
    if (booking.startedAt) throw illegal('started', 'started');
    assertDayHasCome(inside, booking, 'started');
    const at = inside.clock();
    return bringingIn(inside, booking, 'queue.start', { $set: { startedAt: at } }, { at });
  });
}
