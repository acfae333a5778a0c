import { show } from '../bson/show.ts';
import { fieldsOf, put, type Doc, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { nsOf } from './catalogue.ts';
import { encodedKeys, tuplesOf } from './keys-of.ts';
import type { Collection, Index } from './view.ts';

/** E11000 as drivers expect it: the index, its pattern and the values that are taken. */
export function duplicateKey(collection: Collection, index: Index, doc: Doc, key: Buffer): MongoError {
  const { tuples } = tuplesOf(doc, index);
  const at = tuples.length === 1 ? 0 : encodedKeysAt(doc, index, tuples, key);
  const values = tuples[at] ?? [];
  const keyValue: Doc = {};
  index.names.forEach((path, part) => put(keyValue, path, values[part] ?? null));
  const shown = fieldsOf(keyValue)
    .map(([path, value]) => `${path}: ${show(value)}`)
    .join(', ');
  return new MongoError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${nsOf(collection)} index: ${index.name} dup key: { ${shown} }`,
    {
      keyPattern: index.key,
      keyValue,
    },
  );
}

function encodedKeysAt(doc: Doc, index: Index, tuples: (Value | undefined)[][], key: Buffer): number {
  const { keys } = encodedKeys(doc, index);
  const wanted = keys.findIndex((candidate) => candidate.equals(key));
  // Keys are each once and in the order of their first tuple.
  const seen = new Set<string>();
  let position = -1;
  return tuples.findIndex((tuple) => {
    const name = JSON.stringify(tuple.map((value) => (value === undefined ? '' : show(value))));
    if (seen.has(name)) return false;
    seen.add(name);
    return ++position === wanted;
  });
}
