import { equal } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import { Int32, isDoc, Long, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compile, scopeOf } from '../expression/compile.ts';
import { MEMORY_LIMIT } from '../query/find.ts';
import { PAUSE } from '../query/scan.ts';
import { accumulators, type Accumulator } from './accumulators.ts';
import type { Stage, StageMaker } from './stage.ts';

interface Group {
  id: Value | undefined;
  fields: Accumulator[];
}

export const group: StageMaker = (argument, { environment, variables }) => {
  if (!isDoc(argument)) return fail(15947, "a group's fields must be specified in an object");
  if (argument['_id'] === undefined) fail(15955, 'a group specification must include an _id');
  const key = compile(argument['_id'] as Value, environment);
  const fields = Object.entries(argument)
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => {
      if (name.includes('.')) fail(40235, `The field name '${name}' cannot contain '.'`);
      if (name.startsWith('$')) fail(40236, `The field name '${name}' cannot be an operator name`);
      if (!isDoc(value)) return fail(40234, `The field '${name}' must be an accumulator object`);
      const [operator, ...more] = Object.keys(value);
      if (operator === undefined || more.length > 0)
        return fail(40238, `The field '${name}' must specify one accumulator`);
      const make = accumulators.get(operator);
      if (!make) return fail(15952, `unknown group operator '${operator}'`);
      const of = value[operator] as Value;
      if (operator === '$count' && !(isDoc(of) && Object.keys(of).length === 0))
        fail('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
      if (Array.isArray(of)) fail(40237, `The ${operator} accumulator is a unary operator`);
      return { name, make, expression: operator === '$count' ? () => null : compile(of, environment) };
    });
  return function* (source) {
    const groups = new Map<string, Group>();
    const { strings } = environment;
    let work = 0;
    let bytes = 0;
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      const scope = scopeOf(item as Doc, variables);
      const id = key(scope);
      const found = strings ? collated(groups, id, (a, b) => equal(a, b, strings)) : undefined;
      const name = found ?? encodeKey([id ?? null]).toString('latin1');
      let entry = groups.get(name);
      if (!entry) groups.set(name, (entry = { id, fields: fields.map(({ make }) => make(strings)) }));
      for (let at = 0; at < fields.length; at++) {
        const accumulator = entry.fields[at];
        const before = accumulator?.bytes?.() ?? 0;
        accumulator?.add(fields[at]?.expression(scope));
        bytes += (accumulator?.bytes?.() ?? 0) - before;
      }
      if (++work % 500 === 0) {
        yield PAUSE;
        if (bytes + groups.size * (200 + 100 * fields.length) > MEMORY_LIMIT)
          fail(
            'QueryExceededMemoryLimitNoDiskUseAllowed',
            'PlanExecutor error during aggregation :: caused by :: Exceeded memory limit for $group, but did not allow external sort. Pass allowDiskUse:true to opt in.',
          );
      }
    }
    for (const entry of groups.values()) {
      const doc: Doc = { _id: entry.id ?? null };
      entry.fields.forEach((accumulator, at) =>
        put(doc, fields[at]?.name ?? '', accumulator.result() ?? null),
      );
      yield doc;
    }
  };
};

/** With a collation equal ids may have different bytes. */
function collated(
  groups: Map<string, Group>,
  id: Value | undefined,
  same: (a: Value, b: Value) => boolean,
): string | undefined {
  for (const [name, group] of groups) if (same(group.id ?? null, id ?? null)) return name;
  return undefined;
}

export const count: StageMaker = (argument) => {
  if (typeof argument !== 'string' || argument === '')
    return fail(40156, 'the count field must be a non-empty string');
  if (argument.startsWith('$')) fail(40158, 'the count field cannot be a $-prefixed path');
  if (argument.includes('.')) fail(40160, "the count field cannot contain '.'");
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
  const isExpression =
    (typeof argument === 'string' && argument.startsWith('$')) ||
    (isDoc(argument) && Object.keys(argument)[0]?.startsWith('$'));
  if (!isExpression) fail(40149, 'the sortByCount field must be specified as a string or as an object');
  const [grouping, sorting] = pipeline.stages(
    [{ $group: { _id: argument, count: { $sum: new Int32(1) } } }, { $sort: { count: new Int32(-1) } }],
    '$sortByCount',
  ) as [Stage, Stage];
  return (source) => sorting(grouping(source));
};
