import { int64Of } from '../bson/arithmetic.ts';
import { quantized } from '../bson/decimal.ts';
import { Code, Decimal128, Double, Timestamp, type Numeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { textOf } from './convert.ts';

/** What string operators take other values for, which is not what $toString and $toLong make of them. */

export function coercedText(value: Value | undefined): string {
  if (value instanceof Double) return shortText(value.value);
  if (value instanceof Code && !value.scope) return value.code;
  if (value instanceof Timestamp) {
    const moment = new Date(value.t * 1000);
    const [, , month, , time] = moment.toUTCString().split(' ');
    return `${month} ${String(moment.getUTCDate()).padStart(2)} ${time}:${value.i}`;
  }
  return textOf(value);
}

/** A double as C's %g prints it: six digits, halves to even. */
function shortText(number: number): string {
  if (Number.isNaN(number)) return 'nan';
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  const size = Math.abs(number);
  if (size === Infinity) return `${sign}inf`;
  const half = /^(\d\.\d{4}[02468])50*(e.*)$/.exec(size.toExponential(100));
  const [digits, power] = (half ? `${half[1]}${half[2]}` : size.toExponential(5)).split('e').map(Number) as [
    number,
    number,
  ];
  if (power >= -4 && power < 6) return `${sign}${Number(`${digits}e${power}`)}`;
  return `${sign}${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const LEAST = -(2 ** 63);

/** A double is cut off and has to fit; a decimal is rounded, and the least number when it does not fit. */
export function coercedLong(value: Numeric): number {
  if (value instanceof Decimal128) return Number(int64Of(quantized(value, 0, 'round') ?? value) ?? LEAST);
  const whole = int64Of(value) ?? fail(31109, `Can't coerce out of range value ${String(value)} to long`);
  return Number(whole);
}
