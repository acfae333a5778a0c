import type { Value } from '../bson/types.ts';
import { typeName } from '../expression/arguments.ts';
import { NOTHING, type Modify, type Place } from './modify.ts';

/** Refuses to change what is no array, told its type. */
type Refuse = (type: string, place: Place) => never;

type Change = (items: readonly Value[]) => Value[];

/** A change of an array by an operator that makes it when it is not there. */
export const adding = (change: Change, refuse: Refuse): Modify => ({
  missing: 'make',
  change: (old = [], place) => (Array.isArray(old) ? change(old) : refuse(typeName(old), place)),
});

/** A change of an array by an operator that only takes away. */
export const taking = (change: Change, refuse: Refuse): Modify => ({
  missing: 'leave',
  change(old, place) {
    if (old === undefined) return NOTHING;
    return Array.isArray(old) ? change(old) : refuse(typeName(old), place);
  },
});
