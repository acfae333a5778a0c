import {
  add,
  asDecimal,
  divide,
  multiply,
  subtract,
  toBigInt,
  toDecimal,
  whole,
  wholeOf,
} from '../bson/arithmetic.ts';
import { parseDecimal, toNumber } from '../bson/numbers.ts';
import {
  Decimal128,
  Double,
  Int32,
  isNullish,
  isNumeric,
  Long,
  type Numeric,
  type Value,
} from '../bson/types.ts';
import { fail } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import type { Operator } from './compile.ts';

export function arithmetic(): [string, Operator][] {
  return [
    ['$add', plain(0, Infinity, sum)],
    ['$subtract', plain(2, 2, ([a, b]) => difference(a, b))],
    ['$multiply', plain(0, Infinity, (values, _environment, name) => fold(values, name, multiply))],
    [
      '$divide',
      ofTwo((a, b) => (toNumber(b) === 0 ? fail('BadValue', "can't $divide by zero") : divide(a, b))),
    ],
    ['$mod', ofTwo(modulo)],
    ['$pow', ofTwo(power)],
    [
      '$log',
      ofTwo((a, base) =>
        toNumber(a) > 0 && toNumber(base) > 0 && toNumber(base) !== 1
          ? new Double(Math.log(toNumber(a)) / Math.log(toNumber(base)))
          : fail(28758, "$log's arguments must be positive numbers, and its base not 1"),
      ),
    ],
    ['$abs', ofOne((a) => (toNumber(a) < 0 || Object.is(toNumber(a), -0) ? negated(a) : a))],
    ['$ceil', ofOne((a) => rounded(a, 'ceil'))],
    ['$floor', ofOne((a) => rounded(a, 'floor'))],
    [
      '$sqrt',
      ofOne((a) =>
        toNumber(a) < 0
          ? fail(28714, "$sqrt's argument must be greater than or equal to 0")
          : new Double(Math.sqrt(toNumber(a))),
      ),
    ],
    ['$exp', ofOne((a) => new Double(Math.exp(toNumber(a))))],
    [
      '$ln',
      ofOne((a) =>
        toNumber(a) <= 0
          ? fail(28766, `$ln's argument must be a positive number, but is ${String(a)}`)
          : new Double(Math.log(toNumber(a))),
      ),
    ],
    [
      '$log10',
      ofOne((a) =>
        toNumber(a) <= 0
          ? fail(28761, `$log10's argument must be a positive number, but is ${String(a)}`)
          : new Double(Math.log10(toNumber(a))),
      ),
    ],
    ['$round', toPlace('round')],
    ['$trunc', toPlace('trunc')],
  ];
}

const ofOne = (apply: (a: Numeric) => Value): Operator =>
  plain(1, 1, ([a], _environment, name) => {
    if (isNullish(a)) return null;
    return isNumeric(a) ? apply(a) : fail(28765, `${name} only supports numeric types, not ${typeName(a)}`);
  });

const ofTwo = (apply: (a: Numeric, b: Numeric) => Value): Operator =>
  plain(2, 2, ([a, b], _environment, name) => {
    if (isNullish(a) || isNullish(b)) return null;
    if (!isNumeric(a) || !isNumeric(b))
      return fail(
        'TypeMismatch',
        `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`,
      );
    return apply(a, b);
  });

const negated = (a: Numeric): Numeric =>
  a instanceof Double ? new Double(-a.value) : subtract(new Int32(0), a);

function fold(
  values: (Value | undefined)[],
  name: string,
  apply: (a: Numeric, b: Numeric) => Numeric,
): Value {
  let total: Numeric | undefined;
  let empty = false;
  for (const value of values) {
    if (isNullish(value)) empty = true;
    else if (!isNumeric(value))
      fail('TypeMismatch', `${name} only supports numeric types, not ${typeName(value)}`);
    else total = total ? apply(total, value) : value;
  }
  return empty ? null : (total ?? new Int32(name === '$multiply' ? 1 : 0));
}

/** Numbers, and at most one date to which they are milliseconds. */
function sum(values: (Value | undefined)[]): Value {
  if (values.some(isNullish)) return null;
  const dates = values.filter((value) => value instanceof Date);
  if (dates.length > 1) fail(16612, 'only one date allowed in an $add expression');
  const numbers = values.filter((value) => !(value instanceof Date));
  for (const value of numbers)
    if (!isNumeric(value))
      fail('TypeMismatch', `$add only supports numeric or date types, not ${typeName(value)}`);
  const total = fold(numbers, '$add', add);
  const [date] = dates;
  return date ? new Date(date.getTime() + Math.round(toNumber(total as Numeric))) : total;
}

function difference(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b);
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(toNumber(b)));
  return fail('TypeMismatch', `can't $subtract ${typeName(b)} from ${typeName(a)}`);
}

function modulo(a: Numeric, b: Numeric): Value {
  if (toNumber(b) === 0) fail(16610, "can't $mod by zero");
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    const x = parseDecimal(asDecimal(a));
    const y = parseDecimal(asDecimal(b));
    if (typeof x === 'string' || typeof y === 'string') return Decimal128.fromString('NaN');
    const exponent = Math.min(x.exponent, y.exponent);
    return toDecimal(
      (x.coefficient * 10n ** BigInt(x.exponent - exponent)) %
        (y.coefficient * 10n ** BigInt(y.exponent - exponent)),
      exponent,
    );
  }
  if (a instanceof Double || b instanceof Double) return new Double(toNumber(a) % toNumber(b));
  return whole(toBigInt(a) % toBigInt(b), a instanceof Long || b instanceof Long) as Value;
}

function power(a: Numeric, b: Numeric): Value {
  if (toNumber(a) === 0 && toNumber(b) < 0)
    fail(28764, '$pow cannot take a base of 0 and a negative exponent');
  if (a instanceof Decimal128 || b instanceof Decimal128)
    return Decimal128.fromString(String(toNumber(a) ** toNumber(b)));
  if (a instanceof Double || b instanceof Double || toNumber(b) < 0)
    return new Double(toNumber(a) ** toNumber(b));
  const [base, exponent] = [wholeOf(a) ?? 0n, wholeOf(b) ?? 0n];
  const small = exponent < 64n || base === 0n || base === 1n || base === -1n;
  const exact = small
    ? whole(base ** (exponent < 64n ? exponent : exponent % 2n), a instanceof Long || b instanceof Long)
    : undefined;
  return exact ?? new Double(toNumber(a) ** toNumber(b));
}

type Direction = 'ceil' | 'floor' | 'round' | 'trunc';

function rounded(a: Numeric, direction: Direction, place = 0): Numeric {
  if (a instanceof Int32 || a instanceof Long) {
    if (place >= 0) return a;
    return (
      whole(roundAt(toBigInt(a), 10n ** BigInt(-place), direction), a instanceof Long) ??
      fail(51080, 'invalid conversion from Decimal128 result in $round')
    );
  }
  if (!Number.isFinite(toNumber(a))) return a;
  if (a instanceof Double && place === 0 && direction !== 'round')
    return new Double(Math[direction](a.value));
  const exact = parseDecimal(a instanceof Decimal128 ? a : Decimal128.fromString(exactText(a.value))) as {
    coefficient: bigint;
    exponent: number;
  };
  const drop = -place - exact.exponent;
  if (drop <= 0) return a;
  const unit = 10n ** BigInt(Math.min(drop, 1100));
  const kept = roundAt(exact.coefficient, unit, direction) / unit;
  if (a instanceof Decimal128) return toDecimal(kept, -place);
  return new Double(Number(`${kept}e${-place}`));
}

/** All digits of a double, so that what looks like a tie is one only when it is. */
function exactText(value: number): string {
  const [mantissa = '0', exponent = '0'] = value.toExponential(33).split('e');
  return `${mantissa}E${exponent}`;
}

/** A ties-to-even multiple of the unit, or the next one in a direction. */
function roundAt(value: bigint, unit: bigint, direction: Direction): bigint {
  const rest = value % unit;
  const toward = value - rest;
  if (rest === 0n || direction === 'trunc') return toward;
  if (direction === 'ceil') return rest > 0n ? toward + unit : toward;
  if (direction === 'floor') return rest < 0n ? toward - unit : toward;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const up = twice > unit || (twice === unit && (toward / unit) % 2n !== 0n);
  return up ? toward + (rest < 0n ? -unit : unit) : toward;
}

const toPlace = (direction: 'round' | 'trunc'): Operator =>
  plain(1, 2, ([a, at], _environment, name) => {
    if (isNullish(a) || at === null) return null;
    if (!isNumeric(a)) return fail(51081, `${name} only supports numeric types, not ${typeName(a)}`);
    const place =
      at === undefined
        ? 0
        : isNumeric(at)
          ? toNumber(at)
          : fail(51082, `cannot apply ${name} with precision value ${String(at)}`);
    if (!Number.isInteger(place)) fail(51082, 'precision argument to $round must be an integral value');
    if (place < -20 || place > 100)
      fail(51083, `cannot apply ${name} with precision value ${place} value must be in [-20, 100]`);
    return rounded(a, direction, place);
  });
