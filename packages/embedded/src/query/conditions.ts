import { isPosition } from '../bson/path.ts';
import { MaxKey, MinKey, T, typeOf, type Value } from '../bson/types.ts';
import type { Filter, Leaf } from './filter.ts';

/** One $elemMatch: conditions in it speak of the same array element. */
export interface Group {
  /** How many parts of the path lead to the array. */
  depth: number;
}

/** A condition that every document of the result meets. */
export interface Condition {
  path: string;
  leaf: Leaf;
  /** The $elemMatch that it stands in, the outer ones first. */
  groups: readonly Group[];
}

/** The conditions that a filter surely demands, those inside $elemMatch included. */
export function conditionsOf(
  filter: Filter,
  before: readonly string[] = [],
  groups: readonly Group[] = [],
): Condition[] {
  switch (filter.op) {
    case 'and':
      return filter.parts.flatMap((part) => conditionsOf(part, before, groups));
    case 'or':
      return filter.parts.length === 1 ? conditionsOf(filter.parts[0] as Filter, before, groups) : [];
    case 'elemMatchObject': {
      const path = [...before, ...filter.path];
      return isNested(filter.path, before)
        ? []
        : conditionsOf(filter.part, path, [...groups, { depth: path.length }]);
    }
    case 'elemMatchValue': {
      const path = [...before, ...filter.path];
      const own = [...groups, { depth: path.length }];
      return isNested(filter.path, before) || isPosition(path.at(-1) ?? '')
        ? []
        : filter.parts.flatMap((part) => conditionsOf(part, path, own));
    }
    case 'not':
    case 'nor':
    case 'expr':
    case 'always':
      return [];
    default: {
      const path = [...before, ...filter.path];
      if (filter.path.length > 0 && isNested(filter.path, before)) return [];
      // A place in an array is also a field that the elements may lack, which an index of the place does not tell.
      if (path.some(isPosition) && !cannotBeMissing(filter)) return [];
      return [{ path: path.join('.'), leaf: filter, groups }];
    }
  }
}

/** Whether a condition looks into an array that is itself an element: an index has that as one value. */
const isNested = ([first]: readonly string[], before: readonly string[]): boolean =>
  before.length > 0 && (first === undefined || isPosition(first));

/** Whether a condition never finds what is not there. */
export function cannotBeMissing(query: Leaf): boolean {
  if (query.op === 'in') return !query.values.includes(null);
  if ('value' in query)
    return query.value !== null && !(query.value instanceof MinKey) && !(query.value instanceof MaxKey);
  return true;
}

/** Whether what a condition looks for may have another order than that of its bytes: strings, and what may hold some. */
export const hasText = (leaf: Leaf): boolean => {
  const texty = (value: Value): boolean =>
    [T.string, T.symbol, T.object, T.array].includes(typeOf(value) as never);
  return 'value' in leaf ? texty(leaf.value) : 'values' in leaf ? leaf.values.some(texty) : false;
};
