import { calculate } from '../bson/arithmetic.ts';
import { clone } from '../bson/codec.ts';
import { compare } from '../bson/compare.ts';
import {
  Int32,
  isDoc,
  isNumeric,
  Long,
  Timestamp,
  type Doc,
  type Numeric,
  type Value,
} from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Environment } from '../expression/compile.ts';
import { show } from '../storage/duplicate.ts';
import { arrayModifiers } from './array-modifiers.ts';

/** Says that the field goes away. */
export const NOTHING = Symbol('nothing');

export interface Place {
  path: readonly string[];
  root: Doc;
}

export interface Modify {
  /** The new value of a field; undefined is a missing one. */
  apply(old: Value | undefined, place: Place): Value | typeof NOTHING;
  /** Whether it never makes a path that is not there. */
  onlyExisting?: boolean;
}

/** An update operator: what it does at which paths. */
export type Modifier = (
  path: string[],
  argument: Value,
  environment: Environment,
) => { at: string[]; modify: Modify }[];

const single =
  (make: (argument: Value, environment: Environment, path: string[]) => Modify): Modifier =>
  (path, argument, environment) => [{ at: path, modify: make(argument, environment, path) }];

const set = single((argument) => ({ apply: () => clone(argument) }));

const arithmetic = (name: '$inc' | '$mul', operation: 'add' | 'multiply'): Modifier =>
  single((argument, _environment, path) => {
    const verb = name === '$inc' ? 'increment' : 'multiply';
    if (!isNumeric(argument))
      return fail(
        'TypeMismatch',
        `Cannot ${verb} with non-numeric argument: {${path.join('.')}: ${show(argument)}}`,
      );
    return {
      apply: (old, { root }) => {
        if (old === undefined)
          return operation === 'add' ? argument : (calculate('multiply', argument, new Int32(0)) as Numeric);
        if (!isNumeric(old))
          return fail(
            'TypeMismatch',
            `Cannot apply ${name} to a value of non-numeric type. {_id: ${show(root['_id'] ?? null)}} has the field '${path.at(-1) ?? ''}' of non-numeric type ${typeName(old)}`,
          );
        const result = calculate(operation, old, argument, true);
        return (
          result ??
          fail(
            'BadValue',
            `Failed to apply ${name} operations to current value (${old instanceof Long ? `(NumberLong)${String(old)}` : String(old)}) for document {_id: ${show(root['_id'] ?? null)}}`,
          )
        );
      },
    };
  });

const bound = (better: (order: number) => boolean): Modifier =>
  single((argument, { strings }) => ({
    apply: (old) => (old === undefined || better(compare(argument, old, strings)) ? clone(argument) : old),
  }));

const currentDate: Modifier = single((argument, { now }) => {
  const kind = isDoc(argument) ? argument['$type'] : argument;
  if (isDoc(argument)) {
    for (const key of Object.keys(argument))
      if (key !== '$type') fail('BadValue', `Unrecognized $currentDate option: ${key}`);
    if (kind !== 'date' && kind !== 'timestamp')
      fail(
        'BadValue',
        `The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}`,
      );
  } else if (typeof kind !== 'boolean') {
    fail(
      'BadValue',
      `${typeName(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  return {
    apply: () =>
      kind === 'timestamp' ? new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }) : new Date(now),
  };
});

const rename: Modifier = (path, argument) => {
  if (typeof argument !== 'string')
    return fail(
      'BadValue',
      `The 'to' field for $rename must be a string: ${path.join('.')}: ${show(argument)}`,
    );
  const target = argument.split('.');
  if (target.join('.') === path.join('.'))
    fail('BadValue', `The source and target field for $rename must differ: ${path.join('.')}: "${argument}"`);
  for (const part of [...path, ...target])
    if (part.startsWith('$'))
      fail('BadValue', `The source and target field for $rename may not be dynamic: ${part}`);
  if (target.includes(''))
    fail(
      'EmptyFieldName',
      `The update path '${argument}' contains an empty field name, which is not allowed.`,
    );
  // Both ends are read before either changes, whichever of the paths comes first.
  let moving: { root: Doc; value: Value | undefined } | undefined;
  const source = (root: Doc): Value | undefined => {
    if (moving?.root !== root) moving = { root, value: readSource(root, path) };
    return moving.value;
  };
  return [
    {
      at: path,
      modify: {
        onlyExisting: true,
        apply: (old, { root }) => {
          source(root);
          return old === undefined ? NOTHING : NOTHING;
        },
      },
    },
    {
      at: target,
      modify: {
        apply: (old, { root }) => {
          const value = source(root);
          return value === undefined ? (old ?? NOTHING) : value;
        },
      },
    },
  ];
};

function readSource(root: Doc, path: readonly string[]): Value | undefined {
  let value: Value | undefined = root;
  for (const part of path) {
    if (Array.isArray(value))
      fail(
        'BadValue',
        `The source field cannot be an array element, '${path.join('.')}' in doc with _id: ${show(root['_id'] ?? null)} has an array field called '${part}'`,
      );
    value = isDoc(value) ? value[part] : undefined;
  }
  return value;
}

/** Every update operator there is. */
export const modifiers: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['$set', set],
  ['$setOnInsert', set],
  ['$unset', single(() => ({ onlyExisting: true, apply: () => NOTHING }))],
  ['$inc', arithmetic('$inc', 'add')],
  ['$mul', arithmetic('$mul', 'multiply')],
  ['$min', bound((order) => order < 0)],
  ['$max', bound((order) => order > 0)],
  ['$currentDate', currentDate],
  ['$rename', rename],
  ...arrayModifiers(single, NOTHING),
]);
