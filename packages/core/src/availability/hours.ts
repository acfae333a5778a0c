import { z } from 'zod';
import {
  addDays,
  dayInterval,
  instantAt,
  localDate,
  LocalDate,
  minute,
  weekdayOf,
  type Interval,
  type Weekday,
} from '../time.ts';
import { normalized } from './intervals.ts';

const clockTime = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const hoursPattern = new RegExp(`^(${clockTime})-(${clockTime}|24:00)$`);
const weeklyPattern = new RegExp(`^(mon|tue|wed|thu|fri|sat|sun) (${clockTime}-(?:${clockTime}|24:00))$`);

/** `09:00-12:00`; an end at or before the start is on the next day, `24:00` is midnight. */
export const Hours = z.string().regex(hoursPattern, 'Write hours as 09:00-12:00.');

/** `mon 09:00-12:00`; several for one day make a break between them. */
export const WeeklyHours = z.string().regex(weeklyPattern, 'Write working hours as "mon 09:00-12:00".');

/** Hours of one local date in place of the weekly ones; none means a day off. */
export const DateException = z.strictObject({ date: LocalDate, hours: z.array(Hours).max(6) });
export type DateException = z.infer<typeof DateException>;

/** Local dates away, both included: the shifts that begin on them, to their end on the next day too, are off. */
export const TimeOff = z
  .strictObject({
    from: LocalDate,
    to: LocalDate,
    reason: z.string().trim().max(200).optional(),
  })
  .refine(({ from, to }) => from <= to, {
    path: ['to'],
    message: 'Leave ends on or after the day it begins.',
  });
export type TimeOff = z.infer<typeof TimeOff>;

/** The spans of a local date, such as `['09:00-12:00', '13:00-17:00']`: its exception's, or else its weekday's. */
export function spansOn(
  date: string,
  weekday: Weekday,
  weekly: readonly string[],
  exceptions: readonly DateException[],
): readonly string[] {
  const exception = exceptions.find((one) => one.date === date);
  if (exception) return exception.hours;
  // Hours that somebody else's program wrote and that nobody can read are no hours.
  return weekly
    .filter((entry) => entry.startsWith(weekday) && weeklyPattern.test(entry))
    .map((entry) => entry.slice(4));
}

/** `20:00-02:00` on a local date as UTC instants. A shift that passes midnight belongs to the date it begins on. */
export function spanAt(date: string, span: string, zone: string): Interval {
  const [start = '', end = ''] = span.split('-');
  const nextDay = end === '24:00' || end <= start;
  return {
    from: instantAt(date, start, zone).getTime(),
    to: instantAt(nextDay ? addDays(date, 1) : date, end === '24:00' ? '00:00' : end, zone).getTime(),
  };
}

/**
 * The hours of a local date as UTC instants.
 * @param weekly entries of {@link WeeklyHours}
 */
export function hoursOn(
  date: string,
  weekly: readonly string[],
  exceptions: readonly DateException[],
  zone: string,
): Interval[] {
  return spansOn(date, weekdayOf(date), weekly, exceptions).map((span) => spanAt(date, span, zone));
}

/** Whether somebody is on leave on a local day. */
export function isAway(timeOff: readonly TimeOff[], date: string): boolean {
  return timeOff.some(({ from, to }) => from <= date && date <= to);
}

/** A clinic that never closes has to end its nights somewhere: none reaches further from midnight, in hours. */
const longestNight = 6;

/**
 * What "today" is for the waiting room: the local day of an instant, with the whole of the night that it ends with
 * where the clinic is open past midnight. While such a night lasts, that night and not the day after it.
 */
export function workingDay(now: Date, openingHours: readonly string[], zone: string): Interval {
  const date = localDate(now, zone);
  const day = dayInterval(date, zone);
  const around = [addDays(date, -1), date, addDays(date, 1)];
  const open = normalized(around.flatMap((one) => hoursOn(one, openingHours, [], zone)));
  const over = (midnight: number) => open.find(({ from, to }) => from < midnight && midnight < to);
  const [before, after] = [over(day.from), over(day.to)];
  const reach = longestNight * 60 * minute;
  const begun = before && now.getTime() < before.to ? before : undefined;
  return {
    from: Math.max(begun?.from ?? day.from, day.from - reach),
    to: begun && begun.to < day.to ? begun.to : Math.min(after?.to ?? day.to, day.to + reach),
  };
}
