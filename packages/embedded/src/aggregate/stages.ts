import { encode } from '../bson/codec.ts';
import { toNumber } from '../bson/numbers.ts';
import { field, fieldsOf, isDoc, isNumeric, Long, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkPath } from '../expression/compile.ts';
import { compileExpressionFilter } from '../query/expression-filter.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import { orderBy, parseSort } from '../query/sort.ts';
import { paced, sorted } from '../query/sorted.ts';
import { count, sortByCount } from './count.ts';
import { group } from './group.ts';
import { lookup } from './lookup.ts';
import { shapes } from './shape.ts';
import { documentsOf, each, packed, withValue, type StageMaker } from './stage.ts';

const match: StageMaker = (argument, { environment, variables }) => {
  if (!isDoc(argument)) return fail(15959, 'the match filter must be an expression in an object');
  const matches = compileFilter(parseFilter(argument), {
    strings: environment.strings,
    expression: compileExpressionFilter(environment, () => variables),
  });
  return each((doc) => (matches(doc) ? doc : undefined));
};

const sort: StageMaker = (argument, { environment, memory }) => {
  if (!isDoc(argument)) return fail(15973, 'the $sort key specification must be an object');
  const pattern = parseSort(argument) ?? fail(15976, '$sort stage must have at least one sort key');
  const order = orderBy(pattern, environment.strings);
  return (source) => documentsOf(sorted(packed(source), order, Infinity, memory));
};

const positive = (argument: Value, name: string, least: number): number => {
  const number = isNumeric(argument) ? toNumber(argument) : NaN;
  if (!Number.isInteger(number) || number < least)
    return fail(
      name === '$limit' ? (number === 0 ? 15958 : 5107201) : 5107200,
      name === '$limit' && number === 0
        ? 'the limit must be positive'
        : `invalid argument to ${name} stage: Expected ${least > 0 ? 'a positive' : 'a non-negative'} number in: ${name}: ${String(argument)}`,
    );
  return number;
};

const limit: StageMaker = (argument) => {
  const most = positive(argument, '$limit', 1);
  return function* (source) {
    let taken = 0;
    for (const item of source) {
      yield item;
      if (item !== PAUSE && ++taken >= most) return;
    }
  };
};

const skip: StageMaker = (argument) => {
  const first = positive(argument, '$skip', 0);
  return (source) => {
    let seen = 0;
    return each((doc) => (seen++ < first ? undefined : doc))(source);
  };
};

const unwind: StageMaker = (argument) => {
  const spec: Doc =
    typeof argument === 'string'
      ? { path: argument }
      : isDoc(argument)
        ? argument
        : fail(
            15981,
            `expected either a string or an object as specification for $unwind stage, got ${typeName(argument)}`,
          );
  for (const name of Object.keys(spec))
    if (!['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(name))
      fail(28811, `unrecognized option to $unwind stage: ${name}`);
  const { path, includeArrayIndex: index } = spec;
  if (path === undefined) fail(28812, 'no path specified to $unwind stage');
  if (typeof path !== 'string')
    return fail(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith('$'))
    fail(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (index !== undefined && (typeof index !== 'string' || index === ''))
    fail(28810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
  if (typeof index === 'string' && index.startsWith('$'))
    fail(28822, `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`);
  const keep = spec['preserveNullAndEmptyArrays'];
  if (keep !== undefined && typeof keep !== 'boolean')
    fail(28809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
  const parts = checkPath(path.slice(1));
  const numbered = (doc: Doc, at: Value): Doc =>
    typeof index === 'string' ? withValue(doc, checkPath(index), at) : doc;
  return function* (source) {
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      const doc = item as Doc;
      let value: Value | undefined = doc;
      for (const part of parts) value = isDoc(value) ? field(value, part) : undefined;
      if (!Array.isArray(value)) {
        if (value !== undefined && value !== null) yield numbered(doc, null);
        else if (keep) yield numbered(doc, null);
      } else if (value.length === 0) {
        if (keep) yield numbered(withValue(doc, parts, undefined), null);
      } else {
        for (let at = 0; at < value.length; at++)
          yield numbered(withValue(doc, parts, value[at]), Long.fromNumber(at));
      }
    }
  };
};

const facet: StageMaker = (argument, pipeline) => {
  if (!isDoc(argument) || Object.keys(argument).length === 0)
    return fail(40169, 'the $facet specification must be a non-empty object');
  const facets = fieldsOf(argument).map(([name, list]) => {
    if (!Array.isArray(list))
      return fail(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(list)}`);
    if (name.includes('.') || name.startsWith('$')) fail(40170, `facet name '${name}' is not valid`);
    for (const stage of list) {
      const [inner] = isDoc(stage) ? Object.keys(stage) : [];
      if (inner === '$facet') fail(40600, '$facet is not allowed to be used within a $facet stage');
    }
    return { name, stages: pipeline.stages(list, '$facet') };
  });
  return function* (source) {
    const documents: Doc[] = [];
    let bytes = 0;
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      documents.push(item as Doc);
      if (documents.length % 64 === 0) bytes += encode(item as Doc).length * 64 * 3;
      if (bytes > pipeline.memory.bytes)
        fail(
          'QueryExceededMemoryLimitNoDiskUseAllowed',
          'PlanExecutor error during aggregation :: caused by :: $facet exceeded its memory limit',
        );
    }
    const result: Doc = {};
    for (const { name, stages } of facets) {
      const found: Value[] = [];
      for (const item of stages.reduce<Pausing<Doc>>((input, stage) => stage(input), paced(documents))) {
        if (item === PAUSE) yield item;
        else found.push(item as Doc);
      }
      put(result, name, found);
    }
    yield result;
  };
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
]);
