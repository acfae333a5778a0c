import { signedAt, takeApart } from './decimal.ts';
import { Decimal128, Double, Int32, Long, type Numeric } from './types.ts';

/** Exact arithmetic over the four number types. */

/** The nearest double. Rounding never changes an order, it can only make two numbers equal. */
export function toNumber(value: Numeric): number {
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) return value.toNumber();
  return Number(value.toString());
}

/** -1, 0 or 1; NaN for NaN. */
export function signOf(value: Numeric): number {
  if (!(value instanceof Decimal128)) return Math.sign(toNumber(value));
  const { negative, coefficient, exponent } = takeApart(value);
  if (Number.isNaN(exponent)) return NaN;
  return coefficient === 0n && exponent !== Infinity ? 0 : negative ? -1 : 1;
}

export const isInfinite = (value: Numeric): boolean =>
  value instanceof Decimal128
    ? takeApart(value).exponent === Infinity
    : Math.abs(toNumber(value)) === Infinity;

export const isInexact = (value: Numeric): value is Long | Decimal128 =>
  value instanceof Long || value instanceof Decimal128;

const two = new Float64Array(1);
const bits = new BigInt64Array(two.buffer);

/** A finite number as a fraction. */
export function fraction(value: Numeric): { over: bigint; under: bigint } {
  if (value instanceof Long) return { over: value.toBigInt(), under: 1n };
  if (value instanceof Decimal128) {
    const parts = takeApart(value);
    const at = Math.min(parts.exponent, 0);
    return { over: signedAt(parts, at), under: 10n ** BigInt(-at) };
  }
  return doubleFraction(value.value);
}

export function doubleFraction(number: number): { over: bigint; under: bigint } {
  if (Number.isInteger(number)) return { over: BigInt(number), under: 1n };
  let power = 0;
  let scaled = number;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power++;
  }
  return { over: BigInt(scaled), under: 1n << BigInt(power) };
}

/** MongoDB's order of numbers, by value across types; NaN is below every other number and equal to itself. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  const a = toNumber(left);
  const b = toNumber(right);
  if (a < b) return -1;
  if (a > b) return 1;
  if (a !== b) return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
  if (!isInexact(left) && !isInexact(right)) return 0;
  if (left instanceof Long && right instanceof Long) return left.compare(right);
  return compareExactly(left, right);
}

/** Numbers whose nearest double is the same. */
function compareExactly(left: Numeric, right: Numeric): number {
  const infinite = Number(isInfinite(left)) - Number(isInfinite(right));
  if (infinite !== 0 || isInfinite(left)) return infinite && signOf(left) * infinite;
  const a = fraction(left);
  const b = fraction(right);
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The next double below. */
export function below(number: number): number {
  if (number === -Infinity) return number;
  if (number === 0) return -Number.MIN_VALUE;
  two[0] = number;
  bits[0] = (bits[0] as bigint) + (number > 0 ? -1n : 1n);
  return two[0];
}
