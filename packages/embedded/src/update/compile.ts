import { clone } from '../bson/clone.ts';
import { encode } from '../bson/encode.ts';
import { equal } from '../bson/compare.ts';
import { show } from '../bson/show.ts';
import { field, fieldsOf, isDoc, put, type Doc, type Timestamp, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Environment } from '../expression/compile.ts';
import type { Hit } from '../query/match.ts';
import { compileArrayFilters, type ArrayFilter } from './array-filters.ts';
import { withTimes } from './empty-times.ts';
import { modifiers } from './modifiers.ts';
import { comparePaths, conflictCheck, isEach, parsePath } from './paths.ts';
import type { Step } from './step.ts';
import { placesOf, type Targets } from './target.ts';

export interface Update {
  kind: 'modify' | 'replace' | 'pipeline';
  /** The new version of a document, which is not changed itself; the very document where a whole new one says the same. */
  apply(doc: Doc, hit: Hit, inserting: boolean): Doc;
}

export interface UpdateOptions {
  environment: Environment;
  multi: boolean;
  arrayFilters: Doc[] | undefined;
  /** Variables of an update that is a pipeline. */
  constants: Doc | undefined;
  /** Compiles an update that is a pipeline. */
  pipeline: (stages: Doc[]) => (doc: Doc) => Doc;
  /** The time that stands where a replacement has an empty timestamp. */
  time: () => Timestamp;
}

export function compileUpdate(update: Doc | Doc[], options: UpdateOptions): Update {
  if (Array.isArray(update)) {
    refuseArrayFilters(options, 'pipeline');
    const run = options.pipeline(update);
    return { kind: 'pipeline', apply: (doc) => keepId(doc, run(doc)) };
  }
  if (options.constants) fail(51198, 'Constant values may only be specified for pipeline updates');
  if (Object.keys(update)[0]?.startsWith('$')) return modification(update, options);
  refuseArrayFilters(options, 'replacement');
  if (options.multi) fail('FailedToParse', 'multi update is not supported for replacement-style update');
  return {
    kind: 'replace',
    apply(doc, _hit, inserting) {
      if (!inserting) refuseDollars(Object.keys(update));
      return keepId(doc, withTimes(update, options.time));
    },
  };
}

function refuseArrayFilters({ arrayFilters = [] }: UpdateOptions, style: string): void {
  if (arrayFilters.length > 0)
    fail('FailedToParse', `arrayFilters may not be specified for ${style}-style updates`);
}

/** Names that begin with a dollar come into a document by inserting and by pipelines only. */
function refuseDollars(names: readonly string[]): void {
  const name = names.find((one) => one.startsWith('$'));
  if (name !== undefined)
    fail(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
}

/** A new version keeps its _id, in the first place; another one is refused. Without one it is a change even by the same fields. */
function keepId(doc: Doc, after: Doc): Doc {
  if (doc['_id'] === undefined) return clone(after);
  if (after['_id'] !== undefined && encode(after).equals(encode(doc))) return doc;
  if (after['_id'] !== undefined && !equal(after['_id'], doc['_id']))
    fail(
      'ImmutableField',
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(after['_id'])}`,
    );
  const result: Doc = { _id: doc['_id'] };
  for (const [name, value] of fieldsOf(after)) if (name !== '_id') put(result, name, clone(value));
  return result;
}

const refuseId = (): never =>
  fail('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");

interface Modification {
  steps: (Step & { onlyOnInsert: boolean })[];
  filters: ReadonlyMap<string, ArrayFilter>;
  /** Whether two paths can turn out to mean the same place. */
  dynamic: boolean;
}

function modification(update: Doc, { environment, arrayFilters }: UpdateOptions): Update {
  const steps = Object.entries(update).flatMap(([operator, fields]) =>
    stepsOf(operator, fields, environment).map((step) => ({
      ...step,
      onlyOnInsert: operator === '$setOnInsert',
    })),
  );
  const paths = steps.map(({ path }) => path);
  paths.forEach(conflictCheck());
  const plan: Modification = {
    steps: steps.sort((a, b) => comparePaths(a.path, b.path)),
    filters: compileArrayFilters(arrayFilters, paths, environment, update),
    dynamic: steps.length > 1 && paths.flat().some((part) => part === '$' || isEach(part)),
  };
  return { kind: 'modify', apply: (doc, hit, inserting) => modified(doc, plan, hit, inserting) };
}

function stepsOf(operator: string, fields: Value, environment: Environment): Step[] {
  const make =
    modifiers.get(operator) ??
    fail(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  if (!isDoc(fields))
    return fail(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(fields)}}`,
    );
  return Object.entries(fields).flatMap(([name, argument]) => make(parsePath(name), argument, environment));
}

function modified(doc: Doc, { steps, filters, dynamic }: Modification, hit: Hit, inserting: boolean): Doc {
  const after = clone(doc);
  const targets: Targets = { before: doc, filters, hit, claim: dynamic ? conflictCheck() : undefined };
  for (const { path, run, onlyOnInsert } of steps) {
    if (inserting || !onlyOnInsert) run(after, targets);
    // What it would mean must be there all the same.
    else placesOf(path, targets);
  }
  for (const { path } of steps) {
    const [name = ''] = path;
    if (name === '_id') checkId(doc['_id'], after['_id']);
    else if (name.startsWith('$') && !inserting && !isSame(field(after, name), field(doc, name)))
      fail(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${name}' in '${path.join('.')}' is not valid for storage.`,
      );
  }
  return after;
}

function checkId(before: Value | undefined, after: Value | undefined): void {
  if (before !== undefined && (after === undefined || !isSame(before, after))) refuseId();
}

/** Whether two values are the same to the last byte. */
const isSame = (a: Value | undefined, b: Value | undefined): boolean =>
  encode({ a }).equals(encode({ a: b }));
