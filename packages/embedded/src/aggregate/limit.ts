import type { Value } from '../bson/types.ts';
import { naturalNumber } from '../bson/whole.ts';
import { fail } from '../errors.ts';
import { PAUSE } from '../query/scan.ts';
import { each, type StageMaker } from './stage.ts';

export const limit: StageMaker = (argument) => {
  const most = countOf(argument, '$limit', 5107201);
  if (most === 0) fail(15958, 'the limit must be positive');
  return function* (source) {
    let taken = 0;
    for (const item of source) {
      yield item;
      if (item !== PAUSE && ++taken >= most) return;
    }
  };
};

export const skip: StageMaker = (argument) => {
  const first = countOf(argument, '$skip', 5107200);
  return (source) => {
    let seen = 0;
    return each((doc) => (seen++ < first ? undefined : doc))(source);
  };
};

const countOf = (argument: Value, name: string, code: number): number =>
  Number(naturalNumber(name, argument, code, `invalid argument to ${name} stage: `));
