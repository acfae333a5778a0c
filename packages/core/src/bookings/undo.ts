import { takeBackVisit } from '../patients/visits.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { illegal, released, write } from './change.ts';
import { placed, takingTime } from './place.ts';
import { get } from './read.ts';
import { holdsTime, undoableFields, type Booking, type BookingId } from './schema.ts';

/** How long an act of the front desk can be undone, in minutes. */
export const undoMin = 15;

/**
 * Puts a booking back to what it was before the last act on it. The time is held again where it was released,
 * and a visit that was counted is taken back.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when there is nothing to undo or it is more than 15 minutes ago
 * @throws CONFLICT_SLOT when somebody else has taken the time since
 */
export async function undo(clinic: TenantScope, id: BookingId): Promise<Booking> {
  return takingTime(clinic, async (inside) => {
    const booking = await get(inside, id);
    const last = booking.lastChange;
    const since = inside.clock().getTime() - (last?.at.getTime() ?? 0);
    if (!last || since > undoMin * minute) throw illegal(booking.status, 'undone');
    const state = { ...booking, ...last.before };
    const missing = undoableFields.filter((field) => last.before[field] === undefined);
    const holds = holdsTime(state.status) ? placed(inside, booking, state) : undefined;
    const after = await write(inside, booking, 'bookings.undo', {
      $set: { ...last.before, ...holds },
      $unset: {
        lastChange: true,
        ...(holds ? {} : released),
        ...Object.fromEntries(missing.map((field) => [field, true as const])),
      },
    });
    if (booking.status === 'completed' && after.status !== 'completed')
      await takeBackVisit(inside, booking.patientId);
    return after;
  });
}
