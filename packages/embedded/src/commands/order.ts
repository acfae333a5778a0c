import { BSONRegExp, isDoc, type Doc, type Value } from '../bson/types.ts';
import { parseSort, type SortPattern } from '../query/sort.ts';

/**
 * The order of a write of one document. MongoDB looks one up by nothing but its _id without reading the order, so that
 * a wrong one is not seen, unless something else makes it read all.
 * @param others what would make it do so where it is given
 */
export const parseOrder = (
  sort: Value | undefined,
  filter: Doc,
  others: readonly unknown[],
): SortPattern | undefined =>
  isById(filter) && others.every((other) => other === undefined || other === false)
    ? undefined
    : parseSort(sort);

function isById(filter: Doc): boolean {
  const { _id: id } = filter;
  if (id === undefined || id === null || Object.keys(filter).length > 1) return false;
  if (isDoc(id)) return !Object.keys(id)[0]?.startsWith('$');
  return !Array.isArray(id) && !(id instanceof BSONRegExp);
}

/** Whether an update names the place in an array that the filter has found. */
export const isPositional = (update: Doc | readonly Doc[]): boolean =>
  !Array.isArray(update) &&
  Object.values(update as Doc).some(
    (fields) => isDoc(fields) && Object.keys(fields).some((path) => path.split('.').includes('$')),
  );
