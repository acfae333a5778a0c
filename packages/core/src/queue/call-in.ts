import { act } from '../act.ts';
import { assertDayHasCome, change, illegal } from '../bookings/change.ts';
import { tickMin } from '../bookings/holds.ts';
import { takingTime } from '../bookings/place.ts';
import { get } from '../bookings/read.ts';
import { move } from '../bookings/reschedule.ts';
import type { Booking, BookingId } from '../bookings/schema.ts';
import { isCirceError } from '../errors.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';

/**
 * Calls a waiting walk-in. The booking moves to now when its staff member is free now; otherwise it keeps the
 * time it holds and is only marked as called.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is a confirmed walk-in that was not called yet
 * @throws CONFLICT_SLOT when others take the time again and again while it is called
 */
export async function callIn(clinic: TenantScope, id: BookingId): Promise<Booking> {
  return takingTime(clinic, 'queue.callIn', { id }, async (inside) => {
    const booking = await get(inside, id);
    if (booking.source !== 'walk-in') throw illegal('an appointment', 'called');
    if (booking.status !== 'confirmed') throw illegal(booking.status, 'called');
    if (booking.calledAt) throw illegal('called', 'called');
    const now = inside.clock();
    const start = new Date(now.getTime() - (now.getTime() % (tickMin * minute)));
    try {
      return await move(inside, booking, { startAt: start }, 'queue.callIn', { $set: { calledAt: now } });
    } catch (error) {
      if (!isCirceError(error, 'CONFLICT_SLOT')) throw error;
      return change(inside, booking, 'queue.callIn', { $set: { calledAt: now } });
    }
  });
}

/**
 * Marks that the treatment has begun, of a walk-in or of an appointment.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is confirmed, has not begun, and its local day has come
 */
export function start(clinic: TenantScope, id: BookingId): Promise<Booking> {
  return act(clinic, 'queue.start', { id }, async (inside) => {
    const booking = await get(inside, id);
    if (booking.status !== 'confirmed') throw illegal(booking.status, 'started');
    if (booking.startedAt) throw illegal('started', 'started');
    assertDayHasCome(inside, booking, 'started');
    return change(inside, booking, 'queue.start', { $set: { startedAt: inside.clock() } });
  });
}
