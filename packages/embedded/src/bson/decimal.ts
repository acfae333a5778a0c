import { Decimal128 } from './types.ts';

/** Arithmetic of IEEE 754 decimal128, exact on whole numbers and then rounded once: 34 digits, half to even. */

/** ±coefficient × 10^exponent. The exponent of an infinite number is Infinity, that of NaN is NaN. */
export interface Decimal {
  negative: boolean;
  coefficient: bigint;
  exponent: number;
}

export type Rounding = 'round' | 'trunc' | 'floor' | 'ceil';

const DIGITS = 34;
const LIMIT = 10n ** 34n;
export const LEAST_EXPONENT = -6176;
const MOST_EXPONENT = 6111;
/** An exponent beyond every that counts. */
const FAR = 20_000;
const COEFFICIENT_BITS = (1n << 49n) - 1n;
const INFINITE = 0x78n << 56n;
const NOT_A_NUMBER = 0x7cn << 56n;

const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent);
const digitsOf = (coefficient: bigint): number => (coefficient === 0n ? 0 : coefficient.toString().length);
export const isFinite = ({ exponent }: Decimal): boolean => Number.isFinite(exponent);

export function takeApart({ bytes }: Decimal128): Decimal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const high = view.getBigUint64(8, true);
  const negative = high >> 63n === 1n;
  if ((high & NOT_A_NUMBER) === NOT_A_NUMBER) return { negative, coefficient: 0n, exponent: NaN };
  if ((high & INFINITE) === INFINITE) return { negative, coefficient: 0n, exponent: Infinity };
  // A coefficient that has no room in 34 digits stands for zero.
  const wide = (high >> 61n) % 4n === 3n;
  const coefficient = ((high & COEFFICIENT_BITS) << 64n) | view.getBigUint64(0, true);
  return {
    negative,
    coefficient: wide || coefficient >= LIMIT ? 0n : coefficient,
    exponent: Number((high >> (wide ? 47n : 49n)) & 0x3fffn) + LEAST_EXPONENT,
  };
}

function pack({ negative, coefficient, exponent }: Decimal): Decimal128 {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const high = Number.isNaN(exponent)
    ? NOT_A_NUMBER
    : exponent === Infinity
      ? INFINITE
      : (BigInt(exponent - LEAST_EXPONENT) << 49n) | (coefficient >> 64n);
  view.setBigUint64(8, high | (negative ? 1n << 63n : 0n), true);
  view.setBigUint64(0, BigInt.asUintN(64, coefficient), true);
  return new Decimal128(bytes);
}

/** A coefficient without its last digits. */
function without(count: number, coefficient: bigint, rounding: Rounding, negative: boolean): bigint {
  const unit = tenTo(count);
  const kept = coefficient / unit;
  const rest = coefficient % unit;
  if (rest === 0n || rounding === 'trunc') return kept;
  const up =
    rounding === 'round'
      ? rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)
      : (rounding === 'floor') === negative;
  return up ? kept + 1n : kept;
}

/** The Decimal128 that is nearest: what is too large is infinite, what is too small loses digits. */
export function nearest(
  { negative, coefficient, exponent }: Decimal,
  rounding: Rounding = 'round',
): Decimal128 {
  if (!Number.isFinite(exponent)) return pack({ negative, coefficient: 0n, exponent });
  const drop = Math.max(digitsOf(coefficient) - DIGITS, LEAST_EXPONENT - exponent, 0);
  let kept = drop > 0 ? without(drop, coefficient, rounding, negative) : coefficient;
  let at = exponent + drop;
  if (kept === LIMIT) {
    kept /= 10n;
    at++;
  }
  const pad = at - MOST_EXPONENT;
  if (pad <= 0) return pack({ negative, coefficient: kept, exponent: at });
  const wide = kept === 0n ? 0n : pad < DIGITS ? kept * tenTo(pad) : LIMIT;
  return wide < LIMIT
    ? pack({ negative, coefficient: wide, exponent: MOST_EXPONENT })
    : pack({ negative, coefficient: 0n, exponent: Infinity });
}

export const NOT_A_DECIMAL = pack({ negative: false, coefficient: 0n, exponent: NaN });
export const fromSigned = (coefficient: bigint, exponent: number): Decimal128 =>
  nearest({
    negative: coefficient < 0n,
    coefficient: coefficient < 0n ? -coefficient : coefficient,
    exponent,
  });
export const wholeDecimal = (value: bigint): Decimal128 => fromSigned(value, 0);

/** A number of a few digits in which what is left of a division or a root shows that there was more. */
const inexact = (coefficient: bigint): bigint => coefficient * 10n + 1n;

/** An exact result has the exponent that is nearest to the ideal one. */
function towards(ideal: number, { negative, coefficient, exponent }: Decimal): Decimal128 {
  let [digits, at] = [coefficient, exponent];
  while (at < ideal && digits % 10n === 0n && digits !== 0n) {
    digits /= 10n;
    at++;
  }
  return nearest({ negative, coefficient: digits, exponent: digits === 0n ? ideal : at });
}

/** Where one of two numbers is infinite or NaN: the same operation on numbers that stand for them. */
function special(x: Decimal, y: Decimal, operate: (a: number, b: number) => number): Decimal128 {
  const none = [x, y].find(({ exponent }) => Number.isNaN(exponent));
  if (none) return pack({ ...none, coefficient: 0n });
  const standIn = ({ negative, coefficient, exponent }: Decimal): number =>
    (negative ? -1 : 1) * (exponent === Infinity ? Infinity : coefficient === 0n ? 0 : 1);
  const result = operate(standIn(x), standIn(y));
  return pack({
    negative: result < 0 || Object.is(result, -0),
    coefficient: 0n,
    exponent: result === 0 ? LEAST_EXPONENT : Math.abs(result),
  });
}

export function addDecimals(left: Decimal128, right: Decimal128): Decimal128 {
  const [x, y] = [takeApart(left), takeApart(right)];
  if (!isFinite(x) || !isFinite(y)) return special(x, y, (a, b) => a + b);
  const exponent = Math.min(x.exponent, y.exponent);
  const total = signedAt(x, exponent) + signedAt(y, exponent);
  return total === 0n
    ? nearest({ negative: x.negative && y.negative, coefficient: total, exponent })
    : fromSigned(total, exponent);
}

/** The number as a count of units of a power of ten that is not above its own. */
export const signedAt = ({ negative, coefficient, exponent }: Decimal, at: number): bigint =>
  (negative ? -coefficient : coefficient) * tenTo(exponent - at);

export const negateDecimal = (value: Decimal128): Decimal128 => {
  const parts = takeApart(value);
  return Number.isNaN(parts.exponent) ? value : pack({ ...parts, negative: !parts.negative });
};

export const withoutSign = (value: Decimal128): Decimal128 => pack({ ...takeApart(value), negative: false });

export function multiplyDecimals(left: Decimal128, right: Decimal128): Decimal128 {
  const [x, y] = [takeApart(left), takeApart(right)];
  if (!isFinite(x) || !isFinite(y)) return special(x, y, (a, b) => a * b);
  return nearest({
    negative: x.negative !== y.negative,
    coefficient: x.coefficient * y.coefficient,
    exponent: x.exponent + y.exponent,
  });
}

/** The divisor is not zero. */
export function divideDecimals(left: Decimal128, right: Decimal128): Decimal128 {
  const [x, y] = [takeApart(left), takeApart(right)];
  if (!isFinite(x) || !isFinite(y)) return special(x, y, (a, b) => a / b);
  const negative = x.negative !== y.negative;
  const ideal = x.exponent - y.exponent;
  const shift = Math.max(0, DIGITS + 2 + digitsOf(y.coefficient) - digitsOf(x.coefficient));
  const scaled = x.coefficient * tenTo(shift);
  const quotient = scaled / y.coefficient;
  return scaled % y.coefficient === 0n
    ? towards(ideal, { negative, coefficient: quotient, exponent: ideal - shift })
    : nearest({ negative, coefficient: inexact(quotient), exponent: ideal - shift - 1 });
}

/** The divisor is not zero; the result has the sign of the dividend. */
export function remainder(left: Decimal128, right: Decimal128): Decimal128 {
  const [x, y] = [takeApart(left), takeApart(right)];
  if (isFinite(x) && y.exponent === Infinity) return left;
  if (!isFinite(x) || !isFinite(y)) return special(x, y, (a, b) => a % b);
  const exponent = Math.min(x.exponent, y.exponent);
  return nearest({
    negative: x.negative,
    coefficient:
      signedAt({ ...x, negative: false }, exponent) % signedAt({ ...y, negative: false }, exponent),
    exponent,
  });
}

/** The number is not below zero. */
export function squareRoot(value: Decimal128): Decimal128 {
  const { negative, coefficient, exponent } = takeApart(value);
  if (!Number.isFinite(exponent)) return value;
  const ideal = Math.floor(exponent / 2);
  if (coefficient === 0n) return pack({ negative, coefficient, exponent: ideal });
  const shift = (exponent & 1) + 2 * (DIGITS + 2);
  const scaled = coefficient * tenTo(shift);
  const root = wholeRoot(scaled);
  const at = (exponent - shift) / 2;
  return root * root === scaled
    ? towards(ideal, { negative, coefficient: root, exponent: at })
    : nearest({ negative, coefficient: inexact(root), exponent: at - 1 });
}

/** Newton's iteration, from above. */
function wholeRoot(value: bigint): bigint {
  let root = tenTo(Math.ceil(digitsOf(value) / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

/** The number with its last digit at an exponent; undefined where 34 digits do not reach there. */
export function quantized(value: Decimal128, at: number, rounding: Rounding): Decimal128 | undefined {
  const { negative, coefficient, exponent } = takeApart(value);
  if (Number.isNaN(exponent)) return value;
  if (exponent === Infinity || (coefficient !== 0n && exponent - at > DIGITS)) return undefined;
  const digits =
    exponent < at
      ? without(at - exponent, coefficient, rounding, negative)
      : coefficient * tenTo(coefficient === 0n ? 0 : exponent - at);
  return digits < LIMIT ? pack({ negative, coefficient: digits, exponent: at }) : undefined;
}

/** The number written with all the digits that it can have. */
export const padded = (value: Decimal128): Decimal128 =>
  addDecimals(value, pack({ negative: false, coefficient: 0n, exponent: LEAST_EXPONENT }));

/** The digits of a double; as MongoDB converts it elsewhere than in sums, 15 of them. */
export function decimalOfDouble(value: number, digits: 15 | 34 = 15): Decimal128 {
  const negative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value) || value === 0)
    return pack({ negative, coefficient: 0n, exponent: Math.abs(value) });
  let [whole, power] = [Math.abs(value), 0];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    power++;
  }
  const exact = nearest({ negative, coefficient: BigInt(whole) * 5n ** BigInt(power), exponent: -power });
  if (digits === 34) return exact;
  const { coefficient, exponent } = takeApart(exact);
  const at = exponent + digitsOf(coefficient) - digits;
  const kept =
    exponent < at
      ? without(at - exponent, coefficient, 'round', negative)
      : coefficient * tenTo(exponent - at);
  return kept === tenTo(digits)
    ? pack({ negative, coefficient: kept / 10n, exponent: at + 1 })
    : pack({ negative, coefficient: kept, exponent: at });
}

/** A text as a number; undefined when it is none, or when it is outside of what a Decimal128 can be. */
export function decimalOfText(text: string): Decimal128 | undefined {
  const match = /^([+-]?)(?:(?=\.?\d)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?|(nan|inf(?:inity)?))$/i.exec(text);
  if (!match) return undefined;
  const [, sign, before = '', after = '', power = '0', word] = match;
  const negative = sign === '-';
  if (word !== undefined)
    return pack({ negative, coefficient: 0n, exponent: /^n/i.test(word) ? NaN : Infinity });
  const digits = (before + after).replace(/^0+/, '');
  let significant = digits.length;
  while (digits[significant - 1] === '0') significant--;
  const exponent = Number(power) - after.length;
  if (significant > 0 && exponent + digits.length - significant < LEAST_EXPONENT) return undefined;
  // Digits that do not fit are cut off, so more of them need not be looked at.
  const head = digits.slice(0, DIGITS + 1);
  const at = exponent + digits.length - head.length;
  const result = nearest(
    { negative, coefficient: BigInt(head), exponent: Math.max(-FAR, Math.min(FAR, at)) },
    'trunc',
  );
  return isFinite(takeApart(result)) ? result : undefined;
}
