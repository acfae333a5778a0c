import { isDoc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { orderBy, parseSort } from '../query/sort.ts';
import { sorted } from '../query/sorted.ts';
import { documentsOf, packed, type StageMaker } from './stage.ts';

export const sort: StageMaker = (argument, { environment, memory }) => {
  if (!isDoc(argument)) return fail(15973, 'the $sort key specification must be an object');
  const pattern = parseSort(argument) ?? fail(15976, '$sort stage must have at least one sort key');
  const order = orderBy(pattern, environment.strings);
  return (source) => documentsOf(sorted(packed(source), order, Infinity, memory));
};
