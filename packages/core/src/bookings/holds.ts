// A booking that occupies time carries one entry for each resource and each five-minute tick that it covers.
// A unique index over them lets the database refuse every overlap in one write. See docs/decisions/holds.md.
import { minute, type Interval } from '../time.ts';

/** The length of a tick in minutes. */
export const tickMin = 5;

const tick = tickMin * minute;

/** Resource `r` (a staff member's id) is taken in tick `t` (five-minute steps since 1970, UTC). */
export interface Hold {
  readonly r: string;
  readonly t: number;
}

/** What a booking needs around its treatment, in minutes. */
export interface Extent {
  readonly durationMin: number;
  readonly bufferBeforeMin: number;
  readonly bufferAfterMin: number;
}

/** The time a booking takes from its staff member, buffers included, widened to whole ticks. */
export function occupied(startAt: Date | number, extent: Extent): Interval {
  const start = Number(startAt);
  const from = start - extent.bufferBeforeMin * minute;
  const to = start + (extent.durationMin + extent.bufferAfterMin) * minute;
  return { from: Math.floor(from / tick) * tick, to: Math.ceil(to / tick) * tick };
}

export function holdsOf(resource: string, { from, to }: Interval): Hold[] {
  const holds: Hold[] = [];
  for (let t = from / tick; t < to / tick; t++) holds.push({ r: resource, t });
  return holds;
}
