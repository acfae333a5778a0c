import { equal } from '../bson/compare.ts';
import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Checked } from '../fields.ts';
import { parseFilter } from '../query/filter.ts';
import { implies } from '../query/implies.ts';
import { buildIndexes, building } from '../storage/build.ts';
import type { Collection } from '../storage/catalogue.ts';
import { show } from '../bson/show.ts';
import { alone } from './alone.ts';
import { collectionOf, collectionToWrite, type Command, type Context } from './context.ts';
import { Slices } from './cursor.ts';
import { readIndexSpec } from './index-spec.ts';
import { until } from './writing.ts';

const fields = { indexes: 'objects', commitQuorum: 'any', ignoreUnknownIndexOptions: 'bool' } as const;
const MOST_INDEXES = 64;

export const createIndexes: Command = {
  fields,
  required: ['indexes'],
  inTransaction: true,
  writes: true,
  async run(context) {
    const { indexes } = context.body as Checked<typeof fields, 'indexes'>;
    const specs = indexes.map(readIndexSpec);
    if (specs.length === 0) fail('BadValue', 'Must specify at least one index to create');
    const existing = collectionOf(context);
    const { transaction } = context;
    // What is there already is said at once, as a process that starts beside busy ones asks it of every collection.
    const find = () => {
      const there = collectionOf(context);
      return there && !transaction && specs.some((spec) => isMissing(there, spec)) ? [there] : [];
    };
    const collection = await alone(context, find, () => collectionToWrite(context));
    const before = collection.indexes.length;
    if (!transaction) await build(context, collection, specs);
    else for (const spec of missingOf(collection, specs)) transaction.createIndex(collection, spec);
    return {
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: !existing,
      ...(collection.indexes.length === before ? { note: 'all indexes already exist' } : {}),
    };
  },
};

/** Builds all of the indexes, or none. */
async function build(context: Context, collection: Collection, specs: readonly Doc[]): Promise<void> {
  for (let other = building(collection); other; other = building(collection))
    await until(other, context.deadline);
  const missing = missingOf(collection, specs);
  if (missing.length === 0) return;
  const slices = new Slices(context.deadline);
  await buildIndexes(context.server.store, collection, missing, (ended) =>
    ended ? until(ended, context.deadline) : slices.pause(),
  );
}

/** Those that are not there; one that is asked for twice is an error. */
function missingOf(collection: Collection, specs: readonly Doc[]): Doc[] {
  const missing: Doc[] = [];
  for (const spec of specs) if (isMissing(collection, spec, missing)) missing.push(spec);
  return missing;
}

/** @param wanted others that are about to be made with it */
function isMissing(collection: Collection, spec: Doc, wanted: readonly Doc[] = []): boolean {
  const specs = [...collection.indexes.map((index) => index.spec), ...wanted];
  if (isThere(specs, spec)) {
    if (wanted.some(({ name }) => name === spec['name']))
      fail('IndexAlreadyExists', `Identical index already exists: ${String(spec['name'])}`);
    return false;
  }
  if (specs.length >= MOST_INDEXES)
    fail('CannotCreateIndex', `add index fails, too many indexes for collection ${collection.name}`);
  return true;
}

/** What tells an index from another one with the same key. */
const identity = ['unique', 'sparse', 'partialFilterExpression'];
const others = ['expireAfterSeconds', 'hidden'];

/** Filters are the same when either implies the other, in whatever order they say it. */
const isSameOption = (a: Value | undefined, b: Value | undefined): boolean =>
  isDoc(a) && isDoc(b) ? implies(parseFilter(a), b) && implies(parseFilter(b), a) : equal(a, b);

/** Whether the index is there already; one that differs under the same name or key is an error. */
function isThere(specs: readonly Doc[], spec: Doc): boolean {
  const id = spec['name'] === '_id_';
  const differs = (other: Doc, options: readonly string[]): boolean =>
    options.some((name) => !isSameOption(other[name], spec[name]));
  const isSame = (other: Doc): boolean =>
    equal(other['key'], spec['key']) && (id || !differs(other, identity));
  const shown = (other: Doc): string => `Requested index: ${show(spec)}, existing index: ${show(other)}`;
  const named = specs.find((other) => other['name'] === spec['name']);
  if (named) {
    if (!isSame(named))
      fail(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${shown(named)}`,
      );
    if (differs(named, others))
      fail(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. ${shown(named)}`,
      );
    return true;
  }
  const same = specs.find(isSame);
  if (same)
    fail(
      'IndexOptionsConflict',
      differs(same, others)
        ? `An equivalent index already exists with a different name and options. ${shown(same)}`
        : `Index already exists with a different name: ${String(same['name'])}`,
    );
  return false;
}
