import { int64Of } from '../bson/arithmetic.ts';
import { quantized } from '../bson/decimal.ts';
import { general, showValue } from '../bson/show.ts';
import { Code, Decimal128, Double, Timestamp, type Numeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { textOf } from './convert.ts';

/** What string operators take other values for, which is not what $toString and $toLong make of them. */

export function coercedText(value: Value | undefined): string {
  if (value instanceof Double) return general(value.value);
  if (value instanceof Code && !value.scope) return value.code;
  if (value instanceof Timestamp) {
    const moment = new Date(value.t * 1000);
    const [, , month, , time] = moment.toUTCString().split(' ');
    return `${month} ${String(moment.getUTCDate()).padStart(2)} ${time}:${value.i}`;
  }
  return textOf(value);
}

const LEAST = -(2 ** 63);

/** A double is cut off and has to fit; a decimal is rounded, and the least number when it does not fit. */
export function coercedLong(value: Numeric): number {
  if (value instanceof Decimal128) return Number(int64Of(quantized(value, 0, 'round') ?? value) ?? LEAST);
  const whole = int64Of(value) ?? fail(31109, `Can't coerce out of range value ${showValue(value)} to long`);
  return Number(whole);
}
