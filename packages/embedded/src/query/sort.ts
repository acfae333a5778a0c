import { Packed } from './packed.ts';
import { compare, type StringOrder } from '../bson/compare.ts';
import { show } from '../bson/show.ts';
import { safeLong } from '../bson/safe-long.ts';
import { fieldsOf, isDoc, isNumeric, namesOf, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { checkPath } from '../expression/compile.ts';
import { encodedKeys, tuplesOf, type KeyPattern } from '../storage/keys-of.ts';

export interface SortPattern extends KeyPattern {
  readonly fields: readonly { name: string; descending: boolean }[];
}

export function parseSort(sort: Value | undefined): SortPattern | undefined {
  if (sort === undefined || sort === null) return undefined;
  if (!isDoc(sort)) return fail('TypeMismatch', `Expected field sort to be of type object`);
  const names = namesOf(sort);
  if (names.length === 0) return undefined;
  const fields = fieldsOf(sort).map(([name, direction]) => {
    if (isDoc(direction)) refuseMeta(direction);
    if (!isNumeric(direction))
      return fail(15974, `Illegal key in $sort specification: ${name}: ${show(direction)}`);
    const sign = safeLong(direction);
    if (Math.abs(sign) !== 1)
      fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    checkPath(name);
    return { name, descending: sign === -1 };
  });
  if (new Set(names).size > 32) fail(13103, 'too many compound keys');
  return {
    fields,
    paths: fields.map(({ name }) => name.split('.')),
    descending: fields.map(({ descending }) => descending),
  };
}

/** An order by metadata, which nothing here ever has. */
function refuseMeta(direction: Doc): never {
  const { $meta: what } = direction;
  if (what === undefined) return fail(17312, '$meta is the only expression supported by $sort right now');
  if (Object.keys(direction).length > 1)
    fail('FailedToParse', 'Cannot have additional keys in a $meta sort specification');
  if (what === 'textScore' || what === 'geoNearDistance')
    fail(40218, `query requires ${what} metadata, but it is not available`);
  return fail(31138, `Illegal $meta sort: ${show(direction)}`);
}

/** A document's place in an order: of an array the smallest value counts, or the largest when descending. */
function sortKey(doc: Doc, pattern: SortPattern): Buffer {
  const { keys } = guarded(() => encodedKeys(doc, pattern));
  return keys.length === 1
    ? (keys[0] as Buffer)
    : keys.reduce((least, key) => (Buffer.compare(key, least) < 0 ? key : least));
}

function guarded<R>(action: () => R): R {
  try {
    return action();
  } catch (error) {
    if (error instanceof MongoError && error.codeName === 'CannotIndexParallelArrays')
      fail('BadValue', 'cannot sort with keys that are parallel arrays');
    throw error;
  }
}

export interface DocumentOrder<Key> {
  key(doc: Doc): Key;
  compare(a: Key, b: Key): number;
  /** Keys that are kept for long: in few objects, if they can be. */
  keep(keys: Key[]): { at(index: number): Key };
}

/** Keys that are not bytes. */
export const keepAll = <Key>(keys: Key[]): { at(index: number): Key } => ({
  at: (index) => keys[index] as Key,
});

export function orderBy(pattern: SortPattern, strings?: StringOrder): DocumentOrder<unknown> {
  if (!strings) {
    const byBytes: DocumentOrder<Buffer> = {
      key: (doc) => sortKey(doc, pattern),
      compare: Buffer.compare,
      keep: (keys) => new Packed(keys),
    };
    return byBytes as DocumentOrder<unknown>;
  }
  const tupleOrder = (a: (Value | undefined)[], b: (Value | undefined)[]): number => {
    for (let at = 0; at < a.length; at++) {
      const difference = compare(a[at], b[at], strings);
      if (difference !== 0) return pattern.descending[at] ? -difference : difference;
    }
    return 0;
  };
  const byValues: DocumentOrder<(Value | undefined)[]> = {
    key: (doc) =>
      guarded(() => tuplesOf(doc, pattern)).tuples.reduce((least, tuple) =>
        tupleOrder(tuple, least) < 0 ? tuple : least,
      ),
    compare: tupleOrder,
    keep: keepAll,
  };
  return byValues as DocumentOrder<unknown>;
}
