import {
  fromSigned,
  isFinite,
  nearest,
  negateDecimal,
  NOT_A_DECIMAL,
  padded,
  takeApart,
  wholeDecimal,
  type Decimal,
} from './decimal.ts';
import type { Decimal128 } from './types.ts';

/**
 * Logarithms and powers of decimals, in whole numbers that count units of 10^-90. MongoDB's library goes by
 * way of binary floating point of 113 bits, so results are rounded to that first: it shows in the last digit.
 */

const PLACES = 90;
const ONE = 10n ** BigInt(PLACES);
const BINARY_DIGITS = 113;
/** Beyond this, e to its power is infinite or zero. */
const FAR = 15_000n * ONE;

/** ln(over / under), where the two are not far apart. */
function logarithmOfRatio(over: bigint, under: bigint): bigint {
  const step = ((over - under) * ONE) / (over + under);
  const square = (step * step) / ONE;
  let total = 0n;
  for (let [term, odd] = [step, 1n]; term !== 0n; odd += 2n) {
    total += term / odd;
    term = (term * square) / ONE;
  }
  return 2n * total;
}

const LN_10 = logarithmOfRatio(10n, 1n);

/** ln of a finite number above zero. */
function logarithm({ coefficient, exponent }: Decimal): bigint {
  const digits = coefficient.toString();
  const length = digits.length - (digits < '316' ? 1 : 0);
  return logarithmOfRatio(coefficient, 10n ** BigInt(length)) + BigInt(length + exponent) * LN_10;
}

/** Units as a number: rounded to binary digits, times a power of ten. */
function viaBinary(units: bigint, power: number): Decimal128 {
  const negative = units < 0n;
  const size = negative ? -units : units;
  if (size === 0n) return wholeDecimal(0n);
  const exponent = power - PLACES;
  const [over, under] =
    exponent >= 0 ? [size * 10n ** BigInt(exponent), 1n] : [size, 10n ** BigInt(-exponent)];
  let shift = BINARY_DIGITS - (bitsOf(over) - bitsOf(under));
  if ((shifted(over, shift) / shifted(under, -shift)) >> BigInt(BINARY_DIGITS) > 0n) shift--;
  const [scaled, divisor] = [shifted(over, shift), shifted(under, -shift)];
  let binary = scaled / divisor;
  const twice = (scaled % divisor) * 2n;
  if (twice > divisor || (twice === divisor && binary % 2n === 1n)) binary++;
  while (binary % 2n === 0n) {
    binary /= 2n;
    shift--;
  }
  return shift <= 0
    ? nearest({ negative, coefficient: binary << BigInt(-shift), exponent: 0 })
    : nearest({ negative, coefficient: binary * 5n ** BigInt(shift), exponent: -shift });
}

const bitsOf = (value: bigint): number => value.toString(2).length;
const shifted = (value: bigint, by: number): bigint => (by > 0 ? value << BigInt(by) : value);

/** e to a number of units; `finish` makes a decimal of units times a power of ten. */
function exponential(units: bigint, finish = viaBinary): Decimal128 {
  if (units > FAR || units < -FAR)
    return nearest({ negative: false, coefficient: 1n, exponent: units > 0n ? 20_000 : -20_000 });
  const power = units / LN_10;
  const rest = units - power * LN_10;
  let total = 0n;
  for (let [term, count] = [ONE, 1n]; term !== 0n; count++) {
    total += term;
    term = (term * rest) / (ONE * count);
  }
  return finish(total, Number(power));
}

/** A number as units; one that is far beyond every result as just that. */
function unitsOf({ negative, coefficient, exponent }: Decimal): bigint {
  const places = exponent + PLACES;
  const size =
    coefficient !== 0n && exponent + coefficient.toString().length > 6
      ? 2n * FAR
      : places >= 0
        ? coefficient * 10n ** BigInt(places)
        : coefficient / 10n ** BigInt(-places);
  return negative ? -size : size;
}

export function exponentialOf(value: Decimal128): Decimal128 {
  const parts = takeApart(value);
  if (Number.isNaN(parts.exponent)) return value;
  if (parts.exponent === Infinity) return parts.negative ? wholeDecimal(0n) : value;
  return exponential(unitsOf(parts));
}

/** The logarithm of a number above zero; of infinity and NaN it is they. */
export function naturalLogarithm(value: Decimal128): Decimal128 {
  const parts = takeApart(value);
  return isFinite(parts) ? viaBinary(logarithm(parts), 0) : value;
}

export function decimalLogarithm(value: Decimal128): Decimal128 {
  const parts = takeApart(value);
  return isFinite(parts) ? viaBinary((logarithm(parts) * ONE) / LN_10, 0) : value;
}

/** A number to the power of another, zero only to a power above zero; written with all the digits it can have. */
export const powerOf = (base: Decimal128, exponent: Decimal128): Decimal128 => padded(power(base, exponent));

function power(base: Decimal128, exponent: Decimal128): Decimal128 {
  const [x, y] = [takeApart(base), takeApart(exponent)];
  const growth = x.exponent === Infinity ? FAR : x.coefficient === 0n ? -FAR : logarithm(x);
  if ((isFinite(y) && y.coefficient === 0n) || (growth === 0n && !x.negative)) return wholeDecimal(1n);
  if (Number.isNaN(x.exponent)) return base;
  if (Number.isNaN(y.exponent)) return exponent;
  const whole = divides(1n, y);
  if (x.negative && !whole && isFinite(x) && x.coefficient !== 0n) return NOT_A_DECIMAL;
  const result = raised(y, growth);
  return x.negative && whole && !divides(2n, y) ? negateDecimal(result) : result;
}

const divides = (divisor: bigint, { coefficient, exponent }: Decimal): boolean =>
  exponent > 0 || coefficient % (divisor * 10n ** BigInt(-exponent)) === 0n;

/** e to the product of a number and a logarithm. */
function raised(y: Decimal, growth: bigint): Decimal128 {
  const endless = growth > 0n === y.negative ? -2n * FAR : 2n * FAR;
  if (y.exponent === Infinity) return growth === 0n ? wholeDecimal(1n) : exponential(endless);
  if (growth === FAR || growth === -FAR) return exponential(endless);
  const product = y.coefficient * growth;
  const negative = product < 0n !== y.negative;
  const coefficient = product < 0n ? -product : product;
  const exact = { negative, coefficient, exponent: y.exponent - PLACES };
  // Rounding the exponent can make the power infinite. What it loses of a finite one is made good.
  const rough = exponential(unitsOf(takeApart(nearest(exact))));
  return isFinite(takeApart(rough)) ? exponential(unitsOf(exact), inDecimal) : rough;
}

const inDecimal = (units: bigint, power: number): Decimal128 => fromSigned(units, power - PLACES);
