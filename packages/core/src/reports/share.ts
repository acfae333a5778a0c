import type { BookingStatus } from '../bookings/schema.ts';

/** A part of a whole, undefined where there is no whole. */
export function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

/** The statuses of bookings that took somebody's time, or will. */
export const takingPlace: readonly BookingStatus[] = ['pending', 'confirmed', 'completed'];
