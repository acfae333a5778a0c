import { fail } from '../errors.ts';
import { checkedDate, millisecondsAt, Temporal, UTC, YEARS, type Zone } from './zones.ts';

/** What a text says of a date. */
export interface Parts {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  isoWeekYear?: number;
  isoWeek?: number;
  isoDayOfWeek?: number;
  /** What the day has to be. */
  weekday?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  zone?: Zone;
}

export const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** A day by its week, the first one being the one with 4 January; what is beyond a week or a year carries over. */
export function weekDate(year: number, week = 1, day = 1): Temporal.PlainDate {
  const fourth = Temporal.PlainDate.from({ year, month: 1, day: 4 });
  return fourth.add({ days: (week - 1) * 7 + day - fourth.dayOfWeek });
}

/** The date that the parts of a text mean; a zone in the text goes only with UTC beside it. */
export function assemble(text: string, parts: Parts, zone: Zone): Date {
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  const { year, month, day, dayOfYear, isoWeekYear, isoWeek, isoDayOfWeek } = parts;
  const inWeeks = (isoWeekYear ?? isoWeek ?? isoDayOfWeek) !== undefined;
  if (inWeeks && (year ?? month ?? day ?? dayOfYear) !== undefined)
    fail(241, `Error parsing date string '${text}'; Mixing of ISO dates with natural dates is not allowed`);
  if (inWeeks && isoWeekYear === undefined)
    fail(241, `Error parsing date string '${text}'; ${notDate(text)}`);
  if (!saysDay(parts))
    fail(241, `an incomplete date/time string has been found, with elements missing: "${text}"`);
  if (parts.zone !== undefined && zone !== UTC) {
    const name = /[a-z]+$/i.exec(text)?.[0].toUpperCase();
    const given = name
      ? `date/time string with time zone information ('${name}')`
      : 'date/time string with GMT offset';
    fail(241, `you cannot pass in a ${given} together with a timezone argument`);
  }
  try {
    const time = Temporal.PlainTime.from({ hour, minute, second, millisecond }, { overflow: 'reject' });
    // What Temporal does not reach is some cycles of the calendar away.
    const cycles = Math.abs(year ?? 0) > 9999 ? Math.trunc((year ?? 0) / YEARS) : 0;
    const date = dayOf(cycles ? { ...parts, year: (year ?? 0) - cycles * YEARS } : parts);
    if (date.dayOfWeek !== (parts.weekday ?? date.dayOfWeek)) throw new RangeError('another day of the week');
    const local = { time: date.toPlainDateTime(time), cycles };
    return checkedDate(millisecondsAt(local, parts.zone ?? zone), 241, `Date '${text}' is out of range`);
  } catch {
    return fail(
      241,
      `Error parsing date string '${text}'; ${isDay(parts) ? notDate(text) : 'it is not a date'}`,
    );
  }
}

const saysDay = ({ year, month, day, dayOfYear, isoWeekYear }: Parts): boolean =>
  isoWeekYear !== undefined ||
  (year !== undefined && (dayOfYear !== undefined || (month !== undefined && day !== undefined)));

/** Whether it looks like a day, such as the 30th of February. */
const isDay = ({ month = 0, day = 0 }: Parts): boolean => month > 0 && month <= 12 && day > 0 && day <= 31;
/** MongoDB says where it found out: behind the end, where its text has a zero. */
const notDate = (text: string): string => `${Buffer.byteLength(text) + 1}: The parsed date was invalid '\0'`;

function dayOf({
  year,
  month,
  day,
  dayOfYear,
  isoWeekYear,
  isoWeek = 1,
  isoDayOfWeek = 1,
}: Parts): Temporal.PlainDate {
  if (isoWeekYear !== undefined) {
    // The 53rd week of a year of 52 is the first one of the next.
    if (isoWeek >= 1 && isoWeek <= 53 && isoDayOfWeek >= 1 && isoDayOfWeek <= 7)
      return weekDate(isoWeekYear, isoWeek, isoDayOfWeek);
  } else if (year !== undefined && dayOfYear !== undefined) {
    const date = Temporal.PlainDate.from({ year, month: 1, day: 1 }).add({ days: dayOfYear - 1 });
    if (date.year === year) return date;
  } else if (year !== undefined && month !== undefined && day !== undefined) {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  }
  throw new RangeError('no day');
}
