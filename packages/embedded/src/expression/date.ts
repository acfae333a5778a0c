import { Int32, isDoc, isNullish, Long, namesOf, type Doc, type Value } from '../bson/types.ts';
import { show } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';
import type { Operator } from './compile.ts';
import { dateDiff, dateTrunc, moving } from './date-arithmetic.ts';
import { sundayWeek } from './date-format.ts';
import { dateFromParts, timeParts } from './date-from-parts.ts';
import { dateFromString, dateToString } from './date-string.ts';
import { dateOf } from './dates.ts';
import { dateWords, ofParts } from './operands.ts';
import { localAt, weekYearOf, yearOf, zoneAhead, zoneOf, type Local } from './zones.ts';

const int = (value: number): Int32 => new Int32(value);

export function dates(): [string, Operator][] {
  return [
    ['$dateToString', dateToString],
    ['$dateTrunc', dateTrunc],
    ['$dateAdd', moving(1n)],
    ['$dateSubtract', moving(-1n)],
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
      return fail(40539, `missing 'date' argument to ${name}, provided: ${name}: ${show(argument)}`);
    return inZone(read)(spec, environment, name);
  };

const inZone = (read: (local: Local) => Value): Operator =>
  ofParts(
    { notDocument: 40535, unknown: 40535, required: {}, optional: ['date', 'timezone'] },
    ({ date, timezone }, _name, given) => {
      const moment = dateOf(date);
      const zone = moment && zoneOf(timezone, 'timezone' in given);
      return moment && zone !== undefined ? read(localAt(moment, zone)) : null;
    },
    zoneAhead,
  );

const dateToParts: Operator = ofParts(
  {
    notDocument: 40524,
    unknown: 40520,
    required: { date: 40522 },
    optional: ['timezone', 'iso8601'],
    words: dateWords,
  },
  ({ date, timezone, iso8601 }, _name, given) => {
    const zone = zoneOf(timezone, 'timezone' in given);
    if (zone === undefined || ('iso8601' in given && isNullish(iso8601))) return null;
    if (!isNullish(iso8601) && typeof iso8601 !== 'boolean')
      return fail(40521, `iso8601 must evaluate to a bool, found ${typeName(iso8601)}`);
    const moment = dateOf(date);
    if (!moment) return null;
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
  zoneAhead,
);
