import {
  asDecimal,
  calculate,
  divide,
  isWhole,
  subtract,
  toBigInt,
  whole,
  wholePart,
} from '../bson/arithmetic.ts';
import {
  decimalOfDouble,
  divideDecimals,
  NOT_A_DECIMAL,
  padded,
  quantized,
  remainder,
  squareRoot,
  withoutSign,
  type Rounding,
} from '../bson/decimal.ts';
import { compareNumbers, signOf, toNumber } from '../bson/numbers.ts';
import { decimalLogarithm, exponentialOf, naturalLogarithm, powerOf } from '../bson/transcendental.ts';
import {
  dateAt,
  Decimal128,
  Double,
  Int32,
  isNullish,
  isNumeric,
  Long,
  millisecondsOf,
  type Numeric,
  type Value,
} from '../bson/types.ts';
import { general, showValue } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import type { Operator } from './compile.ts';

export function arithmetic(): [string, Operator][] {
  return [
    ['$add', plain(0, Infinity, sum)],
    ['$subtract', plain(2, 2, ([a, b]) => difference(a, b))],
    ['$multiply', plain(0, Infinity, (values) => fold(values, 'multiply', new Int32(1)))],
    ['$divide', ofTwo(quotient)],
    ['$mod', ofTwo(modulo, 16611)],
    ['$pow', ofNamed(power, [28762, 'base'], [28763, 'exponent'])],
    ['$log', ofNamed(logarithm, [28756, 'argument'], [28757, 'base'])],
    ['$abs', ofOne(absolute)],
    ['$ceil', ofOne((a) => integral(a, 'ceil'))],
    ['$floor', ofOne((a) => integral(a, 'floor'))],
    ['$sqrt', ofReal(Math.sqrt, squareRoot, notNegative)],
    ['$exp', ofReal(Math.exp, exponentialOf)],
    ['$ln', ofPositive(Math.log, naturalLogarithm, 28766)],
    ['$log10', ofPositive(Math.log10, decimalLogarithm, 28761)],
    ['$round', toPlace('round')],
    ['$trunc', toPlace('trunc')],
  ];
}

const ofOne = (apply: (a: Numeric, name: string) => Value): Operator =>
  plain(1, 1, ([a], _environment, name) => {
    if (isNullish(a)) return null;
    return isNumeric(a)
      ? apply(a, name)
      : fail(28765, `${name} only supports numeric types, not ${typeName(a)}`);
  });

/** A function on doubles and its counterpart on decimals. */
const ofReal = (
  onDouble: (a: number) => number,
  onDecimal: (a: Decimal128) => Decimal128,
  check?: (a: Numeric, name: string) => void,
): Operator =>
  ofOne((a, name) => {
    check?.(a, name);
    return a instanceof Decimal128 ? onDecimal(a) : new Double(onDouble(toNumber(a)));
  });

const notNegative = (a: Numeric, name: string): void => {
  if (signOf(a) < 0) fail(28714, `${name}'s argument must be greater than or equal to 0`);
};

/** A logarithm: of the decimal NaN it is a double. */
const ofPositive = (
  onDouble: (a: number) => number,
  onDecimal: (a: Decimal128) => Decimal128,
  code: number,
): Operator =>
  ofOne((a, name) => {
    const sign = signOf(a);
    if (sign <= 0) fail(code, `${name}'s argument must be a positive number, but is ${general(toNumber(a))}`);
    return a instanceof Decimal128 && sign > 0 ? onDecimal(a) : new Double(onDouble(toNumber(a)));
  });

const ofTwo = (apply: (a: Numeric, b: Numeric) => Value, code = 14): Operator =>
  plain(2, 2, ([a, b], _environment, name) => {
    if (isNullish(a) || isNullish(b)) return null;
    if (isNumeric(a) && isNumeric(b)) return apply(a, b);
    return fail(code, `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  });

/** An operator whose two numbers have names and codes of their own. */
const ofNamed = (
  apply: (a: Numeric, b: Numeric) => Value,
  ...parts: [first: readonly [number, string], second: readonly [number, string]]
): Operator =>
  plain(2, 2, ([a, b], _environment, name) => {
    if (isNullish(a) || isNullish(b)) return null;
    if (isNumeric(a) && isNumeric(b)) return apply(a, b);
    const [code, part] = parts[isNumeric(a) ? 1 : 0];
    return fail(code, `${name}'s ${part} must be numeric, not ${typeName(isNumeric(a) ? b : a)}`);
  });

/** From left to right; the first null ends it. Only int32 values that outgrow int32 and come back are int32 again. */
function fold(values: (Value | undefined)[], operation: 'add' | 'multiply', start: Numeric): Value {
  let total = start;
  let wide = false;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!isNumeric(value))
      return fail(
        'TypeMismatch',
        `$${operation} only supports numeric ${operation === 'add' ? 'or date ' : ''}types, not ${typeName(value)}`,
      );
    wide ||= value instanceof Long;
    total = calculate(operation, total, value) as Numeric;
  }
  return total instanceof Long && !wide ? (whole(toBigInt(total), false) ?? total) : total;
}

/** Numbers, and at most one date to which they are milliseconds. */
function sum(values: (Value | undefined)[]): Value {
  const end = values.findIndex(isNullish);
  const seen = end < 0 ? values : values.slice(0, end + 1);
  const dates = seen.filter((value) => value instanceof Date);
  if (dates.length > 1) fail(16612, 'only one date allowed in an $add expression');
  const [date] = dates;
  const total = fold(
    seen.filter((value) => !(value instanceof Date)),
    'add',
    new Int32(0),
  );
  return date && isNumeric(total) ? moved(date, total, 1n) : total;
}

function difference(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b);
  if (a instanceof Date && b instanceof Date) return Long.fromBigInt(millisecondsOf(a) - millisecondsOf(b));
  if (a instanceof Date && isNumeric(b)) return moved(a, b, -1n);
  return fail('TypeMismatch', `can't $subtract ${typeName(b)} from ${typeName(a)}`);
}

/** A date and a number of milliseconds: of a double a half goes away from zero, of a decimal to the even. */
function moved(date: Date, by: Numeric, direction: bigint): Date {
  const rounded =
    by instanceof Decimal128
      ? toPlaces(by, 0, 'round')
      : new Double(Math.sign(toNumber(by)) * Math.round(Math.abs(toNumber(by))));
  const way = wholePart(isWhole(by) ? by : rounded) ?? fail('Overflow', 'date overflow');
  const result = millisecondsOf(date) + direction * way;
  return result === BigInt.asIntN(64, result) ? dateAt(result) : fail('Overflow', 'date overflow');
}

function quotient(a: Numeric, b: Numeric): Value {
  if (signOf(b) === 0) fail('BadValue', "can't $divide by zero");
  return divide(a, b);
}

function modulo(a: Numeric, b: Numeric): Value {
  const decimal = a instanceof Decimal128 || b instanceof Decimal128;
  if (signOf(b) === 0) fail(decimal ? 5733415 : 16610, "can't $mod by zero");
  if (decimal) return remainder(asDecimal(a), asDecimal(b));
  if (!isWhole(a) || !isWhole(b)) return new Double(toNumber(a) % toNumber(b));
  return whole(toBigInt(a) % toBigInt(b), a instanceof Long || b instanceof Long) as Value;
}

function power(a: Numeric, b: Numeric): Value {
  if (signOf(a) === 0 && signOf(b) < 0) fail(28764, '$pow cannot take a base of 0 and a negative exponent');
  if (a instanceof Decimal128 || b instanceof Decimal128) return powerOf(asDecimal(a), asDecimal(b));
  const [base, exponent] = [toNumber(a), toNumber(b)];
  if (isWhole(a) && isWhole(b)) {
    const last = toBigInt(b);
    const one = base === 1 || base === -1;
    const exact =
      base === 0 || one || (last >= 0n && last < 64n)
        ? toBigInt(a) ** (one ? (last % 2n) ** 2n : last > 64n ? 64n : last)
        : undefined;
    const result = exact === undefined ? undefined : whole(exact, a instanceof Long || b instanceof Long);
    if (result) return result;
  }
  // One to any power is one, as IEEE 754 and C have it.
  const one = base === 1 || (base === -1 && Math.abs(exponent) === Infinity);
  return new Double(one ? 1 : base ** exponent);
}

function logarithm(a: Numeric, base: Numeric): Value {
  const signs = [signOf(a), signOf(base)] as const;
  if (signs[0] <= 0) fail(28758, `$log's argument must be a positive number, but is ${general(toNumber(a))}`);
  if (signs[1] <= 0 || compareNumbers(base, new Int32(1)) === 0)
    fail(28759, `$log's base must be a positive number not equal to 1, but is ${general(toNumber(base))}`);
  return (a instanceof Decimal128 || base instanceof Decimal128) && !signs.some(Number.isNaN)
    ? divideDecimals(naturalLogarithm(asDecimal(a)), naturalLogarithm(asDecimal(base)))
    : new Double(Math.log(toNumber(a)) / Math.log(toNumber(base)));
}

function absolute(a: Numeric): Value {
  if (a instanceof Double) return new Double(Math.abs(a.value));
  if (a instanceof Decimal128) return withoutSign(a);
  const value = toBigInt(a);
  return value >= 0n
    ? a
    : (whole(-value, a instanceof Long) ?? fail(28680, "can't take $abs of long long min"));
}

function integral(a: Numeric, rounding: 'ceil' | 'floor'): Value {
  if (a instanceof Double) return new Double(Math[rounding](a.value));
  return a instanceof Decimal128 ? (quantized(a, 0, rounding) ?? NOT_A_DECIMAL) : a;
}

/** Where 34 digits do not reach the place, the number is written with all of them. */
const toPlaces = (a: Decimal128, place: number, rounding: Rounding): Decimal128 =>
  quantized(a, -place, rounding) ?? padded(a);

const toPlace = (rounding: 'round' | 'trunc'): Operator =>
  plain(1, 2, (values, _environment, name) => {
    const [a, at] = values;
    if (isNullish(a)) return null;
    if (!isNumeric(a)) return fail(51081, `${name} only supports numeric types, not ${typeName(a)}`);
    if (values.length > 1 && isNullish(at)) return null;
    const place = placeOf(at ?? new Int32(0), name);
    if (a instanceof Decimal128) return toPlaces(a, place, rounding);
    if (a instanceof Double)
      return new Double(toNumber(toPlaces(decimalOfDouble(a.value, 34), place, rounding)));
    if (place >= 0) return a;
    const result = wholePart(toPlaces(asDecimal(a), place, rounding)) ?? 0n;
    return (
      whole(result, a instanceof Long) ?? fail(51080, `invalid conversion from Decimal128 result in ${name}`)
    );
  });

function placeOf(value: Value, name: string): number {
  if (!isNumeric(value)) return fail(16004, `can't convert from BSON type ${typeName(value)} to long`);
  const place = toNumber(value);
  if (!(value instanceof Decimal128) && !(Math.abs(place) < 2 ** 63))
    fail(31109, `Can't coerce out of range value ${showValue(value)} to long`);
  if (!Number.isInteger(place) || place !== (place | 0))
    fail(51082, `precision argument to  ${name} must be a integral value`);
  if (place < -20 || place > 100)
    fail(51083, `cannot apply ${name} with precision value ${place} value must be in [-20, 100]`);
  return place;
}
