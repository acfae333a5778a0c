import { isDoc, isNullish, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Operator } from './compile.ts';
import { weekDate } from './date-parts.ts';
import { dateWords, needInt64, ofParts, type PartValues } from './operands.ts';
import { addDays, checkedDate, millisecondsAt, Temporal, zoneAhead, zoneOf } from './zones.ts';

const DAY = 86_400_000n;
const dayParts = ['year', 'month', 'day'] as const;
const weekParts = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const;
export const timeParts = ['hour', 'minute', 'second', 'millisecond'] as const;

/** Parts of which MongoDB takes any number; years it looks at later. */
const unbounded: ReadonlySet<string> = new Set(['year', 'isoWeekYear', 'second', 'millisecond']);

const fromParts = ofParts(
  {
    notDocument: 40519,
    unknown: 40518,
    words: dateWords,
    required: {},
    optional: [...dayParts, ...weekParts, ...timeParts, 'timezone'],
  },
  (parts, name, given) => {
    const clockParts = numbersOf(timeParts, parts, given, [0n, 0n, 0n, 0n]);
    if (!clockParts) return null;
    const zone = zoneOf(parts['timezone'], 'timezone' in given);
    if (zone === undefined) return null;
    const byWeek = 'isoWeekYear' in given;
    const names = byWeek ? weekParts : dayParts;
    const numbers = numbersOf(names, parts, given, [1n, 1n, 1n]);
    if (!numbers) return null;
    const [year = 1, month = 1, day = 1] = numbers.map(Number);
    if (year < 1 || year > 9999)
      fail(
        byWeek ? 31095 : 40523,
        `'${names[0]}' must evaluate to an integer in the range 1 to 9999, found ${year}`,
      );
    const [hours = 0n, minutes = 0n, seconds = 0n, milliseconds = 0n] = clockParts;
    const date = byWeek
      ? weekDate(year, month, day)
      : Temporal.PlainDate.from({ year, month: 1, day: 1 })
          .add({ months: month - 1 })
          .add({ days: day - 1 });
    const clock = ((hours * 60n + minutes) * 60n + seconds) * 1000n + milliseconds;
    const { time, cycles } = addDays({ time: date.toPlainDateTime(), cycles: 0 }, Number(clock / DAY));
    const local = { time: time.add({ milliseconds: Number(clock % DAY) }), cycles };
    return checkedDate(millisecondsAt(local, zone), 40515, `${name} overflowed`);
  },
  zoneAhead,
);

/** The numbers of some parts, in their order; null when one that comes before what is no number is null. */
function numbersOf(
  names: readonly string[],
  parts: PartValues,
  given: Doc,
  otherwise: readonly bigint[],
): bigint[] | null {
  const numbers: bigint[] = [];
  for (const [at, part] of names.entries()) {
    if (!(part in given)) {
      numbers.push(otherwise[at] as bigint);
      continue;
    }
    const value = parts[part];
    if (isNullish(value)) return null;
    const number = needInt64(
      value,
      40515,
      (type, text) => `'${part}' must evaluate to an integer, found ${type} with value ${text}`,
    );
    if (!unbounded.has(part) && BigInt.asIntN(16, number) !== number)
      fail(
        31034,
        `'${part}' must evaluate to a value in the range [-32768, 32767]; value ${number} is not in range`,
      );
    numbers.push(number);
  }
  return numbers;
}

/** A date of the calendar or of the weeks of ISO 8601; parts beyond their range carry over. */
export const dateFromParts: Operator = (argument, environment, name) => {
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
