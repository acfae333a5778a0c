import { z } from 'zod';
import { addDays, instantAt, weekdayOf, type Interval, type Weekday } from '../time.ts';

const clockTime = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const hoursPattern = new RegExp(`^(${clockTime})-(${clockTime}|24:00)$`);
const weeklyPattern = new RegExp(`^(mon|tue|wed|thu|fri|sat|sun) (${clockTime}-(?:${clockTime}|24:00))$`);

/** `09:00-12:00`; an end at or before the start is on the next day, `24:00` is midnight. */
export const Hours = z.string().regex(hoursPattern, 'Write hours as 09:00-12:00.');

/** `mon 09:00-12:00`; several for one day make a break between them. */
export const WeeklyHours = z.string().regex(weeklyPattern, 'Write working hours as "mon 09:00-12:00".');

/** Hours of one local date in place of the weekly ones; none means a day off. */
export const DateException = z.strictObject({ date: z.iso.date(), hours: z.array(Hours).max(6) });
export type DateException = z.infer<typeof DateException>;

/** Local dates away, both included. */
export const TimeOff = z.strictObject({
  from: z.iso.date(),
  to: z.iso.date(),
  reason: z.string().trim().max(200).optional(),
});
export type TimeOff = z.infer<typeof TimeOff>;

/** The hours of a weekday in a weekly plan, such as `['09:00-12:00', '13:00-17:00']`. */
function onWeekday(weekly: readonly string[], day: Weekday): string[] {
  return weekly.filter((entry) => entry.startsWith(day)).map((entry) => entry.slice(4));
}

/**
 * The hours of a local date as UTC instants. A shift that passes midnight belongs to the date it begins on.
 * @param weekly entries of {@link WeeklyHours}
 */
export function hoursOn(
  date: string,
  weekly: readonly string[],
  exceptions: readonly DateException[],
  zone: string,
): Interval[] {
  const exception = exceptions.find((one) => one.date === date);
  const hours = exception ? exception.hours : onWeekday(weekly, weekdayOf(date));
  return hours.map((entry) => {
    const [start = '', end = ''] = entry.split('-');
    const nextDay = end === '24:00' || end <= start;
    return {
      from: instantAt(date, start, zone).getTime(),
      to: instantAt(nextDay ? addDays(date, 1) : date, end === '24:00' ? '00:00' : end, zone).getTime(),
    };
  });
}
