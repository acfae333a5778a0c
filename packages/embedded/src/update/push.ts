import { clone } from '../bson/clone.ts';
import { compare, type StringOrder } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { valueAt } from '../bson/path.ts';
import { fieldsOf, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { adding } from './arrays.ts';
import { named, type Place } from './modify.ts';
import { single } from './step.ts';

const clauses = ['$each', '$position', '$slice', '$sort'];

export const push = single((argument, { strings }) => {
  if (!isDoc(argument) || argument['$each'] === undefined)
    return adding((items) => [...items, clone(argument)], refuse);
  for (const key of Object.keys(argument))
    if (!clauses.includes(key)) fail('BadValue', `Unrecognized clause in $push: ${key}`);
  const each = argument['$each'];
  if (!Array.isArray(each))
    return fail(
      'BadValue',
      `The argument to $each in $push must be an array but it was of type: ${typeName(each)}`,
    );
  const position = whole(argument, '$position') ?? Infinity;
  const slice = whole(argument, '$slice');
  const order = argument['$sort'] === undefined ? undefined : elementOrder(argument['$sort'], strings);
  return adding((old) => {
    const items = [...old];
    items.splice(position, 0, ...each.map(clone));
    if (order) items.sort(order);
    if (slice === undefined) return items;
    return slice >= 0 ? items.slice(0, slice) : items.slice(slice);
  }, refuse);
});

const refuse = (type: string, { path, root }: Place): never =>
  fail(
    'BadValue',
    `The field '${path.join('.')}' must be an array but is of type ${type} in document ${named(root)}`,
  );

function whole(argument: Doc, name: string): number | undefined {
  const value = argument[name];
  if (value === undefined) return undefined;
  if (isNumeric(value) && Number.isInteger(toNumber(value))) return toNumber(value);
  return fail(
    'BadValue',
    `The value for ${name} must be an integer value but was given type: ${typeName(value)}`,
  );
}

function elementOrder(sort: Value, strings: StringOrder | undefined): (a: Value, b: Value) => number {
  if (isNumeric(sort)) {
    const direction = directionOf(sort);
    return (a, b) => direction * compare(a, b, strings);
  }
  if (isDoc(sort) && Object.keys(sort).length === 0)
    fail('BadValue', 'The $sort pattern is empty when it should be a set of fields.');
  if (!isDoc(sort))
    return fail(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  const fields = fieldsOf(sort).map(([name, direction]) => ({
    path: sortPath(name),
    direction: directionOf(direction),
  }));
  return (a, b) => {
    for (const { path, direction } of fields) {
      const difference = compare(keyOf(a, path), keyOf(b, path), strings);
      if (difference !== 0) return direction * difference;
    }
    return 0;
  };
}

function directionOf(value: Value): number {
  const direction = isNumeric(value) ? toNumber(value) : NaN;
  if (direction !== 1 && direction !== -1) fail('BadValue', 'The $sort element value must be either 1 or -1');
  return direction;
}

function sortPath(name: string): string[] {
  const parts = name.split('.');
  if (name === '') fail('BadValue', 'The $sort field cannot be empty');
  if (parts.includes(''))
    fail('BadValue', `The $sort field is a dotted field but has an empty part: ${name}`);
  return parts;
}

const keyOf = (item: Value, path: readonly string[]): Value =>
  isDoc(item) ? (valueAt(item, path) ?? null) : null;
