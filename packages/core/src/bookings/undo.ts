import { z } from 'zod';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { illegal } from './change.ts';
import { takingTime } from './place.ts';
import { assertRecent, putBack } from './put-back.ts';
import type { Booking, BookingId } from './schema.ts';
import { getSeen } from './seen.ts';

/** What the caller saw of the booking. */
export const Seen = z.strictObject({
  /** The revision that the act to be undone made; without it the last act is undone, whoever did it. */
  revision: z.int().min(1).optional(),
});
export type Seen = z.input<typeof Seen>;

/**
 * Puts a booking back to what it was before the last act on it. The time is held again where it was released,
 * and a visit that was counted is taken back. What overlapped by permission overlaps again.
 * @throws NOT_FOUND also when its time would be held again for a patient or with a staff member who is inactive now
 * @throws ILLEGAL_TRANSITION when there is nothing to undo, it is more than 15 minutes ago, or its money was counted when
 * the day was closed since, and that was not opened again
 * @throws CONFLICT_SLOT when somebody else has taken the time since, with the booking in the way
 * @throws STALE when something else was done since the revision that was seen
 */
export async function undo(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  const { revision } = parsed(Seen, seen);
  return takingTime(clinic, 'bookings.undo', { id, revision }, async (inside) => {
    const booking = await getSeen(inside, id, revision);
    const last = booking.lastChange;
    if (!last) throw illegal(booking.status, 'undone');
    assertRecent(inside, booking, last.at);
    return putBack(inside, booking, last, 'bookings.undo');
  });
}
