import { isNullish, Long, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import type { Operator } from './compile.ts';
import { boundaries, dateOf, move, truncate, unitOf, weekdayOf } from './dates.ts';
import { dateWords, needInt64, ofParts, type PartValues } from './operands.ts';
import { zoneAhead, zoneOf, type Zone } from './zones.ts';

/** Whether a part is given, and null or missing. */
const isNull = (parts: PartValues, given: Doc, part: string): boolean =>
  part in given && isNullish(parts[part]);

/** The zone that an operator names, what is wrong with it said as it is there; undefined for null. */
function zoneIn(parts: PartValues, given: Doc, name: string): Zone | undefined {
  try {
    return zoneOf(parts['timezone'], 'timezone' in given);
  } catch (error) {
    if (error instanceof MongoError)
      error.message = `${name} parameter 'timezone' value parsing failed :: caused by :: ${error.message}`;
    throw error;
  }
}

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
    const none = (part: string): boolean => isNull(parts, given, part);
    if (none('date') || none('binSize')) return null;
    const bin = binOf(parts['binSize'], name);
    if (none('unit')) return null;
    const unit = unitOf(parts['unit'] as Value, name);
    if (unit === 'week' && none('startOfWeek')) return null;
    const weekday = unit === 'week' ? weekdayOf(parts['startOfWeek'], name) : 7;
    const zone = zoneIn(parts, given, name);
    if (zone === undefined) return null;
    const moment = dateOf(parts['date'], 5166307, needsDate(name, 'date')) as Date;
    return truncate(moment, unit, bin, zone, weekday);
  },
  (constants, name) => {
    const known = unitAhead(constants, name);
    if (known === null || zoneIn(constants, constants as Doc, name) === undefined) return null;
    if (!('binSize' in constants)) return undefined;
    if (isNullish(constants['binSize'])) return null;
    binOf(constants['binSize'], name);
    return undefined;
  },
);

function binOf(binSize: Value | undefined, name: string): bigint {
  const bin =
    binSize === undefined
      ? 1n
      : needInt64(
          binSize,
          5439017,
          (type, text) =>
            `${name} requires 'binSize' to be a 64-bit integer, but got value '${text}' of type ${type}`,
        );
  return bin < 1n
    ? fail(5439018, `${name} requires 'binSize' to be greater than 0, but got value ${bin}`)
    : bin;
}

/** Looks at a constant unit and at a constant start of the week before there is a document. */
function unitAhead(constants: PartValues, name: string): null | undefined {
  const unit = 'unit' in constants ? constants['unit'] : '';
  if (isNullish(unit)) return null;
  if ('unit' in constants) unitOf(unit, name);
  if (!('startOfWeek' in constants)) return undefined;
  if (isNullish(constants['startOfWeek'])) return null;
  weekdayOf(constants['startOfWeek'], name);
  return undefined;
}

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
    ({ startDate, unit, amount, timezone }, name, given) => {
      if (isNullish(startDate) || isNullish(unit)) return null;
      const parsed = unitOf(unit, name);
      const zone = isNullish(amount) ? undefined : zoneOf(timezone, 'timezone' in given);
      if (zone === undefined) return null;
      const moment = dateOf(
        startDate,
        5166403,
        () => `${name} requires startDate to be convertible to a date`,
      ) as Date;
      const count = needInt64(amount, 5166405, () => `${name} expects integer amount of time units`);
      return move(moment, parsed, direction * count, zone, name);
    },
    (constants, name) => (unitAhead(constants, name) === null ? null : zoneAhead(constants)),
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
    const { startDate, endDate, unit } = parts;
    if (isNullish(startDate) || isNullish(endDate) || isNullish(unit)) return null;
    const parsed = unitOf(unit, name);
    if (parsed === 'week' && isNull(parts, given, 'startOfWeek')) return null;
    const weekday = parsed === 'week' ? weekdayOf(parts['startOfWeek'], name) : 7;
    const zone = zoneIn(parts, given, name);
    if (zone === undefined) return null;
    const from = dateOf(startDate, 5166307, needsDate(name, 'startDate')) as Date;
    const to = dateOf(endDate, 5166307, needsDate(name, 'endDate')) as Date;
    return Long.fromBigInt(boundaries(from, to, parsed, zone, weekday));
  },
  (constants, name) =>
    unitAhead(constants, name) === null || zoneIn(constants, constants as Doc, name) === undefined
      ? null
      : undefined,
);
