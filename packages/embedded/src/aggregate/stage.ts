import { inPart, Later, takesPause } from '../bson/bounded.ts';
import { field, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import type { Environment } from '../expression/compile.ts';
import { encode } from '../bson/encode.ts';
import { Found, inMoreParts, PAUSE, type Pausing } from '../query/scan.ts';
import type { Memory } from '../query/sorted.ts';
import type { View } from '../storage/view.ts';

/** What the stages of one pipeline share. */
export interface Pipeline {
  db: string;
  environment: Environment;
  variables: ReadonlyMap<string, Value | undefined>;
  data: View;
  memory: Memory;
  /** The documents of another collection, or those of $documents, after a pipeline of its own: what $lookup reads. */
  run(
    collection: string | undefined,
    stages: Value[],
    variables: ReadonlyMap<string, Value | undefined>,
  ): Pausing<Doc>;
  /** Compiles the stages of a facet. */
  facet(stages: Value[]): Stage[];
}

/** A stage at work: documents in, documents out. */
export type Stage = (source: Pausing<Doc>) => Pausing<Doc>;

export type StageMaker = (argument: Value, pipeline: Pipeline) => Stage;

/** Documents as rows, which a sort can put aside. */
export function* packed(source: Pausing<Doc>): Pausing<Found> {
  for (const item of source) yield item === PAUSE ? item : new Found(0, encode(item as Doc), item as Doc);
}

export function* documentsOf(source: Pausing<Found>): Pausing<Doc> {
  for (const item of source) yield item === PAUSE ? item : (item as Found).doc;
}

/** A stage that turns each document into one, or into none, which still counts as work. */
export const each = (change: (doc: Doc) => Doc | undefined): Stage =>
  function* (source) {
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      const first = inPart(change, item as Doc);
      const changed = first instanceof Later ? yield* inMoreParts(change, item as Doc, first) : first;
      yield changed ?? PAUSE;
      if (takesPause()) yield PAUSE;
    }
  };

/** A stage that turns each document into any number of them. */
export const spread = (change: (doc: Doc) => Pausing<Doc>): Stage =>
  function* (source) {
    for (const item of source) {
      if (item === PAUSE) yield item;
      else yield* change(item as Doc);
    }
  };

/** A copy of a document with another value at a path; undefined takes the field away. */
export function withValue(doc: Doc, path: readonly string[], value: Value | undefined): Doc {
  const copy = { ...doc };
  const [name = '', ...rest] = path;
  if (rest.length > 0) {
    const inner = field(doc, name);
    put(copy, name, withValue(isDoc(inner) ? inner : {}, rest, value));
  } else if (value === undefined) {
    delete copy[name];
  } else {
    put(copy, name, value);
  }
  return copy;
}
