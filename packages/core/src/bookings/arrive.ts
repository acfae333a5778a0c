import { act } from '../act.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { assertDayHasCome, change, illegal } from './change.ts';
import type { Booking, BookingId } from './schema.ts';
import { getSeen } from './seen.ts';

/**
 * Marks that the patient of an appointment is here, and waits. A walk-in has arrived by joining the queue; a treatment
 * may begin without it.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is a confirmed appointment whose local day has come, and whose patient has
 * neither arrived nor begun
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function arrive(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, 'bookings.arrive', { id, revision }, async (inside) => {
    const booking = await getSeen(inside, id, revision);
    if (booking.source === 'walk-in') throw illegal('a walk-in', 'arrived');
    if (booking.status !== 'confirmed') throw illegal(booking.status, 'arrived');
    if (booking.startedAt) throw illegal('started', 'arrived');
    if (booking.arrivedAt) throw illegal('arrived', 'arrived');
    assertDayHasCome(inside, booking, 'arrived');
    return change(inside, booking, 'bookings.arrive', { $set: { arrivedAt: inside.clock() } });
  });
}
