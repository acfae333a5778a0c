import {
  addDecimals,
  decimalOfDouble,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  wholeDecimal,
} from './decimal.ts';
import { fraction, isInfinite, toNumber } from './numbers.ts';
import { Decimal128, Double, Int32, Long, type Numeric } from './types.ts';

/** Arithmetic as MongoDB types it: int32 grows to int64, int64 to double; a decimal makes a decimal. */

const INT_MIN = -0x80000000n;
const INT_MAX = 0x7fffffffn;
const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

export const isWhole = (value: Numeric): value is Int32 | Long =>
  value instanceof Int32 || value instanceof Long;

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
const onDecimals: Record<Operation, (a: Decimal128, b: Decimal128) => Decimal128> = {
  add: addDecimals,
  subtract: (a, b) => addDecimals(a, negateDecimal(b)),
  multiply: multiplyDecimals,
};

/** Overflowing int64 gives a double, as in aggregation; `undefined` instead when `strict`, as in updates. */
export function calculate(operation: Operation, a: Numeric, b: Numeric, strict = false): Numeric | undefined {
  if (a instanceof Decimal128 || b instanceof Decimal128)
    return onDecimals[operation](asDecimal(a), asDecimal(b));
  if (isWhole(a) && isWhole(b)) {
    const wide = a instanceof Long || b instanceof Long;
    if (!wide) {
      const quick = onNumbers[operation](a.value, b.value);
      if (quick === (quick | 0)) return new Int32(quick);
    }
    const exact = onBigInts[operation](toBigInt(a), toBigInt(b));
    const result = whole(exact, wide);
    if (result || strict) return result;
  }
  return new Double(onNumbers[operation](toNumber(a), toNumber(b)));
}

export const add = (a: Numeric, b: Numeric): Numeric => calculate('add', a, b) as Numeric;
export const subtract = (a: Numeric, b: Numeric): Numeric => calculate('subtract', a, b) as Numeric;
export const multiply = (a: Numeric, b: Numeric): Numeric => calculate('multiply', a, b) as Numeric;

/** A double becomes a decimal of 15 digits, as MongoDB converts it. */
export function asDecimal(value: Numeric): Decimal128 {
  if (value instanceof Decimal128) return value;
  return value instanceof Double ? decimalOfDouble(value.value) : wholeDecimal(toBigInt(value));
}

/** Division: a double, or a decimal where one is part of it. */
export function divide(a: Numeric, b: Numeric): Numeric {
  return a instanceof Decimal128 || b instanceof Decimal128
    ? divideDecimals(asDecimal(a), asDecimal(b))
    : new Double(toNumber(a) / toNumber(b));
}

/** The whole part of a number; undefined when it is infinite or NaN, and of one with a fraction when `exactly`. */
export function wholePart(value: Numeric, exactly = false): bigint | undefined {
  if (isWhole(value)) return toBigInt(value);
  if (Number.isNaN(toNumber(value)) || isInfinite(value)) return undefined;
  const { over, under } = fraction(value);
  return exactly && over % under !== 0n ? undefined : over / under;
}

/** The same, where int64 holds it. */
export function int64Of(value: Numeric, exactly = false): bigint | undefined {
  const whole = wholePart(value, exactly);
  return whole !== undefined && whole === BigInt.asIntN(64, whole) ? whole : undefined;
}
