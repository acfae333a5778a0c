import { equal } from '../bson/compare.ts';
import { isNumeric, T, typeOf, type Doc, type Value } from '../bson/types.ts';
import { boundsOf } from './bounds.ts';
import { cannotBeMissing } from './conditions.ts';
import { parseFilter, type Filter, type Leaf } from './filter.ts';

const parsed = new WeakMap<Doc, Filter>();

/** Whether every document that a query can find is in a partial index, as far as can be shown simply. */
export function implies(query: Filter, partial: Doc): boolean {
  let wanted = parsed.get(partial);
  if (!wanted) parsed.set(partial, (wanted = parseFilter(partial)));
  return follows(query, wanted);
}

function follows(query: Filter, wanted: Filter): boolean {
  if (wanted.op === 'and') return wanted.parts.every((part) => follows(query, part));
  if (query.op === 'or' && query.parts.every((part) => follows(part, wanted))) return true;
  if (query.op === 'and' && query.parts.some((part) => follows(part, wanted))) return true;
  if (wanted.op === 'or') return wanted.parts.some((part) => follows(query, part));
  return (
    isLeaf(query) &&
    isLeaf(wanted) &&
    query.path.join('.') === wanted.path.join('.') &&
    leafFollows(query, wanted)
  );
}

const isLeaf = (filter: Filter): filter is Leaf =>
  'path' in filter && filter.op !== 'elemMatchObject' && filter.op !== 'elemMatchValue';

function leafFollows(query: Leaf, wanted: Leaf): boolean {
  switch (wanted.op) {
    case 'exists':
      return cannotBeMissing(query);
    case 'type':
      if (query.op === 'type') return [...query.types].every((type) => wanted.types.has(type));
      return query.op === 'eq' && equals(query.value).every((type) => wanted.types.has(type));
    case 'regex':
      return query.op === 'regex' && equal(query.source, wanted.source);
    case 'mod':
    case 'size':
      return false;
    default:
      return within(query, wanted);
  }
}

/** The types of the values that are equal to a value; of null and of an array there may be others in between. */
function equals(value: Value): number[] {
  if (isNumeric(value)) return [T.int, T.double, T.long, T.decimal];
  const type = typeOf(value);
  if (type === T.string || type === T.symbol) return [T.string, T.symbol];
  return type === T.null || type === T.array ? [NaN] : [type];
}

/** Every value that satisfies the query's condition satisfies the index's. */
function within(query: Leaf, wanted: Leaf): boolean {
  const arrays = [query, wanted].some(
    (leaf) =>
      ('value' in leaf && Array.isArray(leaf.value)) || ('values' in leaf && leaf.values.some(Array.isArray)),
  );
  if (arrays)
    return (
      'value' in query &&
      'value' in wanted &&
      query.op === 'eq' &&
      wanted.op === 'eq' &&
      equal(query.value, wanted.value)
    );
  const inner = boundsOf(query);
  const outer = boundsOf(wanted);
  if (!inner || !outer) return false;
  return inner.intervals.every((one) =>
    outer.intervals.some(
      (two) => Buffer.compare(two.low, one.low) <= 0 && Buffer.compare(one.high, two.high) <= 0,
    ),
  );
}
