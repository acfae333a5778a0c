import { equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Collection, Index } from '../storage/view.ts';

export type Hint = Index | 'forward' | 'backward';

/** What a hint means: an index, by name or by pattern, or an order of the whole collection. */
export function hinted(collection: Collection | undefined, hint: Value | undefined): Hint | undefined {
  if (hint === undefined || (isDoc(hint) && Object.keys(hint).length === 0)) return undefined;
  if (isDoc(hint) && hint['$natural'] !== undefined) return naturalOrder(hint);
  if (!collection) return undefined;
  return (
    collection.indexes.find(
      ({ name, key, hidden }) => !hidden && (isDoc(hint) ? equal(key, hint) : name === hint),
    ) ??
    fail(
      'BadValue',
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    )
  );
}

function naturalOrder(hint: Doc): Hint {
  const direction = hint['$natural'];
  const number = isNumeric(direction) ? toNumber(direction) : 0;
  if (Object.keys(hint).length > 1 || Math.abs(number) !== 1)
    fail('BadValue', '$natural must stand alone, with 1 or -1');
  return number < 0 ? 'backward' : 'forward';
}
