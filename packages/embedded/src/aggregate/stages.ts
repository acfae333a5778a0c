import { isDoc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileExpressionFilter } from '../query/expression-filter.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { count, sortByCount } from './count.ts';
import { facet } from './facet.ts';
import { group } from './group.ts';
import { limit, skip } from './limit.ts';
import { lookup } from './lookup.ts';
import { sample } from './sample.ts';
import { shapes } from './shape.ts';
import { sort } from './sort.ts';
import { each, type StageMaker } from './stage.ts';
import { unwind } from './unwind.ts';

const match: StageMaker = (argument, { environment, variables }) => {
  if (!isDoc(argument)) return fail(15959, 'the match filter must be an expression in an object');
  const matches = compileFilter(parseFilter(argument), {
    strings: environment.strings,
    expression: compileExpressionFilter(environment, () => variables),
  });
  return each((doc) => (matches(doc) ? doc : undefined));
};

/** Every stage there is; what is not here is refused by name. */
export const stageMakers: ReadonlyMap<string, StageMaker> = new Map<string, StageMaker>([
  ...[...shapes].map(([name, make]): [string, StageMaker] => [
    name,
    (argument, { environment, variables }) => {
      const shape = make(argument, environment);
      return each((doc) => shape(doc, variables));
    },
  ]),
  ['$match', match],
  ['$sort', sort],
  ['$limit', limit],
  ['$skip', skip],
  ['$group', group],
  ['$unwind', unwind],
  ['$lookup', lookup],
  ['$facet', facet],
  ['$count', count],
  ['$sortByCount', sortByCount],
  ['$sample', sample],
]);
