import { encode } from '../bson/encode.ts';
import { equal } from '../bson/compare.ts';
import { safeLong } from '../bson/safe-long.ts';
import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { checked, wrongType } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';
import type { Collection, Index } from '../storage/catalogue.ts';
import { show } from '../bson/show.ts';
import { alone } from './alone.ts';
import { collectionName, collectionOf, type Command, type Context } from './context.ts';
import { listed } from './cursor.ts';
import { openCursor } from './open-cursor.ts';

const cursorFields = { batchSize: 'number' } as const;

/** How many a command that lists gives at first: all when it does not say. */
export function batchSizeOf({ name, body }: Context): number {
  const { batchSize } = checked(`${name}.cursor`, (body['cursor'] ?? {}) as Doc, cursorFields);
  return batchSize === undefined ? Infinity : safeLong(batchSize);
}

export const listIndexes: Command = {
  fields: { cursor: 'object', includeBuildUUIDs: 'flag', includeIndexBuildInfo: 'flag' },
  async run(context) {
    const { body, db } = context;
    const name = collectionName(context);
    const builds = isTrue(body['includeIndexBuildInfo']);
    if (builds && isTrue(body['includeBuildUUIDs']))
      fail(
        'InvalidOptions',
        "The 'includeBuildUUIDs' and 'includeIndexBuildInfo' options cannot both be set",
      );
    const { indexes } =
      collectionOf(context) ?? fail('NamespaceNotFound', `ns does not exist: ${db}.${name}`);
    const specs = indexes.map(({ spec }) => encode(builds ? { spec } : spec));
    return openCursor(context, `${db}.${name}`, listed(specs), batchSizeOf(context));
  },
};

export const dropIndexes: Command = {
  fields: { index: 'any' },
  required: ['index'],
  writes: true,
  run(context) {
    const wanted = context.body['index'] as Value;
    const find = () =>
      [
        collectionOf(context) ??
          fail('NamespaceNotFound', `ns not found ${context.db}.${collectionName(context)}`),
      ] as const;
    return alone(context, find, ([collection]) => {
      const nIndexesWas = collection.indexes.length;
      const dropped = isAll(wanted)
        ? collection.indexes.filter(({ name }) => name !== ID)
        : named(collection, wanted);
      if (dropped.some(({ name }) => name === ID)) fail('InvalidOptions', 'cannot drop _id index');
      const { store } = context.server;
      store.group.write(() => dropped.forEach((index) => store.catalogue.dropIndex(collection, index)));
      collection.changedAt = store.group.pending;
      return { nIndexesWas, ...(isAll(wanted) ? { msg: 'non-_id indexes dropped for collection' } : {}) };
    });
  },
};

const ID = '_id_';

const isAll = (wanted: Value): boolean => wanted === '*' || (Array.isArray(wanted) && wanted[0] === '*');

/** The indexes that a name, a key pattern or a list of names stands for. */
function named({ indexes }: Collection, wanted: Value): Index[] {
  if (Array.isArray(wanted)) {
    if (!wanted.every((name) => typeof name === 'string'))
      fail('TypeMismatch', wrongType('dropIndexes.index', wanted, "types '[string]'"));
    const twice = wanted.find((name, at) => wanted.indexOf(name) !== at);
    if (twice !== undefined) fail('IndexNotFound', `index not found with name [${show(twice)}]`);
    return wanted.map((name) => namedOne(indexes, name));
  }
  if (!isDoc(wanted)) return [namedOne(indexes, wanted)];
  const [index, another] = indexes.filter(({ key }) => equal(key, wanted));
  if (another) fail('AmbiguousIndexKeyPattern', `${indexes.length} indexes found for key: ${show(wanted)}`);
  return [index ?? fail('IndexNotFound', `can't find index with key: ${show(wanted)}`)];
}

function namedOne(indexes: readonly Index[], wanted: Value): Index {
  if (typeof wanted !== 'string')
    return fail('TypeMismatch', wrongType('dropIndexes.index', wanted, "types '[string, object]'"));
  return (
    indexes.find(({ name }) => name === wanted) ??
    fail('IndexNotFound', `index not found with name [${wanted}]`)
  );
}
