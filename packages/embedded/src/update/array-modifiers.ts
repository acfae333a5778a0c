import { clone } from '../bson/codec.ts';
import { compare, equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { valueAt } from '../bson/path.ts';
import { BSONRegExp, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Environment } from '../expression/compile.ts';
import { compileExpressionFilter } from '../query/expression-filter.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import type { Modifier, Modify, NOTHING } from './modifiers.ts';
import { show } from '../storage/duplicate.ts';

type Single = (make: (argument: Value, environment: Environment, path: string[]) => Modify) => Modifier;

export function arrayModifiers(single: Single, nothing: typeof NOTHING): [string, Modifier][] {
  return [
    ['$push', single(push)],
    ['$addToSet', single(addToSet)],
    ['$pop', single(pop(nothing))],
    ['$pull', single(pull(nothing))],
    ['$pullAll', single(pullAll(nothing))],
  ];
}

function arrayIn(old: Value | undefined, name: string, path: readonly string[], root: Doc): Value[] {
  if (old === undefined) return [];
  if (Array.isArray(old)) return old;
  return fail(
    'BadValue',
    `The field '${path.join('.')}' must be an array but is of type ${typeName(old)} in document {_id: ${show(root['_id'] ?? null)}}`,
    { operator: name },
  );
}

const whole = (value: Value | undefined, what: string): number | undefined => {
  if (value === undefined) return undefined;
  if (!isNumeric(value) || !Number.isInteger(toNumber(value)))
    return fail(
      'BadValue',
      `The value for ${what} must be an integer value but was given type: ${typeName(value)}`,
    );
  return toNumber(value);
};

const push = (argument: Value, { strings }: Environment): Modify => {
  if (!isDoc(argument) || argument['$each'] === undefined) {
    const [first] = isDoc(argument) ? Object.keys(argument) : [];
    if (first === '$position' || first === '$slice' || first === '$sort')
      fail('BadValue', `$push requires '$each' with ${first}`);
    return { apply: (old, { path, root }) => [...arrayIn(old, '$push', path, root), clone(argument)] };
  }
  for (const key of Object.keys(argument))
    if (!['$each', '$position', '$slice', '$sort'].includes(key))
      fail('BadValue', `Unrecognized clause in $push: ${key}`);
  const each = argument['$each'];
  if (!Array.isArray(each))
    return fail(
      'BadValue',
      `The argument to $each in $push must be an array but it was of type: ${typeName(each)}`,
    );
  const position = whole(argument['$position'], '$position');
  const slice = whole(argument['$slice'], '$slice');
  const order = argument['$sort'] === undefined ? undefined : elementOrder(argument['$sort'], strings);
  return {
    apply: (old, { path, root }) => {
      const items = [...arrayIn(old, '$push', path, root)];
      const at =
        position === undefined
          ? items.length
          : position >= 0
            ? position
            : Math.max(0, items.length + position);
      items.splice(at, 0, ...each.map(clone));
      if (order) items.sort(order);
      if (slice === undefined) return items;
      return slice >= 0 ? items.slice(0, slice) : items.slice(slice);
    },
  };
};

function elementOrder(sort: Value, strings: Environment['strings']): (a: Value, b: Value) => number {
  if (isNumeric(sort)) {
    const direction = toNumber(sort);
    if (direction !== 1 && direction !== -1)
      fail('BadValue', 'The $sort element value must be either 1 or -1');
    return (a, b) => direction * compare(a, b, strings);
  }
  if (!isDoc(sort) || Object.keys(sort).length === 0)
    return fail(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  const fields = Object.entries(sort).map(([name, direction]) => {
    const number = isNumeric(direction) ? toNumber(direction) : 0;
    if (number !== 1 && number !== -1) fail('BadValue', 'The $sort element value must be either 1 or -1');
    return { path: name.split('.'), number };
  });
  return (a, b) => {
    for (const { path, number } of fields) {
      const x = isDoc(a) ? (valueAt(a, path) ?? null) : null;
      const y = isDoc(b) ? (valueAt(b, path) ?? null) : null;
      const difference = compare(x, y, strings);
      if (difference !== 0) return number * difference;
    }
    return 0;
  };
}

const addToSet = (argument: Value, { strings }: Environment): Modify => {
  let added = [argument];
  if (isDoc(argument) && Object.keys(argument)[0] === '$each') {
    const each = argument['$each'];
    if (!Array.isArray(each))
      return fail(
        'TypeMismatch',
        `The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`,
      );
    if (Object.keys(argument).length > 1)
      fail('BadValue', `Found unexpected fields after $each in $addToSet: ${show(argument)}`);
    added = each;
  }
  return {
    apply: (old, { path, root }) => {
      if (old !== undefined && !Array.isArray(old))
        fail(
          'BadValue',
          `Cannot apply $addToSet to non-array field. Field named '${path.at(-1) ?? ''}' has non-array type ${typeName(old)}`,
        );
      const items = [...arrayIn(old, '$addToSet', path, root)];
      for (const item of added)
        if (!items.some((other) => equal(other, item, strings))) items.push(clone(item));
      return items;
    },
  };
};

const pop =
  (nothing: typeof NOTHING) =>
  (argument: Value, _environment: Environment, path: string[]): Modify => {
    const end = isNumeric(argument)
      ? toNumber(argument)
      : fail('FailedToParse', `Expected a number in: ${path.join('.')}: ${show(argument)}`);
    if (end !== 1 && end !== -1) fail('FailedToParse', `$pop expects 1 or -1, found: ${end}`);
    return {
      onlyExisting: true,
      apply: (old) => {
        if (old === undefined) return nothing;
        if (!Array.isArray(old))
          return fail(
            'TypeMismatch',
            `Path '${path.join('.')}' contains an element of non-array type '${typeName(old)}'`,
          );
        return end === 1 ? old.slice(0, -1) : old.slice(1);
      },
    };
  };

const pull =
  (nothing: typeof NOTHING) =>
  (argument: Value, environment: Environment): Modify => {
    const matches = pullMatcher(argument, environment);
    return {
      onlyExisting: true,
      apply: (old) => {
        if (old === undefined) return nothing;
        if (!Array.isArray(old)) return fail('BadValue', 'Cannot apply $pull to a non-array value');
        return old.filter((item) => !matches(item));
      },
    };
  };

/** A document is a query over elements that are documents; operators and expressions look at the element. */
function pullMatcher(argument: Value, environment: Environment): (item: Value) => boolean {
  const options = {
    strings: environment.strings,
    expression: compileExpressionFilter({ ...environment, variables: new Set() }),
  };
  if (
    argument instanceof BSONRegExp ||
    (isDoc(argument) && Object.keys(argument)[0]?.startsWith('$') && !isLogical(argument))
  ) {
    const matches = compileFilter(
      parseFilter({
        items: isDoc(argument) ? { $elemMatch: argument } : { $elemMatch: { $regex: argument } },
      }),
      options,
    );
    return (item) => matches({ items: [item] });
  }
  if (isDoc(argument)) {
    const matches = compileFilter(parseFilter(argument), options);
    return (item) => isDoc(item) && matches(item);
  }
  return (item) => equal(item, argument, environment.strings);
}

const isLogical = (argument: Doc): boolean =>
  ['$and', '$or', '$nor', '$expr'].includes(Object.keys(argument)[0] as string);

const pullAll =
  (nothing: typeof NOTHING) =>
  (argument: Value, { strings }: Environment): Modify => {
    if (!Array.isArray(argument))
      return fail('BadValue', `$pullAll requires an array argument but was given a ${typeName(argument)}`);
    return {
      onlyExisting: true,
      apply: (old) => {
        if (old === undefined) return nothing;
        if (!Array.isArray(old)) return fail('BadValue', 'Cannot apply $pull to a non-array value');
        return old.filter((item) => !argument.some((other) => equal(other, item, strings)));
      },
    };
  };
