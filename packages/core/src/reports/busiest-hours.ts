import { aggregateSince } from '../bookings/everywhere.ts';
import { pipeline, type Pipeline } from '../pipeline.ts';
import type { TenantScope } from '../tenancy.ts';
import { weekdayOf, type Weekday } from '../time.ts';
import { daysOf, spanOf, type ReportRange, type Span } from './range.ts';
import { takingPlace } from './share.ts';

/** What begins in one hour of one weekday. */
export interface HourOfWeek {
  readonly weekday: Weekday;
  /** 0 to 23, of the wall clock. */
  readonly hour: number;
  readonly bookings: number;
  /** Bookings for each day of this weekday in the range. */
  readonly perDay: number;
}

interface Row {
  readonly _id: { readonly date: string; readonly hour: string };
  readonly bookings: number;
}

/**
 * In which hours of the week treatments begin, the busiest first; hours without any are left out. Cancelled and missed
 * bookings do not count.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function busiestHours(clinic: TenantScope, range: ReportRange): Promise<HourOfWeek[]> {
  const span = spanOf(clinic, range);
  const rows = await aggregateSince<Row>(clinic, span.startAt.$gte, busiestHoursPipeline(span));
  const daysWith = Map.groupBy(daysOf(span), weekdayOf);
  const hours = Map.groupBy(rows, ({ _id }) => `${weekdayOf(_id.date)} ${_id.hour}`);
  return [...hours.values()]
    .map((same): HourOfWeek => {
      const { date, hour } = same[0]!._id;
      const weekday = weekdayOf(date);
      const bookings = same.reduce((sum, row) => sum + row.bookings, 0);
      const days = daysWith.get(weekday)?.length ?? 1;
      return { weekday, hour: Number(hour), bookings, perDay: bookings / days };
    })
    .sort((a, b) => b.perDay - a.perDay || a.hour - b.hour || (a.weekday < b.weekday ? -1 : 1));
}

export function busiestHoursPipeline({ startAt }: Span): Pipeline {
  const by = { date: '$localDate', hour: { $substrBytes: ['$localTime', 0, 2] } };
  return pipeline([
    { $match: { startAt, status: { $in: takingPlace } } },
    { $group: { _id: by, bookings: { $sum: 1 } } },
  ]);
}
