import { fail, type CodeName } from '../errors.ts';
import { int64Of } from './arithmetic.ts';
import { toNumber } from './numbers.ts';
import { show } from './show.ts';
import { Decimal128, isNumeric, type Value } from './types.ts';

/**
 * A whole number that int64 holds, or in MongoDB's words what is wrong with it.
 * @param before what stands before those words
 */
export function wholeNumber(name: string, value: Value, code: CodeName | number, before = ''): bigint {
  const no = (what: string): never => fail(code, `${before}${what}: ${name}: ${show(value)}`);
  if (!isNumeric(value)) return no('Expected a number in');
  const whole = int64Of(value, true);
  if (whole !== undefined) return whole;
  const number = toNumber(value);
  if (value instanceof Decimal128) return no('Cannot represent as a 64-bit integer');
  if (Number.isNaN(number)) return no('Expected an integer, but found NaN in');
  return no(
    Number.isInteger(number) || !Number.isFinite(number)
      ? 'Cannot represent as a 64-bit integer'
      : 'Expected an integer',
  );
}

/** The same, and not negative. */
export function naturalNumber(name: string, value: Value, code: CodeName | number, before = ''): bigint {
  const whole = wholeNumber(name, value, code, before);
  return whole >= 0n
    ? whole
    : fail(code, `${before}Expected a non-negative number in: ${name}: ${show(value)}`);
}
