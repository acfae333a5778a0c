import { clone } from '../bson/clone.ts';
import { compare } from '../bson/compare.ts';
import { addToSet } from './add-to-set.ts';
import { inc, mul } from './arithmetic.ts';
import { currentDate } from './current-date.ts';
import { NOTHING } from './modify.ts';
import { pop, pull, pullAll } from './pull.ts';
import { push } from './push.ts';
import { rename } from './rename.ts';
import { single, type Modifier } from './step.ts';

const set = single((argument) => ({ missing: 'make', change: () => clone(argument) }));

const bound = (better: (order: number) => boolean): Modifier =>
  single((argument, { strings }) => ({
    missing: 'make',
    change: (old) => (old === undefined || better(compare(argument, old, strings)) ? clone(argument) : old),
  }));

/** Every update operator there is. */
export const modifiers: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['$set', set],
  ['$setOnInsert', set],
  ['$unset', single(() => ({ missing: 'ignore', change: () => NOTHING }))],
  ['$inc', inc],
  ['$mul', mul],
  ['$min', bound((order) => order < 0)],
  ['$max', bound((order) => order > 0)],
  ['$currentDate', currentDate],
  ['$rename', rename],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pop', pop],
  ['$pull', pull],
  ['$pullAll', pullAll],
]);
