import { compare, type StringOrder } from '../bson/compare.ts';
import { firstNot } from '../bson/halves.ts';
import { compileRegex, type Pattern } from '../bson/regex.ts';
import { BSONRegExp, MaxKey, MinKey, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { ordering } from '../storage/merged.ts';
import type { Leaf } from './filter.ts';
import { Gradual } from '../gradual.ts';

/** What long lists of values need that is made once, in parts: their patterns, and their order under a collation. */

export type List = Leaf & { op: 'in' };

/** Up to so many values are tried one after another: to look up the bytes of a value takes as long. */
export const FEW_VALUES = 16;

/** So many values are put in order, and so many patterns compiled, before others may run. */
const RUN = 100;

export type Patterns = ReadonlyMap<Value, Pattern>;

const compiled = new WeakMap<List, Gradual<Patterns>>();

/** The patterns of a list, compiled: the cache of patterns is too small for one of thousands. */
export function patternsOf(list: List): Gradual<Patterns> {
  let patterns = compiled.get(list);
  if (!patterns) compiled.set(list, (patterns = new Gradual(compiling(list.values))));
  return patterns;
}

function* compiling(values: readonly Value[]): Generator<void, Patterns> {
  const patterns = new Map<Value, Pattern>();
  try {
    for (const value of values) {
      if (!(value instanceof BSONRegExp)) continue;
      patterns.set(value, compileRegex(value));
      if (patterns.size % RUN === 0) yield;
    }
    return patterns;
  } catch (error) {
    // It is the filter that is wrong, whatever runs it.
    if (error instanceof MongoError) error.placed = true;
    throw error;
  }
}

interface Ordered {
  has(value: Value): boolean;
  /** Those that find more than what is equal to them. */
  others: Value[];
}

const ordered = new WeakMap<List, { strings: StringOrder; list: Gradual<Ordered> }>();

/** The values of a list in the order of a collation. */
export function orderedList(list: List, strings: StringOrder): Gradual<Ordered> {
  const known = ordered.get(list);
  if (known?.strings === strings) return known.list;
  const made = new Gradual(lookingUp(list.values, strings));
  ordered.set(list, { strings, list: made });
  return made;
}

const findsMore = (value: Value): boolean =>
  value === null || value instanceof BSONRegExp || value instanceof MinKey || value instanceof MaxKey;

function* lookingUp(values: readonly Value[], strings: StringOrder): Generator<void, Ordered> {
  const order = (a: Value, b: Value): number => compare(a, b, strings);
  const plain = [...new Set(values)].filter((value) => !findsMore(value));
  const sorted = yield* ordering(plain, order, RUN);
  return { has: (value) => isAmong(sorted, value, order), others: values.filter(findsMore) };
}

function isAmong(sorted: readonly Value[], value: Value, order: (a: Value, b: Value) => number): boolean {
  const at = firstNot((one) => order(sorted[one] as Value, value) < 0, sorted.length);
  return at < sorted.length && order(sorted[at] as Value, value) === 0;
}
