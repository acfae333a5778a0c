import { Temporal } from 'temporal-polyfill';
import { asBuffer } from '../bson/codec.ts';
import { toNumber } from '../bson/numbers.ts';
import { isNullish, isNumeric, ObjectId, Timestamp, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';

/** Dates in time zones: Temporal does the calendar. */

export type Zoned = Temporal.ZonedDateTime;

/** An instant from a value that MongoDB takes for a date; undefined for null and missing. */
export function dateOf(value: Value | undefined, name: string): Date | undefined {
  if (isNullish(value)) return undefined;
  if (value instanceof Date) return value;
  // Its seconds are signed.
  if (value instanceof ObjectId) return new Date(asBuffer(value.id).readInt32BE(0) * 1000);
  if (value instanceof Timestamp) return new Date((value.high >>> 0) * 1000);
  return fail(16006, `can't convert from BSON type ${typeName(value)} to Date (in ${name})`);
}

const zones = new Map<string, string>();

/** The zone that an expression names: an IANA name or an offset. Undefined for null. */
export function zoneOf(value: Value | undefined, given: boolean): string | undefined {
  if (!given) return 'UTC';
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string')
    return fail(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  let zone = zones.get(value);
  if (!zone) zones.set(value, (zone = resolveZone(value)));
  return zone;
}

function resolveZone(name: string): string {
  const offset = /^([+-]\d\d):?(\d\d)?$/.exec(name);
  if (offset) return `${offset[1]}:${offset[2] ?? '00'}`;
  if (name === 'GMT' || name === 'Z' || name === 'UTC') return 'UTC';
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return fail(40485, `unrecognized time zone identifier: "${name}"`);
  }
}

export const zoned = (date: Date, zone: string): Zoned =>
  Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(zone);
export const toDate = (moment: Zoned): Date => new Date(moment.epochMilliseconds);

/** The beginning of a local day; where the clock skips it, the first moment there is. */
export const startOfDay = (day: Temporal.PlainDate, zone: string): Date =>
  toDate(day.toZonedDateTime({ timeZone: zone }));

export const units = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
] as const;
export type Unit = (typeof units)[number];

export function unitOf(value: Value | undefined, name: string): Unit {
  if (typeof value !== 'string')
    return fail(5439013, `${name} requires 'unit' to be a string, but got ${typeName(value)}`);
  return (
    units.find((unit) => unit === value) ??
    fail('FailedToParse', `${name} parameter 'unit' value cannot be recognized as a time unit: ${value}`)
  );
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** A day of the week as ISO counts them, Monday is 1. Sunday where nothing is said. */
export function weekdayOf(value: Value | undefined, name: string): number {
  if (value === undefined) return 7;
  const at =
    typeof value === 'string'
      ? weekdays.findIndex((day) => day === value.toLowerCase() || day.slice(0, 3) === value.toLowerCase())
      : -1;
  return at < 0
    ? fail(
        'FailedToParse',
        `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${String(value)}`,
      )
    : at + 1;
}

const milliseconds: Partial<Record<Unit, number>> = {
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const monthsIn: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 };
const EPOCH = Temporal.PlainDate.from('2000-01-01');

/** The start of the bin that a date is in; bins are counted from the year 2000 in the zone. */
export function truncate(date: Date, unit: Unit, bin: number, zone: string, weekStart: number): Date {
  const short = milliseconds[unit];
  if (short !== undefined) {
    const reference = startOfDay(EPOCH, zone).getTime();
    const size = short * bin;
    return new Date(reference + Math.floor((date.getTime() - reference) / size) * size);
  }
  const local = zoned(date, zone).toPlainDate();
  const months = monthsIn[unit];
  if (months !== undefined) {
    const count = (local.year - 2000) * 12 + local.month - 1;
    return startOfDay(EPOCH.add({ months: Math.floor(count / (months * bin)) * months * bin }), zone);
  }
  const first = unit === 'week' ? EPOCH.add({ days: (7 + weekStart - EPOCH.dayOfWeek) % 7 }) : EPOCH;
  const size = (unit === 'week' ? 7 : 1) * bin;
  const days = first.until(local).days;
  return startOfDay(first.add({ days: Math.floor(days / size) * size }), zone);
}

/** A date moved by whole units; by days and longer the local time of day stays. */
export function move(date: Date, unit: Unit, amount: number, zone: string): Date {
  const short = milliseconds[unit];
  if (short !== undefined) return new Date(date.getTime() + amount * short);
  const months = monthsIn[unit];
  const duration =
    months !== undefined ? { months: months * amount } : { days: (unit === 'week' ? 7 : 1) * amount };
  return toDate(zoned(date, zone).add(duration));
}

/** How many boundaries of a unit lie between two dates. */
export function boundaries(from: Date, to: Date, unit: Unit, zone: string, weekStart: number): number {
  const short = milliseconds[unit];
  if (short !== undefined) {
    const reference = unit === 'hour' || unit === 'minute' ? zoned(from, zone).offsetNanoseconds / 1e6 : 0;
    return Math.floor((to.getTime() + reference) / short) - Math.floor((from.getTime() + reference) / short);
  }
  const [a, b] = [zoned(from, zone).toPlainDate(), zoned(to, zone).toPlainDate()];
  const months = monthsIn[unit];
  if (months !== undefined)
    return (
      Math.floor((b.year * 12 + b.month - 1) / months) - Math.floor((a.year * 12 + a.month - 1) / months)
    );
  if (unit === 'day') return a.until(b).days;
  const startOfWeek = (day: Temporal.PlainDate): Temporal.PlainDate =>
    day.subtract({ days: (7 + day.dayOfWeek - weekStart) % 7 });
  return startOfWeek(a).until(startOfWeek(b)).days / 7;
}

/** A text as a date: ISO 8601, whole or a day alone, with or without an offset. */
export function parseDate(text: string, zone = 'UTC'): Date {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(
      text.trim(),
    );
  try {
    if (!match) throw new Error('no date');
    const local = Temporal.PlainDateTime.from(`${match[1]}T${match[2] ?? '00:00'}`);
    return toDate(local.toZonedDateTime(match[3] ? resolveZone(match[3]) : zone));
  } catch {
    return fail(241, `Error parsing date string '${text}'; it is not an ISO 8601 date`);
  }
}

const two = (value: number): string => String(value).padStart(2, '0');
const names = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export const sundayWeek = (moment: Zoned): number =>
  Math.floor((moment.dayOfYear + 6 - (moment.dayOfWeek % 7)) / 7);

const formats: Record<string, (moment: Zoned) => string> = {
  Y: (moment) => String(moment.year).padStart(4, '0'),
  m: (moment) => two(moment.month),
  d: (moment) => two(moment.day),
  H: (moment) => two(moment.hour),
  M: (moment) => two(moment.minute),
  S: (moment) => two(moment.second),
  L: (moment) => String(moment.millisecond).padStart(3, '0'),
  j: (moment) => String(moment.dayOfYear).padStart(3, '0'),
  w: (moment) => String((moment.dayOfWeek % 7) + 1),
  u: (moment) => String(moment.dayOfWeek),
  U: (moment) => two(sundayWeek(moment)),
  V: (moment) => two(moment.weekOfYear ?? 0),
  G: (moment) => String(moment.yearOfWeek ?? 0).padStart(4, '0'),
  z: (moment) => moment.offset.replace(':', ''),
  Z: (moment) => String(Math.round(moment.offsetNanoseconds / 6e10)),
  b: (moment) => (names[moment.month - 1] as string).slice(0, 3),
  B: (moment) => names[moment.month - 1] as string,
  '%': () => '%',
};

export function formatDate(date: Date, format: string, zone: string): string {
  const moment = zoned(date, zone);
  return format.replaceAll(/%(.?)/gs, (_, letter: string) => {
    const show = formats[letter];
    return show ? show(moment) : fail(18536, `Invalid format character '%${letter}' in format string`);
  });
}

export function wholeNumber(value: Value | undefined, name: string): number {
  const number = isNumeric(value) ? toNumber(value) : NaN;
  return Number.isInteger(number)
    ? number
    : fail(40515, `${name} requires an integer, found ${typeName(value)} with value ${String(value)}`);
}

export { Temporal };
