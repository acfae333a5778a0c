// The free times of a day, as the pages that offer them have them.
import { m } from './paraglide/messages.js';

export interface FreeTime {
  readonly date: string;
  /** The clinic's wall clock, such as `10:15`: what the address carries. */
  readonly time: string;
  readonly startAt: Date;
}

/** Some days to choose from, the times of one of them, and the next ones. */
export interface FreeTimes<One extends FreeTime = FreeTime> {
  readonly days: readonly { readonly date: string; readonly count: number }[];
  /** The day shown in full. */
  readonly date: string;
  readonly times: readonly One[];
  /** The first free time of each of the next days that have one. */
  readonly next: readonly One[];
  /** Where the strip before and after this one begins. */
  readonly earlier?: string;
  readonly later: string;
}

/** The times of a day by morning, afternoon and evening. */
export function partsOfDay<One extends FreeTime>(times: readonly One[]) {
  return [
    { id: 'morning', label: m.slots_morning(), from: '00:00', to: '12:00' },
    { id: 'afternoon', label: m.slots_afternoon(), from: '12:00', to: '17:00' },
    { id: 'evening', label: m.slots_evening(), from: '17:00', to: '24:00' },
  ].map((part) => ({ ...part, times: times.filter(({ time }) => time >= part.from && time < part.to) }));
}
