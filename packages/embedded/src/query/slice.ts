import { toNumber } from '../bson/numbers.ts';
import { isNumeric, type Numeric, type Value } from '../bson/types.ts';

type Edit = (value: Value) => Value;

/** The $slice of find, [skip, limit] or a number; undefined when its argument can only be the expression's. */
export function findSlice(argument: Value): Edit | undefined {
  const numbers = Array.isArray(argument) ? argument : [argument];
  if (!numbers.every(isNumeric) || (Array.isArray(argument) && numbers.length !== 2)) return undefined;
  const [first = 0, limit] = numbers.map(whole);
  if (limit !== undefined && limit <= 0) return undefined;
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (limit === undefined) return first >= 0 ? value.slice(0, first) : value.slice(first);
    const start = first >= 0 ? first : Math.max(0, value.length + first);
    return value.slice(start, start + limit);
  };
}

const whole = (number: Numeric): number => Math.trunc(toNumber(number)) || 0;
