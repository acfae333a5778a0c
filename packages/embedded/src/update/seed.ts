import { clone } from '../bson/clone.ts';
import { BSONRegExp, field, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { parseFilter, type Filter } from '../query/filter.ts';

/** What an upsert begins with: all that the filter fixes, for a replacement only the _id. */
export function seedOf(filter: Doc, onlyId: boolean): Doc {
  const seed: Doc = {};
  const seen: string[] = [];
  for (const { path, value } of equalities(parseFilter(filter))) {
    const name = path.join('.');
    if (onlyId && name !== '_id') continue;
    if (seen.includes(name))
      fail('NotSingleValueField', `cannot infer query fields to set, path '${name}' is matched twice`);
    const other = seen.find((one) => one.startsWith(`${name}.`) || name.startsWith(`${one}.`));
    if (other !== undefined)
      fail(
        'NotSingleValueField',
        `cannot infer query fields to set, both paths '${name}' and '${other}' are matched`,
      );
    seen.push(name);
    setIn(seed, path, clone(value));
  }
  return seed;
}

function setIn(doc: Doc, path: readonly string[], value: Value): void {
  let holder = doc;
  for (const part of path.slice(0, -1)) {
    let next = field(holder, part);
    if (!isDoc(next)) put(holder, part, (next = {}));
    holder = next;
  }
  put(holder, path.at(-1) as string, value);
}

/** All fields that a filter fixes to one value. */
function equalities(filter: Filter): { path: string[]; value: Value }[] {
  switch (filter.op) {
    case 'eq':
      return [{ path: filter.path, value: filter.value }];
    case 'and':
      return filter.parts.flatMap(equalities);
    case 'or':
      return filter.parts.length === 1 ? filter.parts.flatMap(equalities) : [];
    case 'in': {
      const [value, ...others] = filter.values;
      return value === undefined || others.length > 0 || value instanceof BSONRegExp
        ? []
        : [{ path: filter.path, value }];
    }
    default:
      return [];
  }
}
