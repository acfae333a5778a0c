import { add, divide, multiply, subtract } from '../bson/arithmetic.ts';
import { toNumber } from '../bson/numbers.ts';
import { isNullish, isNumeric, Long, type Numeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import type { Operator } from './compile.ts';

export function arithmetic(): [string, Operator][] {
  return [
    ['$add', plain(0, Infinity, sum)],
    ['$subtract', plain(2, 2, ([a, b]) => difference(a, b))],
    ['$multiply', plain(0, Infinity, (values, _environment, name) => fold(values, name, multiply))],
    [
      '$divide',
      plain(2, 2, ([a, b], _environment, name) => {
        if (isNullish(a) || isNullish(b)) return null;
        if (!isNumeric(a) || !isNumeric(b)) return fail('TypeMismatch', `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
        if (toNumber(b) === 0) fail('BadValue', "can't $divide by zero");
        return divide(a, b);
      }),
    ],
  ];
}

function fold(values: (Value | undefined)[], name: string, apply: (a: Numeric, b: Numeric) => Numeric): Value {
  let total: Numeric | undefined;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!isNumeric(value)) fail('TypeMismatch', `${name} only supports numeric types, not ${typeName(value)}`);
    total = total ? apply(total, value as Numeric) : (value as Numeric);
  }
  return total ?? Long.fromInt(0);
}

/** Numbers, and at most one date to which they are milliseconds. */
function sum(values: (Value | undefined)[]): Value {
  if (values.some(isNullish)) return null;
  const dates = values.filter((value) => value instanceof Date);
  if (dates.length > 1) fail(16612, 'only one date allowed in an $add expression');
  const numbers = values.filter((value) => !(value instanceof Date));
  for (const value of numbers) if (!isNumeric(value)) fail('TypeMismatch', `$add only supports numeric or date types, not ${typeName(value)}`);
  const total = fold(numbers, '$add', add);
  const [date] = dates;
  return date ? new Date(date.getTime() + Math.round(toNumber(total as Numeric))) : total;
}

function difference(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b);
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.round(toNumber(b)));
  return fail('TypeMismatch', `can't $subtract ${typeName(b)} from ${typeName(a)}`);
}
