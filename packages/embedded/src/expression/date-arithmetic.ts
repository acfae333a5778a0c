import { isNullish, Long, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Operator } from './compile.ts';
import { boundaries, dateOf, move, truncate, unitOf, weekdayOf } from './dates.ts';
import { dateWords, needInt64, ofParts } from './operands.ts';
import { zoneOf } from './zones.ts';

/** Whether any of some parts that are given is null or missing. */
const anyNull = (parts: Record<string, Value | undefined>, given: Doc, names: readonly string[]): boolean =>
  names.some((name) => name in given && isNullish(parts[name]));

const needsDate =
  (name: string, part: string) =>
  (type: string): string =>
    `${name} requires '${part}' to be a date, but got ${type}`;

export const dateTrunc = ofParts(
  {
    notDocument: 5439007,
    unknown: 5439008,
    words: {
      ...dateWords,
      unknown: (name, part) =>
        `${dateWords.unknown(name, part)}. Expected arguments are date, unit, and optionally, binSize, timezone, startOfWeek`,
    },
    required: { date: 5439009, unit: 5439010 },
    optional: ['binSize', 'timezone', 'startOfWeek'],
  },
  (parts, name, given) => {
    const zone = zoneOf(parts['timezone'], 'timezone' in given);
    const { date, unit = null, binSize, startOfWeek } = parts;
    // What is constant MongoDB computes beforehand, and there a null startOfWeek only counts for weeks.
    const weeks = unit === 'week' || !(given['date'] instanceof Date);
    const needed = ['date', 'unit', 'binSize', ...(weeks ? ['startOfWeek'] : [])];
    if (zone === undefined || anyNull(parts, given, needed)) return null;
    const moment = dateOf(date, 5166307, needsDate(name, 'date')) as Date;
    const parsed = unitOf(unit, name);
    const bin =
      binSize === undefined
        ? 1n
        : needInt64(
            binSize,
            5439017,
            (type, text) =>
              `${name} requires 'binSize' to be a 64-bit integer, but got value '${text}' of type ${type}`,
          );
    if (bin < 1n) fail(5439018, `${name} requires 'binSize' to be greater than 0, but got value ${bin}`);
    return truncate(moment, parsed, bin, zone, parsed === 'week' ? weekdayOf(startOfWeek, name) : 7);
  },
);

export const moving = (direction: 1n | -1n): Operator =>
  ofParts(
    {
      notDocument: 5166400,
      expects: 'expects an object as its argument',
      unknown: 5166401,
      words: {
        unknown: (name, part) =>
          `${dateWords.unknown(name, part)}. Expected arguments are startDate, unit, amount, and optionally timezone.`,
        missing: (name) => `${name} requires startDate, unit, and amount to be present`,
      },
      required: { startDate: 5166402, unit: 5166402, amount: 5166402 },
      optional: ['timezone'],
    },
    (parts, name, given) => {
      const zone = zoneOf(parts['timezone'], 'timezone' in given);
      const { startDate, unit = null, amount } = parts;
      if (zone === undefined || anyNull(parts, given, ['startDate', 'unit', 'amount'])) return null;
      const moment = dateOf(
        startDate,
        5166403,
        () => `${name} requires startDate to be convertible to a date`,
      ) as Date;
      const count = needInt64(amount, 5166405, () => `${name} expects integer amount of time units`);
      return move(moment, unitOf(unit, name), direction * count, zone, name);
    },
  );

export const dateDiff = ofParts(
  {
    notDocument: 5166301,
    unknown: 5166302,
    words: dateWords,
    required: { startDate: 5166303, endDate: 5166304, unit: 5166305 },
    optional: ['timezone', 'startOfWeek'],
  },
  (parts, name, given) => {
    const zone = zoneOf(parts['timezone'], 'timezone' in given);
    const { startDate, endDate, unit = null, startOfWeek } = parts;
    const needed = ['startDate', 'endDate', 'unit', ...(unit === 'week' ? ['startOfWeek'] : [])];
    if (zone === undefined || anyNull(parts, given, needed)) return null;
    const from = dateOf(startDate, 5166307, needsDate(name, 'startDate')) as Date;
    const to = dateOf(endDate, 5166307, needsDate(name, 'endDate')) as Date;
    const parsed = unitOf(unit, name);
    const weekday = parsed === 'week' ? weekdayOf(startOfWeek, name) : 7;
    return Long.fromBigInt(boundaries(from, to, parsed, zone, weekday));
  },
);
