import { Int32, isDoc, Long } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { PAUSE } from '../query/scan.ts';
import { group } from './group.ts';
import { sort } from './sort.ts';
import type { StageMaker } from './stage.ts';

export const count: StageMaker = (argument) => {
  if (typeof argument !== 'string' || argument === '')
    return fail(argument === '' ? 40157 : 40156, 'the count field must be a non-empty string');
  if (argument.startsWith('$')) fail(40158, 'the count field cannot be a $-prefixed path');
  if (argument.includes('\0')) fail(40159, 'the count field cannot contain a null byte');
  if (argument.includes('.')) fail(40160, "the count field cannot contain '.'");
  if (argument === '_id') fail(9039800, "the count field cannot be '_id'");
  return function* (source) {
    let total = 0;
    for (const item of source) {
      if (item === PAUSE) yield item;
      else total++;
    }
    if (total > 0) yield { [argument]: total <= 0x7fffffff ? new Int32(total) : Long.fromNumber(total) };
  };
};

export const sortByCount: StageMaker = (argument, pipeline) => {
  if (typeof argument !== 'string' && !isDoc(argument))
    fail(40149, 'the sortByCount field must be specified as a string or as an object');
  const begin = isDoc(argument) ? Object.keys(argument)[0] : argument;
  if (!begin?.startsWith('$'))
    fail(
      isDoc(argument) ? 40147 : 40148,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  const grouping = group({ _id: argument, count: { $sum: new Int32(1) } }, pipeline);
  const sorting = sort({ count: new Int32(-1) }, pipeline);
  return (source) => sorting(grouping(source));
};
