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
  group: Group | undefined;
}

/** The conditions that a filter surely demands, those inside $elemMatch included. */
export function conditionsOf(filter: Filter, before: readonly string[] = [], group?: Group): Condition[] {
  switch (filter.op) {
    case 'and':
      return filter.parts.flatMap((part) => conditionsOf(part, before, group));
    case 'or':
      return filter.parts.length === 1 ? conditionsOf(filter.parts[0] as Filter, before, group) : [];
    case 'elemMatchObject': {
      const path = [...before, ...filter.path];
      return conditionsOf(filter.part, path, group ?? { depth: path.length });
    }
    case 'elemMatchValue': {
      const path = [...before, ...filter.path];
      const own = group ?? { depth: path.length };
      return filter.parts.flatMap((part) => conditionsOf(part, path, own));
    }
    case 'not':
    case 'nor':
    case 'expr':
    case 'always':
      return [];
    default:
      return [{ path: [...before, ...filter.path].join('.'), leaf: filter, group }];
  }
}
