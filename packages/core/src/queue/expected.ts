// Pure arithmetic: when will somebody who waits be called? See `queueOf` for what is read for it.
import { covers, overlaps } from '../availability/intervals.ts';
import type { Extent } from '../bookings/holds.ts';
import type { Booking } from '../bookings/schema.ts';
import { minute, type Interval } from '../time.ts';

/** What the estimate looks at of a booking. */
export type Line = Extent &
  Pick<Booking, 'id' | 'staffId' | 'source' | 'status' | 'startAt' | 'startedAt' | 'queueNumber'>;

/** When somebody can work: the opening hours and the rota, each of which has to hold a whole treatment. */
export type Windows = readonly (readonly Interval[])[];

/** A confirmed walk-in whose treatment has not begun, called or not. */
export function isWaiting({ source, status, startedAt }: Line): boolean {
  return source === 'walk-in' && status === 'confirmed' && !startedAt;
}

/**
 * When each waiting walk-in of one staff member can be expected to begin, in UTC milliseconds by booking. In the order
 * of the times they hold, each takes the earliest time that fits into the working time around everything else:
 * - a treatment that has begun takes its whole time from then on; when that is over it may end any moment;
 * - an appointment keeps the time it holds;
 * - who finds no room any more in the working time comes after everything else.
 *
 * As long as nobody is late, nobody is expected later than the time he holds.
 * @param lines the staff member's bookings of about a day
 */
export function expectedStarts(lines: readonly Line[], windows: Windows, now: number): Map<string, number> {
  const taken = lines.filter((line) => !isWaiting(line) && isAhead(line)).map(takenBy);
  const expected = new Map<string, number>();
  for (const line of lines.filter(isWaiting).sort(byHeldTime)) {
    const start = earliest(line, windows, taken, now);
    expected.set(line.id, start);
    taken.push(around(start, line));
  }
  return expected;
}

function isAhead({ status }: Line): boolean {
  return status === 'pending' || status === 'confirmed';
}

function byHeldTime(a: Line, b: Line): number {
  return a.startAt.getTime() - b.startAt.getTime() || (a.queueNumber ?? 0) - (b.queueNumber ?? 0);
}

function takenBy(line: Line): Interval {
  return around((line.startedAt ?? line.startAt).getTime(), line);
}

/** A treatment with its buffers. */
function around(start: number, { durationMin, bufferBeforeMin, bufferAfterMin }: Extent): Interval {
  return { from: start - bufferBeforeMin * minute, to: start + (durationMin + bufferAfterMin) * minute };
}

/** Something begins as soon as something else allows it: now, when work begins, or when what is taken ends. */
function earliest(line: Line, windows: Windows, taken: readonly Interval[], now: number): number {
  const behind = taken.map(({ to }) => to + line.bufferBeforeMin * minute);
  const starts = [now, ...windows.flat().map(({ from }) => from), ...behind].filter((start) => start >= now);
  const fits = (start: number) => {
    const treatment = { from: start, to: start + line.durationMin * minute };
    const whole = around(start, line);
    return windows.every((window) => covers(window, treatment)) && !taken.some((one) => overlaps(one, whole));
  };
  return starts.sort((a, b) => a - b).find(fits) ?? Math.max(now, ...behind);
}
