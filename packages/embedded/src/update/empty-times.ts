import { put, Timestamp, type Doc } from '../bson/types.ts';

/** A new document with the time of now where a field of its own, but for the _id, is an empty timestamp. */
export function withTimes(doc: Doc, now: () => Timestamp): Doc {
  const empty = Object.keys(doc).filter((name) => name !== '_id' && isEmpty(doc[name]));
  if (empty.length === 0) return doc;
  const result = { ...doc };
  for (const name of empty) put(result, name, now());
  return result;
}

const isEmpty = (value: unknown): boolean => value instanceof Timestamp && value.isZero();
