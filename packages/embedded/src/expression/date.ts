import { Int32, isDoc, isNullish, Long, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { named, typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import {
  boundaries,
  dateOf,
  formatDate,
  move,
  parseDate,
  sundayWeek,
  Temporal,
  toDate,
  truncate,
  unitOf,
  weekdayOf,
  wholeNumber,
  zoned,
  zoneOf,
  type Zoned,
} from './dates.ts';

const int = (value: number): Int32 => new Int32(value);

export function dates(): [string, Operator][] {
  return [
    ['$dateToString', dateToString],
    ['$dateTrunc', dateTrunc],
    ['$dateAdd', moving('$dateAdd', 1)],
    ['$dateSubtract', moving('$dateSubtract', -1)],
    ['$dateDiff', dateDiff],
    ['$dateFromString', dateFromString],
    ['$dateFromParts', dateFromParts],
    ['$dateToParts', dateToParts],
    ['$year', part((moment) => int(moment.year))],
    ['$month', part((moment) => int(moment.month))],
    ['$dayOfMonth', part((moment) => int(moment.day))],
    ['$dayOfWeek', part((moment) => int((moment.dayOfWeek % 7) + 1))],
    ['$dayOfYear', part((moment) => int(moment.dayOfYear))],
    ['$hour', part((moment) => int(moment.hour))],
    ['$minute', part((moment) => int(moment.minute))],
    ['$second', part((moment) => int(moment.second))],
    ['$millisecond', part((moment) => int(moment.millisecond))],
    ['$week', part((moment) => int(sundayWeek(moment)))],
    ['$isoDayOfWeek', part((moment) => int(moment.dayOfWeek))],
    ['$isoWeek', part((moment) => int(moment.weekOfYear ?? 0))],
    ['$isoWeekYear', part((moment) => Long.fromNumber(moment.yearOfWeek ?? 0))],
  ];
}

/** A part of a date: the argument is the date, or a document with date and timezone. */
const part =
  (read: (moment: Zoned) => Value): Operator =>
  (argument, environment, name) => {
    const spec =
      isDoc(argument) && !Object.keys(argument)[0]?.startsWith('$')
        ? argument
        : { date: Array.isArray(argument) && argument.length === 1 ? (argument[0] as Value) : argument };
    for (const key of Object.keys(spec))
      if (key !== 'date' && key !== 'timezone') fail(40535, `unrecognized option to ${name}: "${key}"`);
    if (spec['date'] === undefined)
      fail(40539, `missing 'date' argument to ${name}, provided: ${JSON.stringify(argument)}`);
    const date = compile(spec['date'] as Value, environment);
    const given = 'timezone' in spec;
    const timezone = given ? compile((spec as Doc)['timezone'] as Value, environment) : undefined;
    return (scope) => {
      const zone = zoneOf(timezone?.(scope), given);
      const moment = dateOf(date(scope), name);
      return moment && zone ? read(zoned(moment, zone)) : null;
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
    if (given.has('format') && isNullish(format)) return null;
    if (format !== undefined && typeof format !== 'string')
      return fail(18533, `$dateToString requires that 'format' be a string, found: ${typeName(format)}`);
    if (!zone) return null;
    return formatDate(
      moment,
      format ?? (zone === 'UTC' ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L'),
      zone,
    );
  },
);

const dateTrunc = named(
  '$dateTrunc',
  ['date', 'unit', 'binSize', 'timezone', 'startOfWeek'],
  ['date', 'unit'],
  ({ date, unit, binSize, timezone, startOfWeek }, given) => {
    const zone = zoneOf(timezone, given.has('timezone'));
    if (
      isNullish(unit) ||
      !zone ||
      (given.has('binSize') && isNullish(binSize)) ||
      (given.has('startOfWeek') && isNullish(startOfWeek) && unit === 'week')
    )
      return null;
    const moment = dateOf(date, '$dateTrunc');
    if (!moment) return null;
    const bin = binSize === undefined ? 1 : wholeNumber(binSize, '$dateTrunc');
    if (bin < 1) fail(5439018, '$dateTrunc requires binSize to be greater than 0');
    const parsed = unitOf(unit, '$dateTrunc');
    return truncate(moment, parsed, bin, zone, parsed === 'week' ? weekdayOf(startOfWeek, '$dateTrunc') : 7);
  },
);

const moving = (name: string, direction: 1 | -1): Operator =>
  named(
    name,
    ['startDate', 'unit', 'amount', 'timezone'],
    ['startDate', 'unit', 'amount'],
    ({ startDate, unit, amount, timezone }, given) => {
      const zone = zoneOf(timezone, given.has('timezone'));
      if (isNullish(unit) || isNullish(amount) || !zone) return null;
      const moment = dateOf(startDate, name);
      return moment ? move(moment, unitOf(unit, name), direction * wholeNumber(amount, name), zone) : null;
    },
  );

const dateDiff = named(
  '$dateDiff',
  ['startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'],
  ['startDate', 'endDate', 'unit'],
  ({ startDate, endDate, unit, timezone, startOfWeek }, given) => {
    const zone = zoneOf(timezone, given.has('timezone'));
    const [from, to] = [dateOf(startDate, '$dateDiff'), dateOf(endDate, '$dateDiff')];
    if (!from || !to || isNullish(unit) || !zone) return null;
    const parsed = unitOf(unit, '$dateDiff');
    return Long.fromNumber(
      boundaries(from, to, parsed, zone, parsed === 'week' ? weekdayOf(startOfWeek, '$dateDiff') : 7),
    );
  },
);

const dateFromString: Operator = named(
  '$dateFromString',
  ['dateString', 'timezone', 'onError', 'onNull', 'format'],
  ['dateString'],
  ({ dateString, timezone, onError, onNull }, given) => {
    if (given.has('format')) fail('BadValue', '$dateFromString with a format is not supported');
    const zone = zoneOf(timezone, given.has('timezone'));
    if (isNullish(dateString)) return given.has('onNull') ? onNull : null;
    if (!zone) return null;
    try {
      return typeof dateString === 'string'
        ? parseDate(dateString, zone)
        : fail(241, `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`);
    } catch (error) {
      if (given.has('onError') && error instanceof MongoError && error.code === 241) return onError;
      throw error;
    }
  },
);

const partNames = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const;

/** Parts beyond their range carry over, as the manual says: month 14 is February of the next year. */
const dateFromParts: Operator = named(
  '$dateFromParts',
  [...partNames, 'timezone'],
  ['year'],
  (parts, given) => {
    const zone = zoneOf(parts['timezone'], given.has('timezone'));
    const numbers: number[] = [];
    for (const [at, name] of partNames.entries()) {
      const value = parts[name];
      if (given.has(name) && isNullish(value)) return null;
      numbers.push(
        value === undefined ? (at < 3 ? 1 : 0) : wholeNumber(value, `'${name}' of $dateFromParts`),
      );
    }
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0] = numbers;
    if (year < 1 || year > 9999)
      fail(40523, `'year' must evaluate to an integer in the range 1 to 9999, found ${year}`);
    if (!zone) return null;
    const local = Temporal.PlainDateTime.from({ year, month: 1, day: 1 })
      .add({ months: month - 1 })
      .add({ days: day - 1 })
      .add({ hours: hour, minutes: minute, seconds: second, milliseconds: millisecond });
    return toDate(local.toZonedDateTime(zone));
  },
);

const dateToParts: Operator = named(
  '$dateToParts',
  ['date', 'timezone', 'iso8601'],
  ['date'],
  ({ date, timezone, iso8601 }, given) => {
    const zone = zoneOf(timezone, given.has('timezone'));
    const moment = dateOf(date, '$dateToParts');
    if (!moment || !zone) return null;
    const local = zoned(moment, zone);
    const time = {
      hour: int(local.hour),
      minute: int(local.minute),
      second: int(local.second),
      millisecond: int(local.millisecond),
    };
    if (iso8601 === true)
      return {
        isoWeekYear: int(local.yearOfWeek ?? 0),
        isoWeek: int(local.weekOfYear ?? 0),
        isoDayOfWeek: int(local.dayOfWeek),
        ...time,
      };
    return { year: int(local.year), month: int(local.month), day: int(local.day), ...time };
  },
);
