import { equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { BSONRegExp, isDoc, isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Environment } from '../expression/compile.ts';
import { isCondition, parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { show } from '../bson/show.ts';
import { taking } from './arrays.ts';
import { single } from './step.ts';

export const pop = single((argument, _environment, path) => {
  const end = isNumeric(argument)
    ? toNumber(argument)
    : fail('FailedToParse', `Expected a number in: ${path.join('.')}: ${show(argument)}`);
  if (end !== 1 && end !== -1) fail('FailedToParse', `$pop expects 1 or -1, found: ${end}`);
  return taking(
    (items) => (end === 1 ? items.slice(0, -1) : items.slice(1)),
    (type, place) =>
      fail('TypeMismatch', `Path '${place.path.join('.')}' contains an element of non-array type '${type}'`),
  );
});

export const pull = single((argument, environment) => {
  const matches = pulled(argument, environment);
  return taking((items) => items.filter((item) => !matches(item)), refuse);
});

export const pullAll = single((argument, { strings }) => {
  if (!Array.isArray(argument))
    return fail('BadValue', `$pullAll requires an array argument but was given a ${typeName(argument)}`);
  const isPulled = (item: Value): boolean => argument.some((other) => equal(other, item, strings));
  return taking((items) => items.filter((item) => !isPulled(item)), refuse);
});

const refuse = (): never => fail('BadValue', 'Cannot apply $pull to a non-array value');

/** Operators and patterns look at an element as at a field; a document is a query over elements that are documents. */
function pulled(argument: Value, { strings }: Environment): (item: Value) => boolean {
  if (argument instanceof BSONRegExp || (isDoc(argument) && isCondition(argument))) {
    const matches = compileFilter(parseFilter({ item: argument }), { strings });
    return (item) => matches({ item });
  }
  if (isDoc(argument)) {
    const matches = compileFilter(parseFilter(argument), { strings });
    return (item) => isDoc(item) && matches(item);
  }
  return (item) => equal(item, argument, strings);
}
