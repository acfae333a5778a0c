import { workingDay } from '../availability/hours.ts';
import { startingIn } from '../bookings/read.ts';
import type { Booking } from '../bookings/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';

/** One walk-in that is waiting, called or being treated. */
export interface QueueEntry {
  readonly booking: Booking;
  readonly state: 'waiting' | 'called' | 'in-treatment';
  /** When it is expected to begin: the time it holds, or now when that has passed. */
  readonly expectedAt: Date;
  /** Whole minutes until then, rounded up. */
  readonly waitMin: number;
}

/** Today's walk-ins that are not done yet, those of a night that passes midnight with them, by queue number. */
export async function findToday(clinic: TenantScope): Promise<QueueEntry[]> {
  const now = clinic.clock();
  const { openingHours, timezone } = clinic.tenant.config;
  return queueOf(await startingIn(clinic, workingDay(now, openingHours, timezone)), now);
}

/** The queue within a day's bookings, for a caller who has read them already. */
export function queueOf(bookings: readonly Booking[], now: Date): QueueEntry[] {
  return bookings
    .filter(({ source, status }) => source === 'walk-in' && status === 'confirmed')
    .sort((a, b) => (a.queueNumber ?? 0) - (b.queueNumber ?? 0))
    .map((booking) => {
      const expectedAt = booking.startAt > now ? booking.startAt : now;
      return {
        booking,
        state: booking.startedAt ? 'in-treatment' : booking.calledAt ? 'called' : 'waiting',
        expectedAt,
        waitMin: booking.startedAt ? 0 : Math.ceil((expectedAt.getTime() - now.getTime()) / minute),
      };
    });
}
