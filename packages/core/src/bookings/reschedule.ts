import { z } from 'zod';
import { explanationOf } from '../availability/explain.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { StartAt } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { change, illegal } from './change.ts';
import { besideNewBookings, placed, slotTaken, takingTime } from './place.ts';
import { get } from './read.ts';
import { holdsTime, type Booking, type BookingId } from './schema.ts';
import type { Update } from '../handle.ts';
import { parsed } from '../parsed.ts';

/** Where a booking is moved to. */
export const NewTime = z.strictObject({
  startAt: StartAt,
  /** Somebody else, or `any`; the same staff member when it is left out. */
  staffId: z.union([z.literal('any'), StaffId]).optional(),
});
export type NewTime = z.input<typeof NewTime>;

/**
 * Moves a booking: the old time is released and the new one held in one update. A walk-in that was called waits
 * again.
 * @throws NOT_FOUND
 * @throws CONFLICT_SLOT when the new time is not free, with every reason and the booking in the way
 * @throws ILLEGAL_TRANSITION unless the booking is pending or confirmed, or when its treatment has begun
 */
export async function reschedule(clinic: TenantScope, id: BookingId, input: NewTime): Promise<Booking> {
  const given = parsed(NewTime, input);
  const { startAt, staffId } = given;
  return takingTime(clinic, 'bookings.reschedule', { id, ...given }, async (inside) => {
    const booking = await get(inside, id);
    if (!holdsTime(booking.status)) throw illegal(booking.status, 'moved');
    if (booking.startedAt) throw illegal('started', 'moved');
    return move(inside, booking, startAt, staffId ?? booking.staffId, 'bookings.reschedule', {
      $unset: { calledAt: true },
    });
  });
}

/** Moves a booking in a running transaction, with the duration and buffers it was booked with. */
export async function move(
  inside: TenantScope,
  booking: Booking,
  startAt: Date,
  who: StaffId | 'any',
  action: string,
  { $set, $unset }: Pick<Update<Booking>, '$set' | '$unset'>,
): Promise<Booking> {
  const treatment = await within(inside, treatmentsCollection).get(booking.treatmentId, 'treatment');
  const wanted = { treatment, who };
  const { staffIds, reasons } = await explanationOf(inside, wanted, startAt, booking, [booking.id]);
  const [staffId] = staffIds;
  if (!staffId) throw slotTaken(reasons);
  if (staffId !== booking.staffId) await besideNewBookings(inside);
  return change(inside, booking, action, {
    $set: { ...placed(inside, booking, { staffId, startAt }), ...$set },
    ...($unset && { $unset }),
  });
}
