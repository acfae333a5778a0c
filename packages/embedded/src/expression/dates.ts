import { asBuffer } from '../bson/decode.ts';
import { isNullish, millisecondsOf, ObjectId, Timestamp, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';
import {
  addDays,
  addMonths,
  checkedDate,
  daysOf,
  localAt,
  millisecondsAt,
  monthsOf,
  start,
  startWeekday,
  type Zone,
} from './zones.ts';

/** Arithmetic of dates in units of time. */

/** A date from a value that MongoDB takes for one; undefined for null and missing. */
export function dateOf(
  value: Value | undefined,
  code = 16006,
  unlike = (type: string): string => `can't convert from BSON type ${type} to Date`,
): Date | undefined {
  if (isNullish(value)) return undefined;
  if (value instanceof Date) return value;
  // Its seconds are signed.
  if (value instanceof ObjectId) return new Date(asBuffer(value.id).readInt32BE(0) * 1000);
  if (value instanceof Timestamp) return new Date((value.high >>> 0) * 1000);
  return fail(code, unlike(typeName(value)));
}

const milliseconds = { hour: 3_600_000n, minute: 60_000n, second: 1000n, millisecond: 1n };
const months = { year: 12, quarter: 3, month: 1 };
const days = { week: 7, day: 1 };
export type Unit = keyof typeof milliseconds | keyof typeof months | keyof typeof days;

const has = <T extends object>(table: T, unit: string): unit is keyof T & string =>
  Object.hasOwn(table, unit);

export function unitOf(value: Value, name: string): Unit {
  if (typeof value !== 'string')
    return fail(5439013, `${name} requires 'unit' to be a string, but got ${typeName(value)}`);
  return has(milliseconds, value) || has(months, value) || has(days, value)
    ? value
    : fail(
        'FailedToParse',
        `${name} parameter 'unit' value parsing failed :: caused by :: unknown time unit value: ${value}`,
      );
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** A day of the week as ISO counts them, Monday is 1; weeks begin on Sunday where nothing is said. */
export function weekdayOf(value: Value | undefined, name: string): number {
  if (value === undefined) return 7;
  if (typeof value !== 'string')
    return fail(5439015, `${name} requires 'startOfWeek' to be a string, but got ${typeName(value)}`);
  const text = value.toLowerCase();
  const at = weekdays.findIndex((day) => day === text || day.slice(0, 3) === text);
  return at < 0
    ? fail(5439016, `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`)
    : at + 1;
}

const floor = (over: bigint, under: bigint): bigint => over / under - (over % under < 0n ? 1n : 0n);
/** How many days after the year 2000 began its first week begins. */
const firstWeek = (unit: Unit, weekday: number): number =>
  unit === 'week' ? (7 + weekday - startWeekday) % 7 : 0;

const MOST_BINS = 100_000_000_000n;

/** The start of the bin that a date is in; bins are counted from the year 2000 in the zone. */
export function truncate(date: Date, unit: Unit, bin: bigint, zone: Zone, weekday: number): Date {
  const tooLarge = `$dateTrunc unsupported binSize value: ${bin} ${unit}`;
  if (has(milliseconds, unit)) {
    const size = milliseconds[unit] * bin;
    if (size !== BigInt.asIntN(64, size)) fail(5439002, tooLarge);
    const from = millisecondsAt(start, zone);
    return checkedDate(from + floor(millisecondsOf(date) - from, size) * size, 5439002, tooLarge);
  }
  if (bin > MOST_BINS) fail(5439006, tooLarge);
  const local = localAt(date, zone);
  if (has(months, unit)) {
    const size = months[unit] * Number(bin);
    const begin = addMonths(start, Math.floor(monthsOf(local) / size) * size);
    return checkedDate(millisecondsAt(begin, zone), 5439006, tooLarge);
  }
  const size = days[unit] * Number(bin);
  const first = firstWeek(unit, weekday);
  const begin = addDays(start, Math.floor((daysOf(local) - first) / size) * size + first);
  return checkedDate(millisecondsAt(begin, zone), 5439006, tooLarge);
}

/** A date moved by whole units; by days and longer the local time of day stays. */
export function move(date: Date, unit: Unit, amount: bigint, zone: Zone, name: string): Date {
  const overflow = `${name} overflowed`;
  if (has(milliseconds, unit))
    return checkedDate(millisecondsOf(date) + amount * milliseconds[unit], 5166406, overflow);
  const count = Number(amount) * (has(months, unit) ? months[unit] : days[unit]);
  if (Math.abs(count) * (has(months, unit) ? 28 : 1) * 86_400_000 > 2 ** 64)
    fail(5976500, `invalid ${name} 'amount' parameter value: ${amount} ${unit}`);
  const moved = (has(months, unit) ? addMonths : addDays)(localAt(date, zone), count);
  return checkedDate(millisecondsAt(moved, zone), 5166406, overflow);
}

/** How many boundaries of a unit lie between two dates. */
export function boundaries(from: Date, to: Date, unit: Unit, zone: Zone, weekday: number): bigint {
  if (has(milliseconds, unit)) {
    const size = milliseconds[unit];
    const offset = BigInt(Math.round(localAt(from, zone).offset * 60_000));
    const count = (date: Date): bigint => floor(millisecondsOf(date) + offset, size);
    const difference = count(to) - count(from);
    return difference === BigInt.asIntN(64, difference) ? difference : fail(5166308, '$dateDiff overflowed');
  }
  const [a, b] = [localAt(from, zone), localAt(to, zone)];
  const [count, size] = has(months, unit) ? [monthsOf, months[unit]] : [daysOf, days[unit]];
  const first = firstWeek(unit, weekday);
  return BigInt(Math.floor((count(b) - first) / size) - Math.floor((count(a) - first) / size));
}
