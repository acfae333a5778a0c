import { z } from 'zod';
import { plannedIn } from '../availability/plans.ts';
import { overlaps } from '../availability/intervals.ts';
import { notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { get as getPatient } from '../patients/read.ts';
import { takeBackVisit } from '../patients/visits.ts';
import { staffCollection } from '../staff/collection.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { illegal, released, write } from './change.ts';
import { bookingsCollection } from './collection.ts';
import { occupied } from './holds.ts';
import { besideNewBookings, placed, slotTaken, takingTime } from './place.ts';
import { get } from './read.ts';
import { holdsTime, undoableFields, type Booking, type BookingId } from './schema.ts';

/** How long an act of the front desk can be undone, in minutes. */
export const undoMin = 15;

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
 * @throws ILLEGAL_TRANSITION when there is nothing to undo or it is more than 15 minutes ago
 * @throws CONFLICT_SLOT when somebody else has taken the time since, with the booking in the way
 * @throws STALE when something else was done since the revision that was seen
 */
export async function undo(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  const { revision } = parsed(Seen, seen);
  return takingTime(clinic, 'bookings.undo', { id, revision }, async (inside) => {
    const booking = await get(inside, id);
    await assertFresh(inside, 'booking', bookingsCollection, booking, revision);
    const last = booking.lastChange;
    const since = inside.clock().getTime() - (last?.at.getTime() ?? 0);
    if (!last || since > undoMin * minute) throw illegal(booking.status, 'undone');
    const state = { ...booking, ...last.before };
    const missing = undoableFields.filter((field) => last.before[field] === undefined);
    const { override } = last.before;
    const place = { staffId: state.staffId, startAt: state.startAt, ...(override && { override }) };
    const holds = holdsTime(state.status) ? placed(inside, booking, place) : undefined;
    if (holds) {
      await besideNewBookings(inside);
      await assertHere(inside, state);
      if (!holds.overlapping) await assertFree(inside, state);
    }
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

/** Nobody who was taken off the lists since gets a booking again. */
async function assertHere(inside: TenantScope, { patientId, staffId }: Booking): Promise<void> {
  const patient = await getPatient(inside, patientId);
  if (!patient.isActive) throw notFound('patient');
  const staff = await within(inside, staffCollection).get(staffId, 'staff member');
  if (!staff.isActive) throw notFound('staff member');
}

/** Names the booking in the way; that there is none is decided by the index. */
async function assertFree(inside: TenantScope, { id, staffId, startAt, localDate, ...extent }: Booking) {
  const time = occupied(startAt, extent);
  const planned = await plannedIn(inside, { from: localDate, days: 1 }, [staffId]);
  const inTheWay = planned.filter(
    (other) => other.id !== id && holdsTime(other.status) && overlaps(occupied(other.startAt, other), time),
  );
  if (inTheWay.length > 0) throw slotTaken(inTheWay.map((other) => ({ code: 'BUSY', bookingId: other.id })));
}
