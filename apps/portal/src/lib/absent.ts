// Bookings whose staff member is not there: on leave, or off at that time.
import { m } from './paraglide/messages.js';

interface Worked {
  /** When somebody works around the day, sorted and merged; in UTC milliseconds. */
  readonly work: readonly { readonly from: number; readonly to: number }[];
  readonly isAway: boolean;
}

interface Booked {
  readonly startAt: Date;
  readonly endAt: Date;
  readonly override?: unknown;
}

/**
 * Why somebody is not there for a booking, in words. Where it was put outside of the hours with a reason, that is no
 * news; that there is leave is.
 */
export function absentFor(
  { startAt, endAt, override }: Booked,
  { work, isAway }: Worked,
): string | undefined {
  if (work.some(({ from, to }) => from <= startAt.getTime() && endAt.getTime() <= to)) return undefined;
  if (isAway) return m.staff_leave();
  return override ? undefined : m.calendar_off();
}
