import type { Doc, Value } from '../bson/types.ts';
import { show } from '../bson/show.ts';

/** Says that the field goes away, or that it is not made. */
export const NOTHING = Symbol('nothing');

/** Where a value stands, for messages. */
export interface Place {
  path: readonly string[];
  root: Doc;
}

/** What an operator does to one value. */
export interface Modify {
  /** The new value of a field; undefined is a missing one. */
  change(old: Value | undefined, place: Place): Value | typeof NOTHING;
  /** What becomes of a path that is not there: it is made, left if it could be made or be sought, or just left. */
  missing: 'make' | 'leave' | 'seek' | 'ignore';
}

/** A document as messages name it. */
export const named = (root: Doc): string => `{_id: ${show(root['_id'] ?? null)}}`;
