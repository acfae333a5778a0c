import { z } from 'zod';
import { get } from '../bookings/read.ts';
import { BookingId } from '../bookings/schema.ts';
import type { SlotReason } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { fields } from '../treatments/schema.ts';
import { lasting } from './lasting.ts';

/** How long a booking is asked to last. */
export const DurationQuestion = z.strictObject({
  bookingId: BookingId,
  /** In minutes, from its start. */
  durationMin: fields.durationMin,
});
export type DurationQuestion = z.input<typeof DurationQuestion>;

/** Whether a booking can last so long, and what follows from it. */
export interface DurationExplanation {
  /** What `setDuration` would refuse with. None when it can. */
  readonly reasons: readonly SlotReason[];
  /** How long it can last, in minutes, without anything else having to move. */
  readonly longestMin: number;
  /** The later treatments of its visit that it would run into, with when each would begin instead. */
  readonly later: readonly { readonly bookingId: BookingId; readonly startAt: Date; readonly endAt: Date }[];
}

/**
 * Tells whether a booking can be made longer or shorter, as `bookings.setDuration` would decide, and how long it can
 * last where it is.
 * @throws NOT_FOUND also when its staff member is inactive
 */
export async function explainDuration(
  clinic: TenantScope,
  input: DurationQuestion,
): Promise<DurationExplanation> {
  const { bookingId, durationMin } = parsed(DurationQuestion, input);
  const { reasons, longestMin, steps } = await lasting(clinic, await get(clinic, bookingId), durationMin);
  const later = steps.slice(1).map(({ booking, startAt }) => {
    return {
      bookingId: booking.id,
      startAt,
      endAt: new Date(startAt.getTime() + booking.durationMin * minute),
    };
  });
  return { reasons, longestMin, later };
}
