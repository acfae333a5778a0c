import { namesOf, put, T, typeOf, type Doc, type Value } from './types.ts';

/** A deep copy that shares nothing that can change. */
export function clone<V extends Value>(value: V): V {
  if (Array.isArray(value)) return value.map(clone) as V;
  if (typeOf(value) !== T.object) return value;
  const copy: Doc = {};
  for (const name of namesOf(value as Doc)) put(copy, name, clone((value as Doc)[name] as Value));
  return copy as V;
}
