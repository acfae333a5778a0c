import { isDoc, Timestamp, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { single } from './step.ts';

export const currentDate = single((argument, { now }) => {
  const isTimestamp = kindOf(argument) === 'timestamp';
  return {
    missing: 'make',
    change: () =>
      isTimestamp ? new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }) : new Date(now),
  };
});

function kindOf(argument: Value): 'date' | 'timestamp' {
  if (typeof argument === 'boolean') return 'date';
  if (!isDoc(argument))
    return fail(
      'BadValue',
      `${typeName(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  for (const key of Object.keys(argument))
    if (key !== '$type') fail('BadValue', `Unrecognized $currentDate option: ${key}`);
  const kind = argument['$type'];
  if (kind === 'date' || kind === 'timestamp') return kind;
  return fail(
    'BadValue',
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  );
}
