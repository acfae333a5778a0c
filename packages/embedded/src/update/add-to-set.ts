import { clone } from '../bson/clone.ts';
import { equal } from '../bson/compare.ts';
import { isDoc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { show } from '../bson/show.ts';
import { adding } from './arrays.ts';
import type { Place } from './modify.ts';
import { single } from './step.ts';

export const addToSet = single((argument, { strings }) => {
  const added = addedBy(argument);
  return adding((old) => {
    const items = [...old];
    for (const item of added)
      if (!items.some((other) => equal(other, item, strings))) items.push(clone(item));
    return items;
  }, refuse);
});

const refuse = (type: string, { path }: Place): never =>
  fail(
    'BadValue',
    `Cannot apply $addToSet to non-array field. Field named '${path.at(-1) ?? ''}' has non-array type ${type}`,
  );

function addedBy(argument: Value): Value[] {
  if (!isDoc(argument) || Object.keys(argument)[0] !== '$each') return [argument];
  const each = argument['$each'] as Value;
  if (!Array.isArray(each))
    return fail(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`,
    );
  if (Object.keys(argument).length > 1)
    fail('BadValue', `Found unexpected fields after $each in $addToSet: ${show(argument)}`);
  return each;
}
