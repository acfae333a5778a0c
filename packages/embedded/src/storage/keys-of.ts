import { encodeKey } from '../bson/keys.ts';
import { isPosition } from '../bson/path.ts';
import { field, isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';

/** What the keys of an index are made from. */
export interface KeyPattern {
  readonly paths: readonly (readonly string[])[];
  readonly descending: readonly boolean[];
}

export interface DocumentKeys {
  /** The values of each key, in the order of the pattern; undefined is an empty array, which sorts before null. */
  tuples: (Value | undefined)[][];
  /** For each field, after how many parts of its path an array stood: bit n is set for n parts. */
  multikey: number[];
  /** Whether any field of the pattern is present. */
  present: boolean;
}

interface Walker {
  value: Value | undefined;
  rest: readonly string[];
  /** It has reached its value: an array that it has is a value and is not entered again. */
  done?: boolean;
  /** The array that the walk has stopped before. */
  array?: Value[];
}

/** The keys under which a document stands in an index. */
export function tuplesOf(doc: Doc, pattern: KeyPattern): DocumentKeys {
  const result: DocumentKeys = { tuples: [], multikey: pattern.paths.map(() => 0), present: false };
  expand(
    pattern.paths.map((rest) => ({ value: doc, rest })),
    result,
    pattern.paths,
  );
  return result;
}

function expand(walkers: Walker[], result: DocumentKeys, paths: KeyPattern['paths']): void {
  let array: Value[] | undefined;
  let name = '';
  const moved = walkers.map(walkToArray);
  for (const [index, { array: own, rest }] of moved.entries()) {
    if (!own) continue;
    const path = paths[index] ?? [];
    const ownName = path[path.length - rest.length - 1] ?? '';
    if (array && array !== own)
      fail('CannotIndexParallelArrays', `cannot index parallel arrays [${ownName}] [${name}]`);
    array = own;
    name = ownName;
  }
  if (!array) {
    if (!result.present) result.present = moved.some(({ value }) => value !== undefined);
    result.tuples.push(moved.map(({ value }) => value ?? null));
    return;
  }
  const shared = array;
  moved.forEach((walker, index) => {
    if (walker.array)
      result.multikey[index] =
        (result.multikey[index] ?? 0) | (1 << ((paths[index]?.length ?? 0) - walker.rest.length));
  });
  if (shared.length === 0) {
    result.present =
      result.present ||
      moved.some((walker) => (walker.array ? walker.rest.length === 0 : walker.value !== undefined));
    const ready = moved.map((walker) =>
      walker.array ? (walker.rest.length === 0 ? undefined : null) : (walker.value ?? null),
    );
    result.tuples.push(ready);
    return;
  }
  for (const item of shared) {
    expand(
      moved.map((walker) => (walker.array ? enter(item, walker.rest) : walker)),
      result,
      paths,
    );
  }
}

function walkToArray(walker: Walker): Walker {
  if (walker.done) return walker;
  let { value, rest } = walker;
  for (;;) {
    if (Array.isArray(value)) {
      const part = rest[0];
      // Where there is no such element, its items may have a field of that name.
      if (part !== undefined && isPosition(part) && value[Number(part)] !== undefined) {
        if (value.some((item) => isDoc(item) && field(item, part) !== undefined))
          fail(
            16746,
            `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${part}'`,
          );
        value = value[Number(part)];
        rest = rest.slice(1);
        if (rest.length === 0) return done(value);
        continue;
      }
      return { value, rest, array: value };
    }
    if (rest.length === 0) return done(value);
    if (!isDoc(value)) return done(undefined);
    value = field(value, rest[0] as string);
    rest = rest.slice(1);
  }
}

const done = (value: Value | undefined): Walker => ({ value, rest: [], done: true });

/** An array in an array has no fields. */
const enter = (item: Value, rest: readonly string[]): Walker =>
  rest.length === 0 ? done(item) : Array.isArray(item) ? done(undefined) : { value: item, rest };

/** The encoded keys of a document, each once. */
export function encodedKeys(
  doc: Doc,
  pattern: KeyPattern,
): { keys: Buffer[]; multikey: number[]; present: boolean } {
  const { tuples, multikey, present } = tuplesOf(doc, pattern);
  if (tuples.length === 1)
    return { keys: [encodeKey(tuples[0] as Value[], pattern.descending)], multikey, present };
  const keys = new Map<string, Buffer>();
  for (const tuple of tuples) {
    const key = encodeKey(tuple, pattern.descending);
    keys.set(key.toString('latin1'), key);
  }
  return { keys: [...keys.values()], multikey, present };
}
