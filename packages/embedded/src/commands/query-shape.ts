import { createHash } from 'node:crypto';
import { stageName } from '../aggregate/pipeline.ts';
import { toNumber } from '../bson/numbers.ts';
import { fieldsOf, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { typeName } from '../expression/arguments.ts';
import { parseFilter, type Filter } from '../query/filter.ts';
import type { Context } from './context.ts';

/** A value with the types of its literals in place of them, unless what looks like literals says what is done. */
function shapeOf(value: Value | undefined, telling = false): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item, telling));
  if (isDoc(value)) return fieldsOf(value).map(([name, inner]) => [name, shapeOf(inner, telling)]);
  if (telling) return String(isNumeric(value) ? toNumber(value) : value);
  if (typeof value === 'string' && value.startsWith('$')) return value;
  return isNumeric(value) ? 'number' : typeName(value);
}

/** To the planner the order of conditions is nothing, nor is what it cannot look up in an index. */
function shapeOfFilter(filter: Filter, planning: boolean): string {
  const parts = 'parts' in filter ? filter.parts : 'part' in filter ? [filter.part] : [];
  const inner = parts.map((part) => shapeOfFilter(part, planning));
  const single = filter.op === 'in' && filter.values.length === 1;
  const shape = [single && planning ? 'eq' : filter.op, 'path' in filter && filter.path];
  if (planning) return JSON.stringify([...shape, inner.sort()]);
  if (filter.op === 'expr') return JSON.stringify([...shape, shapeOf(filter.expression)]);
  if (filter.op === 'type') return JSON.stringify([...shape, [...filter.types]]);
  return JSON.stringify([...shape, inner, 'value' in filter && shapeOf(filter.value)]);
}

/** The stages that are nothing to the planner, and those whose literals are no more than values. */
const unplanned = [
  '$addFields',
  '$facet',
  '$limit',
  '$match',
  '$sample',
  '$set',
  '$skip',
  '$unset',
  '$unwind',
];
const computing = ['$addFields', '$group', '$limit', '$replaceRoot', '$replaceWith', '$set', '$skip'];

function shapeOfStage(stage: Value): unknown {
  const name = stageName(stage);
  const argument = (stage as Doc)[name];
  if (name === '$match') return shapeOfFilter(parseFilter(argument as Doc), false);
  return [name, shapeOf(argument, !computing.includes(name))];
}

const hash = (shape: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(shape)).digest('hex').toUpperCase();

/** The hashes that queries of one shape have in common: as they are planned, and as they were asked. */
export function shapeHashes({ name, body }: Context, filter: Filter): { plan: string; query: string } {
  const stages = (body['pipeline'] ?? []) as Value[];
  const [sort, collation] = [shapeOf(body['sort'], true), shapeOf(body['collation'], true)];
  const projection = fieldsOf((body['projection'] ?? {}) as Doc).map(([path, value]) =>
    JSON.stringify([path, shapeOf(value, true)]),
  );
  const asked = [shapeOfFilter(filter, false), sort, projection, collation, stages.map(shapeOfStage)];
  const plan = [
    shapeOfFilter(filter, true),
    sort,
    projection.toSorted(),
    collation,
    stages.filter((stage) => !unplanned.includes(stageName(stage))).map(shapeOfStage),
  ];
  return { plan: hash(plan).slice(0, 8), query: hash([name, ...asked]) };
}
