import { clone } from '../bson/codec.ts';
import { equal } from '../bson/compare.ts';
import { isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Environment } from '../expression/compile.ts';
import type { Hit } from '../query/match.ts';
import { compileArrayFilters, type ArrayFilter } from './array-filters.ts';
import { modifiers, type Modify } from './modifiers.ts';
import { applyAt, type Targets } from './target.ts';

export interface Update {
  kind: 'modify' | 'replace' | 'pipeline';
  /** The new version of a document; the old one is not changed. */
  apply(doc: Doc, hit: Hit, inserting: boolean): Doc;
}

interface Step {
  path: string[];
  modify: Modify;
  onlyOnInsert: boolean;
}

export interface UpdateOptions {
  environment: Environment;
  arrayFilters: Value | undefined;
  /** Compiles an update that is a pipeline. */
  pipeline: (stages: Value[]) => (doc: Doc) => Doc;
}

export function compileUpdate(update: Value, options: UpdateOptions): Update {
  if (Array.isArray(update)) {
    if (options.arrayFilters !== undefined)
      fail('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates');
    const run = options.pipeline(update);
    return { kind: 'pipeline', apply: (doc) => keepId(doc, run(doc)) };
  }
  if (!isDoc(update)) return fail('FailedToParse', 'Update argument must be either an object or an array');
  const [first] = Object.keys(update);
  if (first?.startsWith('$')) return modification(update, options);
  for (const name of Object.keys(update)) {
    if (name.startsWith('$'))
      fail(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
  }
  if (
    options.arrayFilters !== undefined &&
    !(Array.isArray(options.arrayFilters) && options.arrayFilters.length === 0)
  ) {
    fail('FailedToParse', 'arrayFilters may not be specified for replacement-style updates');
  }
  return { kind: 'replace', apply: (doc) => keepId(doc, update) };
}

/** A new version keeps its _id, in the first place; another one is refused. */
function keepId(doc: Doc, after: Doc): Doc {
  if (doc['_id'] === undefined) return clone(after);
  if (after['_id'] !== undefined && !equal(after['_id'], doc['_id'])) {
    fail('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  const result: Doc = { _id: doc['_id'] };
  for (const [name, value] of Object.entries(after)) if (name !== '_id') put(result, name, clone(value));
  return result;
}

function modification(update: Doc, options: UpdateOptions): Update {
  const steps: Step[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    const make = modifiers.get(operator);
    if (!make) {
      fail(
        'FailedToParse',
        operator.startsWith('$')
          ? `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`
          : `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
      continue;
    }
    if (!isDoc(fields))
      return fail(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${Array.isArray(fields) ? 'array' : typeof fields} instead. For example: {$mod: {<field>: ...}} not {${operator}: ...}`,
      );
    for (const [name, argument] of Object.entries(fields)) {
      const path = checkUpdatePath(name);
      for (const { at, modify } of make(path, argument, options.environment))
        steps.push({ path: at, modify, onlyOnInsert: operator === '$setOnInsert' });
    }
  }
  refuseConflicts(steps.map(({ path }) => path));
  const filters = compileArrayFilters(
    options.arrayFilters,
    steps.map(({ path }) => path),
    options.environment,
  );
  // Operators apply in the order of their paths, which is also the order in which new fields appear.
  steps.sort((a, b) => comparePaths(a.path, b.path));
  return { kind: 'modify', apply: (doc, hit, inserting) => run(doc, steps, filters, hit, inserting) };
}

function run(
  doc: Doc,
  steps: readonly Step[],
  filters: ReadonlyMap<string, ArrayFilter>,
  hit: Hit,
  inserting: boolean,
): Doc {
  const after = clone(doc);
  const targets: Targets = { filters, hit, root: after };
  for (const { path, modify, onlyOnInsert } of steps)
    if (!onlyOnInsert || inserting) applyAt(after, path, modify, targets);
  const id = doc['_id'];
  if (
    id !== undefined &&
    (after['_id'] === undefined || !equal(after['_id'], id) || !sameBytes(after['_id'], id))
  ) {
    fail('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  return after;
}

const sameBytes = (a: Value, b: Value): boolean => equal(a, b);

function checkUpdatePath(name: string): string[] {
  if (name === '') fail('EmptyFieldName', 'An empty update path is not valid.');
  const parts = name.split('.');
  if (parts.includes(''))
    fail('EmptyFieldName', `The update path '${name}' contains an empty field name, which is not allowed.`);
  if (parts[0] === '$')
    fail('BadValue', `The positional operator did not find the match needed from the query.`);
  if (parts[0]?.startsWith('$'))
    fail(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${parts[0]}' in '${name}' is not valid for storage.`,
    );
  return parts;
}

function refuseConflicts(paths: readonly string[][]): void {
  const seen = new Set<string>();
  const prefixes = new Set<string>();
  for (const path of paths) {
    const name = path.join('.');
    const conflicting =
      seen.has(name) ||
      prefixes.has(name) ||
      path.some((_, at) => at > 0 && seen.has(path.slice(0, at).join('.')));
    if (conflicting)
      fail('ConflictingUpdateOperators', `Updating the path '${name}' would create a conflict at '${name}'`);
    seen.add(name);
    path.forEach((_, at) => at > 0 && prefixes.add(path.slice(0, at).join('.')));
  }
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const x = a[at] as string;
    const y = b[at] as string;
    if (x === y) continue;
    const bothNumbers = /^\d+$/.test(x) && /^\d+$/.test(y);
    return bothNumbers ? Number(x) - Number(y) : x < y ? -1 : 1;
  }
  return a.length - b.length;
}
