import { fraction, parseDecimal, toNumber } from './numbers.ts';
import { Decimal128, Double, Int32, Long, type Numeric } from './types.ts';

/** Arithmetic as MongoDB types it: int32 grows to int64, int64 to double; a decimal makes a decimal. */

const INT_MIN = -0x80000000n;
const INT_MAX = 0x7fffffffn;
const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

const isWhole = (value: Numeric): value is Int32 | Long => value instanceof Int32 || value instanceof Long;

export const toBigInt = (value: Int32 | Long): bigint =>
  value instanceof Int32 ? BigInt(value.value) : value.toBigInt();

/** A whole result in the widest type of its parts, wider when it does not fit; undefined when not even int64 holds it. */
export function whole(result: bigint, wide: boolean): Int32 | Long | undefined {
  if (!wide && result >= INT_MIN && result <= INT_MAX) return new Int32(Number(result));
  return result >= LONG_MIN && result <= LONG_MAX ? Long.fromBigInt(result) : undefined;
}

type Operation = 'add' | 'subtract' | 'multiply';

const onBigInts: Record<Operation, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
};
const onNumbers: Record<Operation, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
};

/** Overflowing int64 gives a double, as in aggregation; `undefined` instead when `strict`, as in updates. */
export function calculate(operation: Operation, a: Numeric, b: Numeric, strict = false): Numeric | undefined {
  if (a instanceof Decimal128 || b instanceof Decimal128) return decimalOf(operation, a, b);
  if (isWhole(a) && isWhole(b)) {
    const wide = a instanceof Long || b instanceof Long;
    if (!wide) {
      const quick = onNumbers[operation](a.value, b.value);
      if (quick === (quick | 0)) return new Int32(quick);
    }
    const exact = onBigInts[operation](toBigInt(a), toBigInt(b));
    return whole(exact, wide) ?? (strict ? undefined : new Double(Number(exact)));
  }
  return new Double(onNumbers[operation](toNumber(a), toNumber(b)));
}

export const add = (a: Numeric, b: Numeric): Numeric => calculate('add', a, b) as Numeric;
export const subtract = (a: Numeric, b: Numeric): Numeric => calculate('subtract', a, b) as Numeric;
export const multiply = (a: Numeric, b: Numeric): Numeric => calculate('multiply', a, b) as Numeric;

const DIGITS = 34;

/** A decimal of 34 digits, rounded half to even. */
export function toDecimal(coefficient: bigint, exponent: number): Decimal128 {
  let digits = coefficient < 0n ? -coefficient : coefficient;
  let power = exponent;
  const excess = digits.toString().length - DIGITS;
  if (excess > 0) {
    const unit = 10n ** BigInt(excess);
    const rest = digits % unit;
    digits /= unit;
    power += excess;
    const twice = rest * 2n;
    if (twice > unit || (twice === unit && digits % 2n === 1n)) digits += 1n;
  }
  return Decimal128.fromString(`${coefficient < 0n ? '-' : ''}${digits}E${power}`);
}

/** A double becomes a decimal of 15 digits, as MongoDB converts it. */
export function asDecimal(value: Numeric): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (value instanceof Double) {
    if (!Number.isFinite(value.value)) return Decimal128.fromString(String(value.value));
    return Decimal128.fromString(value.value.toPrecision(15));
  }
  return Decimal128.fromString(value.toString());
}

function decimalOf(operation: Operation, left: Numeric, right: Numeric): Decimal128 {
  const a = parseDecimal(asDecimal(left));
  const b = parseDecimal(asDecimal(right));
  if (typeof a === 'string' || typeof b === 'string') {
    return Decimal128.fromString(String(onNumbers[operation](toNumber(left), toNumber(right))));
  }
  if (operation === 'multiply') return toDecimal(a.coefficient * b.coefficient, a.exponent + b.exponent);
  const exponent = Math.min(a.exponent, b.exponent);
  const x = a.coefficient * 10n ** BigInt(a.exponent - exponent);
  const y = b.coefficient * 10n ** BigInt(b.exponent - exponent);
  return toDecimal(operation === 'add' ? x + y : x - y, exponent);
}

/** Division: a double, or a decimal where one is part of it. */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (!(a instanceof Decimal128) && !(b instanceof Decimal128)) return new Double(toNumber(a) / toNumber(b));
  const x = parseDecimal(asDecimal(a));
  const y = parseDecimal(asDecimal(b));
  if (typeof x === 'string' || typeof y === 'string')
    return Decimal128.fromString(String(toNumber(a) / toNumber(b)));
  const scaled = (x.coefficient * 10n ** 50n) / y.coefficient;
  return trimmed(scaled, x.exponent - y.exponent - 50);
}

function trimmed(coefficient: bigint, exponent: number): Decimal128 {
  let digits = coefficient;
  let power = exponent;
  while (digits !== 0n && digits % 10n === 0n && power < 0) {
    digits /= 10n;
    power++;
  }
  return toDecimal(digits, digits === 0n ? 0 : power);
}

/** A whole number of a numeric value, or undefined when it has a fraction or no end. */
export function wholeOf(value: Numeric): bigint | undefined {
  if (isWhole(value)) return toBigInt(value);
  if (!Number.isFinite(toNumber(value))) return undefined;
  const { over, under } = fraction(value);
  return over % under === 0n ? over / under : undefined;
}
