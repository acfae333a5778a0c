import { fieldsOf, millisecondsOf, put, T, typeOf, type Doc, type Value } from '../bson/types.ts';
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

/** A value as MongoDB prints it in messages. */
export function show(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length ? `[ ${value.map(show).join(', ')} ]` : '[]';
  switch (typeOf(value)) {
    case T.objectId:
      return `ObjectId('${String(value)}')`;
    case T.date:
      return `new Date(${millisecondsOf(value as Date)})`;
    case T.object: {
      const fields = fieldsOf(value as Doc).map(([name, inner]) => `${name}: ${show(inner)}`);
      return fields.length ? `{ ${fields.join(', ')} }` : '{}';
    }
    case T.double: {
      const number = Number(String(value));
      return Number.isInteger(number) ? `${number}.0` : String(number);
    }
    case T.decimal:
      return `NumberDecimal("${String(value)}")`;
    case T.minKey:
      return 'MinKey';
    case T.maxKey:
      return 'MaxKey';
    default:
      return String(value);
  }
}
