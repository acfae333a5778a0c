import { quantized } from './decimal.ts';
import { toNumber } from './numbers.ts';
import { Decimal128, type Numeric } from './types.ts';

/**
 * A number read as a whole one: a double toward zero, a decimal to the nearest, halves to the even one, and
 * NaN as zero. Infinity stays, for whoever counts with it.
 */
export function safeLong(value: Numeric): number {
  const number = toNumber(value);
  if (Number.isNaN(number)) return 0;
  if (!(value instanceof Decimal128) || !Number.isFinite(number)) return Math.trunc(number);
  return toNumber(quantized(value, 0, 'round') ?? value);
}
