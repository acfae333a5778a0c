import { z } from 'zod';
import { explanationOf } from '../availability/explain.ts';
import { workingDay } from '../availability/hours.ts';
import { Revision } from '../revision.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { StartAt } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { arrivalsAfter, type Arrival } from './arrivals.ts';
import { change, illegal } from './change.ts';
import { assertMayOverride, settled } from './override.ts';
import { besideNewBookings, placed, takingTime } from './place.ts';
import { holdsTime, Override, type Booking, type BookingId } from './schema.ts';
import { getSeen } from './seen.ts';
import type { Update } from '../handle.ts';
import { parsed } from '../parsed.ts';

/** Where a booking is moved to. */
export const NewTime = z.strictObject({
  startAt: StartAt,
  /** Somebody else, or `any`; the same staff member when it is left out. */
  staffId: z.union([z.literal('any'), StaffId]).optional(),
  override: Override.optional(),
  revision: Revision,
});
export type NewTime = z.input<typeof NewTime>;

/**
 * Moves a booking: the old time is released and the new one held in one update. A walk-in that was called waits
 * again; moved to another day than the waiting room's, it gives back its number and is an appointment. Whoever has
 * arrived is still here at another time of the day, and not on another day nor where a step moves more than an hour away
 * from the rest of its visit; a step that moves to others of its visit for which he is here has arrived too. An override works as in `book`; moved to a free time, a booking that overlapped holds it as
 * any other.
 * @throws NOT_FOUND
 * @throws CONFLICT_SLOT when the new time is not free, with every reason and the booking in the way
 * @throws FORBIDDEN when somebody else than an administrator or the system asks for an override
 * @throws ILLEGAL_TRANSITION unless the booking is pending or confirmed, or when its treatment has begun
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function reschedule(clinic: TenantScope, id: BookingId, input: NewTime): Promise<Booking> {
  const given = parsed(NewTime, input);
  assertMayOverride(clinic, given.override, given.staffId ?? id);
  return takingTime(clinic, 'bookings.reschedule', { id, ...given }, async (inside) => {
    const booking = await getSeen(inside, id, given.revision);
    return rescheduleInside(inside, booking, given);
  });
}

/** Moves a booking, as it was read in a running transaction. */
export async function rescheduleInside(
  inside: TenantScope,
  booking: Booking,
  given: z.output<typeof NewTime>,
): Promise<Booking> {
  if (!holdsTime(booking.status)) throw illegal(booking.status, 'moved');
  if (booking.startedAt) throw illegal('started', 'moved');
  const arrivals = await arrivalsAfter(inside, [{ booking, startAt: given.startAt }]);
  const moved = movedWith(inside, booking, given.startAt, arrivals);
  return move(inside, booking, given, 'bookings.reschedule', moved);
}

/** What else becomes of a booking that moves: whoever was called waits again, and keeps the number of that day alone. */
export function movedWith(
  inside: TenantScope,
  booking: Booking,
  startAt: Date,
  arrivals: ReadonlyMap<BookingId, Arrival>,
): Pick<Update<Booking>, '$set' | '$unset'> {
  const waits = booking.queueNumber === undefined || staysInQueue(inside, booking.startAt, startAt);
  const { $set, $unset } = arrivals.get(booking.id) ?? {};
  return {
    $set: { ...$set, ...(!waits && { source: 'online' }) },
    $unset: { ...$unset, calledAt: true, skippedAt: true, ...(!waits && { queueNumber: true }) },
  };
}

/** The number on a ticket is worth something in the waiting room of its day, and on another day it is somebody else's. */
function staysInQueue(inside: TenantScope, ...starts: readonly Date[]): boolean {
  const { openingHours, timezone } = inside.tenant.config;
  const { from, to } = workingDay(inside.clock(), openingHours, timezone);
  return starts.every((start) => from <= start.getTime() && start.getTime() < to);
}

/** Moves a booking in a running transaction, with the duration and buffers it was booked with. */
export async function move(
  inside: TenantScope,
  booking: Booking,
  { startAt, staffId: who = booking.staffId, override }: z.output<typeof NewTime>,
  action: string,
  { $set, $unset }: Pick<Update<Booking>, '$set' | '$unset'>,
): Promise<Booking> {
  const treatment = await within(inside, treatmentsCollection).get(booking.treatmentId, 'treatment');
  const explanation = await explanationOf(inside, { treatment, who }, startAt, booking, [booking.id]);
  const place = settled(inside, startAt, explanation, override);
  if (place.staffId !== booking.staffId) await besideNewBookings(inside);
  return change(inside, booking, action, {
    $set: { ...placed(inside, booking, place), ...$set },
    ...($unset && { $unset }),
  });
}
