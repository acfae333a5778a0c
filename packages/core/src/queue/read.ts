import { hoursOn, isAway, workingDay } from '../availability/hours.ts';
import { normalized } from '../availability/intervals.ts';
import { aheadStatuses, startingIn } from '../bookings/read.ts';
import type { Booking } from '../bookings/schema.ts';
import { findLimit } from '../handle.ts';
import { staffCollection } from '../staff/collection.ts';
import type { Staff } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { addDays, localDate, minute, type Interval } from '../time.ts';
import { expectedStarts, isWaiting } from './expected.ts';

/** One walk-in that is waiting, called or being treated. */
export interface QueueEntry {
  readonly booking: Booking;
  readonly state: 'waiting' | 'called' | 'in-treatment';
  /**
   * When it is expected to begin, or when it began: from the queue, the rota and the day's bookings as they are now.
   * Earlier than the time it holds once somebody is done early, later while somebody takes longer.
   */
  readonly expectedAt: Date;
  /** Whole minutes until then, rounded up. */
  readonly waitMin: number;
}

/** What of a staff member the estimate looks at. */
export type Rota = Pick<Staff, 'id' | 'workingHours' | 'exceptions' | 'timeOff'>;

/** Today's walk-ins that are not done yet, those of a night that passes midnight with them, by queue number. */
export async function findToday(clinic: TenantScope): Promise<QueueEntry[]> {
  const { openingHours, timezone } = clinic.tenant.config;
  const bookings = await startingIn(
    clinic,
    workingDay(clinic.clock(), openingHours, timezone),
    aheadStatuses,
  );
  const ids = [...new Set(bookings.filter(isWaiting).map(({ staffId }) => staffId))];
  const rotas: Rota[] =
    ids.length === 0
      ? []
      : await within(clinic, staffCollection).find(
          { id: { $in: ids } },
          { limit: findLimit, only: ['id', 'workingHours', 'exceptions', 'timeOff'] },
        );
  return queueOf(clinic, bookings, rotas);
}

/**
 * The queue within a day's bookings, for a caller who has read them already.
 * @param rotas of everybody whom somebody waits for
 */
export function queueOf(
  clinic: TenantScope,
  bookings: readonly Booking[],
  rotas: readonly Rota[],
): QueueEntry[] {
  const now = clinic.clock();
  const expected = expectedIn(clinic, bookings, rotas, now);
  return bookings
    .filter(({ source, status }) => source === 'walk-in' && status === 'confirmed')
    .sort((a, b) => (a.queueNumber ?? 0) - (b.queueNumber ?? 0))
    .map((booking) => {
      const expectedAt = booking.startedAt ?? new Date(expected.get(booking.id) ?? now);
      const ahead = Math.ceil((expectedAt.getTime() - now.getTime()) / minute);
      return {
        booking,
        state: booking.startedAt ? 'in-treatment' : booking.calledAt ? 'called' : 'waiting',
        expectedAt,
        waitMin: Math.max(0, ahead),
      };
    });
}

function expectedIn(
  { tenant }: TenantScope,
  bookings: readonly Booking[],
  rotas: readonly Rota[],
  now: Date,
): Map<string, number> {
  const { openingHours, timezone } = tenant.config;
  const today = localDate(now, timezone);
  // Shifts of the day before may pass midnight, and who comes before midnight may be served after it.
  const dates = [addDays(today, -1), today, addDays(today, 1)];
  const hours = (weekly: readonly string[], { exceptions, timeOff }: Pick<Rota, 'exceptions' | 'timeOff'>) =>
    normalized(
      dates
        .filter((date) => !isAway(timeOff, date))
        .flatMap((date): Interval[] => hoursOn(date, weekly, exceptions, timezone)),
    );
  const open = hours(openingHours, { exceptions: [], timeOff: [] });
  const linesOf = Map.groupBy(bookings, ({ staffId }) => staffId);
  return new Map(
    rotas.flatMap((rota) => [
      ...expectedStarts(linesOf.get(rota.id) ?? [], [open, hours(rota.workingHours, rota)], now.getTime()),
    ]),
  );
}
