import { isNullish, Long, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Operator } from './compile.ts';
import { boundaries, dateOf, move, truncate, unitOf, weekdayOf } from './dates.ts';
import { needInt64, ofParts } from './operands.ts';
import { zoneOf } from './zones.ts';

/** Whether any of some parts that are given is null or missing. */
const anyNull = (parts: Record<string, Value | undefined>, given: Doc, names: readonly string[]): boolean =>
  names.some((name) => name in given && isNullish(parts[name]));

export const dateTrunc = ofParts(
  {
    notDocument: 5439007,
    unknown: 5439008,
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
    const moment = dateOf(date, name, 5166307) as Date;
    const parsed = unitOf(unit, name);
    const bin = binSize === undefined ? 1n : needInt64(binSize, 5439017, `${name}'s 'binSize'`);
    if (bin < 1n) fail(5439018, `${name} requires 'binSize' to be greater than 0, but got ${bin}`);
    return truncate(moment, parsed, bin, zone, parsed === 'week' ? weekdayOf(startOfWeek, name) : 7);
  },
);

export const moving = (direction: 1n | -1n): Operator =>
  ofParts(
    {
      notDocument: 5166400,
      unknown: 5166401,
      required: { startDate: 5166402, unit: 5166402, amount: 5166402 },
      optional: ['timezone'],
    },
    (parts, name, given) => {
      const zone = zoneOf(parts['timezone'], 'timezone' in given);
      const { startDate, unit = null, amount } = parts;
      if (zone === undefined || anyNull(parts, given, ['startDate', 'unit', 'amount'])) return null;
      const moment = dateOf(startDate, name, 5166403) as Date;
      const count = needInt64(amount, 5166405, `${name}'s 'amount'`);
      return move(moment, unitOf(unit, name), direction * count, zone, name);
    },
  );

export const dateDiff = ofParts(
  {
    notDocument: 5166301,
    unknown: 5166302,
    required: { startDate: 5166303, endDate: 5166304, unit: 5166305 },
    optional: ['timezone', 'startOfWeek'],
  },
  (parts, name, given) => {
    const zone = zoneOf(parts['timezone'], 'timezone' in given);
    const { startDate, endDate, unit = null, startOfWeek } = parts;
    const needed = ['startDate', 'endDate', 'unit', ...(unit === 'week' ? ['startOfWeek'] : [])];
    if (zone === undefined || anyNull(parts, given, needed)) return null;
    const from = dateOf(startDate, name, 5166307) as Date;
    const to = dateOf(endDate, name, 5166307) as Date;
    const parsed = unitOf(unit, name);
    const weekday = parsed === 'week' ? weekdayOf(startOfWeek, name) : 7;
    return Long.fromBigInt(boundaries(from, to, parsed, zone, weekday));
  },
);
