import { Decimal128, Double, Int32, Long, type Numeric } from './types.ts';

/** Exact arithmetic over the four number types. */

/** A decimal taken apart: coefficient times ten to the exponent. */
export interface Exact {
  coefficient: bigint;
  exponent: number;
}

/** The nearest double. Rounding never changes an order, it can only make two numbers equal. */
export function toNumber(value: Numeric): number {
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) return value.toNumber();
  return Number(value.toString());
}

export const isInexact = (value: Numeric): value is Long | Decimal128 =>
  value instanceof Long || value instanceof Decimal128;

export function parseDecimal(value: Decimal128): Exact | 'NaN' | 'Infinity' | '-Infinity' {
  const text = value.toString();
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return text;
  const [mantissa = '0', power = '0'] = text.split(/e/i);
  const point = mantissa.indexOf('.');
  const digits = point < 0 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1);
  return {
    coefficient: BigInt(digits),
    exponent: Number(power) - (point < 0 ? 0 : mantissa.length - point - 1),
  };
}

const two = new Float64Array(1);
const bits = new BigInt64Array(two.buffer);

/** A finite number as a fraction. */
export function fraction(value: Numeric): { over: bigint; under: bigint } {
  if (value instanceof Long) return { over: value.toBigInt(), under: 1n };
  if (value instanceof Decimal128) {
    const { coefficient, exponent } = parseDecimal(value) as Exact;
    return exponent >= 0
      ? { over: coefficient * 10n ** BigInt(exponent), under: 1n }
      : { over: coefficient, under: 10n ** BigInt(-exponent) };
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

function compareExactly(left: Numeric, right: Numeric): number {
  const leftInfinite = isInfinite(left);
  const rightInfinite = isInfinite(right);
  if (leftInfinite || rightInfinite) {
    return leftInfinite && rightInfinite
      ? 0
      : (leftInfinite ? toNumber(left) : -toNumber(right)) > 0
        ? 1
        : -1;
  }
  const a = fraction(left);
  const b = fraction(right);
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function isInfinite(value: Numeric): boolean {
  if (value instanceof Double) return Math.abs(value.value) === Infinity;
  return value instanceof Decimal128 && value.toString().endsWith('Infinity');
}

/** The next double below. */
export function below(number: number): number {
  if (number === -Infinity) return number;
  if (number === 0) return -Number.MIN_VALUE;
  two[0] = number;
  bits[0] = (bits[0] as bigint) + (number > 0 ? -1n : 1n);
  return two[0];
}
