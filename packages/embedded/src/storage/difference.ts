import { encode } from '../bson/encode.ts';
import { field, fieldsOf, Int32, isDoc, namesOf, put, type Doc, type Value } from '../bson/types.ts';

const same = (a: Value, b: Value): boolean => a === b || encode({ a }).equals(encode({ a: b }));

/** What an update has changed, as change streams describe it. */
export function difference(before: Doc, after: Doc): Doc {
  const updatedFields: Doc = {};
  const removedFields: Value[] = [];
  const truncatedArrays: Value[] = [];

  const compareDocuments = (old: Doc, now: Doc, path: string): void => {
    for (const name of namesOf(old)) if (field(now, name) === undefined) removedFields.push(path + name);
    for (const [name, value] of fieldsOf(now)) compareValues(field(old, name), value, path + name);
  };

  const compareValues = (old: Value | undefined, now: Value, path: string): void => {
    if (old !== undefined && same(old, now)) return;
    if (isDoc(old) && isDoc(now)) return compareDocuments(old, now, `${path}.`);
    if (
      Array.isArray(old) &&
      Array.isArray(now) &&
      old.length > 0 &&
      now.length > 0 &&
      !now.every((item, at) => at >= old.length || !same(item, old[at] as Value))
    ) {
      if (now.length < old.length) truncatedArrays.push({ field: path, newSize: new Int32(now.length) });
      now.forEach((item, at) => compareValues(old[at], item, `${path}.${at}`));
      return;
    }
    put(updatedFields, path, now);
  };

  compareDocuments(before, after, '');
  return { updatedFields, removedFields, truncatedArrays };
}
