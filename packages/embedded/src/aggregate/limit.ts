import { int64Of } from '../bson/arithmetic.ts';
import { isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { PAUSE } from '../query/scan.ts';
import { each, type StageMaker } from './stage.ts';

export const limit: StageMaker = (argument) => {
  const most = wholeNumber(argument, '$limit', 5107201);
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
  const first = wholeNumber(argument, '$skip', 5107200);
  return (source) => {
    let seen = 0;
    return each((doc) => (seen++ < first ? undefined : doc))(source);
  };
};

function wholeNumber(argument: Value, name: string, code: number): number {
  const number = isNumeric(argument) ? int64Of(argument, true) : undefined;
  if (number === undefined || number < 0n)
    return fail(
      code,
      `invalid argument to ${name} stage: Expected a non-negative number in: ${name}: ${String(argument)}`,
    );
  return Number(number);
}
