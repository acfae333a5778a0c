import { wholeOf } from '../bson/arithmetic.ts';
import { Int32, isDoc, isNullish, isNumeric, Long, namesOf, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { named, typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import { formatDate, formatOf, isoText, readDate, sundayWeek } from './date-format.ts';
import { weekDate } from './date-parts.ts';
import { parseDate } from './date-text.ts';
import { boundaries, dateOf, move, truncate, unitOf, weekdayOf } from './dates.ts';
import {
  addDays,
  checkedDate,
  localAt,
  millisecondsAt,
  Temporal,
  weekYearOf,
  yearOf,
  zoneOf,
  type Local,
} from './zones.ts';

const int = (value: number): Int32 => new Int32(value);

export function dates(): [string, Operator][] {
  return [
    ['$dateToString', dateToString],
    ['$dateTrunc', dateTrunc],
    ['$dateAdd', moving('$dateAdd', 1n)],
    ['$dateSubtract', moving('$dateSubtract', -1n)],
    ['$dateDiff', dateDiff],
    ['$dateFromString', dateFromString],
    ['$dateFromParts', dateFromParts],
    ['$dateToParts', dateToParts],
    ['$year', part((local) => int(yearOf(local)))],
    ['$month', part(({ time }) => int(time.month))],
    ['$dayOfMonth', part(({ time }) => int(time.day))],
    ['$dayOfWeek', part(({ time }) => int((time.dayOfWeek % 7) + 1))],
    ['$dayOfYear', part(({ time }) => int(time.dayOfYear))],
    ['$hour', part(({ time }) => int(time.hour))],
    ['$minute', part(({ time }) => int(time.minute))],
    ['$second', part(({ time }) => int(time.second))],
    ['$millisecond', part(({ time }) => int(time.millisecond))],
    ['$week', part((local) => int(sundayWeek(local)))],
    ['$isoDayOfWeek', part(({ time }) => int(time.dayOfWeek))],
    ['$isoWeek', part(({ time }) => int(time.weekOfYear ?? 0))],
    ['$isoWeekYear', part((local) => Long.fromNumber(weekYearOf(local)))],
  ];
}

/** A part of a date: the argument is the date, alone in an array or not, or a document with date and timezone. */
const part =
  (read: (local: Local) => Value): Operator =>
  (argument, environment, name) => {
    if (Array.isArray(argument) && argument.length !== 1)
      fail(40536, `${name} accepts exactly one argument if given an array, but was given ${argument.length}`);
    const spec: Doc =
      isDoc(argument) && !namesOf(argument)[0]?.startsWith('$')
        ? argument
        : { date: Array.isArray(argument) ? (argument[0] as Value) : argument };
    for (const key of namesOf(spec))
      if (key !== 'date' && key !== 'timezone') fail(40535, `unrecognized option to ${name}: "${key}"`);
    if (spec['date'] === undefined)
      return fail(40539, `missing 'date' argument to ${name}, provided: ${JSON.stringify(argument)}`);
    const date = compile(spec['date'], environment);
    const timezone = spec['timezone'] === undefined ? undefined : compile(spec['timezone'], environment);
    return (scope) => {
      const zone = zoneOf(timezone?.(scope), timezone !== undefined);
      const moment = dateOf(date(scope), name);
      return moment && zone !== undefined ? read(localAt(moment, zone)) : null;
    };
  };

const dateToString = named(
  '$dateToString',
  ['date', 'format', 'timezone', 'onNull'],
  ['date'],
  ({ date, format, timezone, onNull }, given) => {
    const zone = zoneOf(timezone, given.has('timezone'));
    const moment = dateOf(date, '$dateToString');
    if (!moment) return given.has('onNull') ? onNull : null;
    if (zone === undefined || (given.has('format') && isNullish(format))) return null;
    return isNullish(format)
      ? isoText(moment, zone)
      : formatDate(localAt(moment, zone), formatOf(format, '$dateToString', 18533));
  },
  { object: 18629, unknown: 18534, missing: { date: 18628 } },
);

/** Whether any of some parts that are given is null or missing. */
const anyNull = (
  parts: Record<string, Value | undefined>,
  given: ReadonlySet<string>,
  names: readonly string[],
): boolean => names.some((name) => given.has(name) && isNullish(parts[name]));

/** A value as a whole number of 64 bits. */
function wholeNumber(value: Value | undefined, code: number, what: string): bigint {
  const whole = isNumeric(value) ? wholeOf(value) : undefined;
  return whole !== undefined && whole === BigInt.asIntN(64, whole)
    ? whole
    : fail(code, `${what} must be an integer, found: ${typeName(value)} with value ${String(value)}`);
}

const dateTrunc = named(
  '$dateTrunc',
  ['date', 'unit', 'binSize', 'timezone', 'startOfWeek'],
  ['date', 'unit'],
  (parts, given) => {
    const zone = zoneOf(parts['timezone'], given.has('timezone'));
    if (zone === undefined || anyNull(parts, given, ['date', 'unit', 'binSize', 'startOfWeek'])) return null;
    const { date, unit = null, binSize, startOfWeek } = parts;
    const moment = dateOf(date, '$dateTrunc', 5166307) as Date;
    const parsed = unitOf(unit, '$dateTrunc');
    const bin = binSize === undefined ? 1n : wholeNumber(binSize, 5439017, "$dateTrunc's 'binSize'");
    if (bin < 1n) fail(5439018, `$dateTrunc requires 'binSize' to be greater than 0, but got ${bin}`);
    return truncate(moment, parsed, bin, zone, parsed === 'week' ? weekdayOf(startOfWeek, '$dateTrunc') : 7);
  },
  { object: 5439007, unknown: 5439008, missing: { date: 5439009, unit: 5439010 } },
);

const moving = (name: string, direction: 1n | -1n): Operator =>
  named(
    name,
    ['startDate', 'unit', 'amount', 'timezone'],
    ['startDate', 'unit', 'amount'],
    (parts, given) => {
      const zone = zoneOf(parts['timezone'], given.has('timezone'));
      const { startDate, unit = null, amount } = parts;
      if (zone === undefined || anyNull(parts, given, ['startDate', 'unit', 'amount'])) return null;
      const moment = dateOf(startDate, name, 5166403) as Date;
      const count = wholeNumber(amount, 5166405, `${name}'s 'amount'`);
      return move(moment, unitOf(unit, name), direction * count, zone, name);
    },
    {
      object: 5166400,
      unknown: 5166401,
      missing: { startDate: 5166402, unit: 5166402, amount: 5166402 },
    },
  );

const dateDiff = named(
  '$dateDiff',
  ['startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'],
  ['startDate', 'endDate', 'unit'],
  (parts, given) => {
    const zone = zoneOf(parts['timezone'], given.has('timezone'));
    const { startDate, endDate, unit = null, startOfWeek } = parts;
    const needed = ['startDate', 'endDate', 'unit', ...(unit === 'week' ? ['startOfWeek'] : [])];
    if (zone === undefined || anyNull(parts, given, needed)) return null;
    const from = dateOf(startDate, '$dateDiff', 5166307) as Date;
    const to = dateOf(endDate, '$dateDiff', 5166307) as Date;
    const parsed = unitOf(unit, '$dateDiff');
    const weekday = parsed === 'week' ? weekdayOf(startOfWeek, '$dateDiff') : 7;
    return Long.fromBigInt(boundaries(from, to, parsed, zone, weekday));
  },
  { object: 5166301, unknown: 5166302, missing: { startDate: 5166303, endDate: 5166304, unit: 5166305 } },
);

const dateFromString: Operator = named(
  '$dateFromString',
  ['dateString', 'timezone', 'format', 'onError', 'onNull'],
  ['dateString'],
  ({ dateString, timezone, format, onError, onNull }, given) => {
    const zone = zoneOf(timezone, given.has('timezone'));
    const pattern = isNullish(format) ? undefined : formatOf(format, '$dateFromString', 40684);
    if (isNullish(dateString)) return given.has('onNull') ? onNull : null;
    if (zone === undefined || (given.has('format') && pattern === undefined)) return null;
    try {
      if (typeof dateString !== 'string')
        return fail(
          241,
          `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`,
        );
      return pattern === undefined ? parseDate(dateString, zone) : readDate(dateString, pattern, zone);
    } catch (error) {
      if (given.has('onError') && error instanceof MongoError && error.code === 241) return onError;
      throw error;
    }
  },
  { object: 40540, unknown: 40541, missing: { dateString: 40542 } },
);

const DAY = 86_400_000n;
const dayParts = ['year', 'month', 'day'] as const;
const weekParts = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const;
const timeParts = ['hour', 'minute', 'second', 'millisecond'] as const;

const fromParts = named(
  '$dateFromParts',
  [...dayParts, ...weekParts, ...timeParts, 'timezone'],
  [],
  (parts, given) => {
    const byWeek = given.has('isoWeekYear');
    const names = [...(byWeek ? weekParts : dayParts), ...timeParts];
    const numbers: bigint[] = [];
    for (const [at, name] of names.entries()) {
      const value = parts[name];
      if (given.has(name) && isNullish(value)) return null;
      const number = isNullish(value)
        ? at < 3
          ? 1n
          : 0n
        : wholeNumber(value, 40515, `'${name}' of $dateFromParts`);
      if (at === 0 && (number < 1n || number > 9999n))
        fail(40523, `'${name}' must evaluate to an integer in the range 1 to 9999, found ${number}`);
      if (at > 0 && at < 5 && (number < -32768n || number > 32767n))
        fail(
          31034,
          `'${name}' must evaluate to a value in the range [-32768, 32767]; value ${number} is not`,
        );
      numbers.push(number);
    }
    const zone = zoneOf(parts['timezone'], given.has('timezone'));
    if (zone === undefined) return null;
    const [hours = 0n, minutes = 0n, seconds = 0n, milliseconds = 0n] = numbers.slice(3);
    const [year = 1, month = 1, day = 1] = numbers.slice(0, 3).map(Number);
    const date = byWeek
      ? weekDate(year, month, day)
      : Temporal.PlainDate.from({ year, month: 1, day: 1 })
          .add({ months: month - 1 })
          .add({ days: day - 1 });
    const clock = ((hours * 60n + minutes) * 60n + seconds) * 1000n + milliseconds;
    const { time, cycles } = addDays({ time: date.toPlainDateTime(), cycles: 0 }, Number(clock / DAY));
    const local = { time: time.add({ milliseconds: Number(clock % DAY) }), cycles };
    return checkedDate(millisecondsAt(local, zone), 40515, '$dateFromParts overflowed');
  },
  { object: 40519, unknown: 40518 },
);

/** A date of the calendar or of the weeks of ISO 8601; parts beyond their range carry over. */
const dateFromParts: Operator = (argument, environment, name) => {
  const has = (part: string): boolean => isDoc(argument) && argument[part] !== undefined;
  const compiled = fromParts(argument, environment, name);
  if (!has('year') && !has('isoWeekYear'))
    fail(40516, `${name} requires either 'year' or 'isoWeekYear' to be present`);
  if (has('year') && weekParts.some(has))
    fail(40489, `${name} does not allow mixing natural dates with ISO dates`);
  if (has('isoWeekYear') && dayParts.some(has))
    fail(40525, `${name} does not allow mixing ISO dates with natural dates`);
  return compiled;
};

const dateToParts: Operator = named(
  '$dateToParts',
  ['date', 'timezone', 'iso8601'],
  ['date'],
  ({ date, timezone, iso8601 }, given) => {
    const zone = zoneOf(timezone, given.has('timezone'));
    const moment = dateOf(date, '$dateToParts');
    if (!moment || zone === undefined || (given.has('iso8601') && isNullish(iso8601))) return null;
    if (!isNullish(iso8601) && typeof iso8601 !== 'boolean')
      return fail(40521, `iso8601 must evaluate to a bool, found ${typeName(iso8601)}`);
    const local = localAt(moment, zone);
    const { time } = local;
    const day: Doc = iso8601
      ? {
          isoWeekYear: int(weekYearOf(local)),
          isoWeek: int(time.weekOfYear ?? 0),
          isoDayOfWeek: int(time.dayOfWeek),
        }
      : { year: int(yearOf(local)), month: int(time.month), day: int(time.day) };
    const clock = timeParts.map((name) => [name, int(time[name])] as const);
    return { ...day, ...Object.fromEntries(clock) };
  },
  { object: 40524, unknown: 40520, missing: { date: 40522 } },
);
