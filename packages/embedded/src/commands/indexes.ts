import { encode } from '../bson/codec.ts';
import { toNumber } from '../bson/numbers.ts';
import { isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { collectionName, collectionOf, optionalDoc, type Command, type Context } from './context.ts';
import { listed } from './cursor.ts';
import { indexNamed } from './create-indexes.ts';
import { openCursor } from './open-cursor.ts';
import { alone } from './alone.ts';

export const batchSizeOf = (context: Context): number => {
  const size = optionalDoc(context, 'cursor')?.['batchSize'];
  return isNumeric(size) ? toNumber(size) : 101;
};

export const listIndexes: Command = {
  fields: ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'],
  async run(context) {
    const name = collectionName(context);
    const collection =
      collectionOf(context) ?? fail('NamespaceNotFound', `ns does not exist: ${context.db}.${name}`);
    const specs = collection.indexes.map(({ spec }) => encode(spec));
    return openCursor(context, `${context.db}.${name}`, listed(specs), batchSizeOf(context));
  },
};

export const dropIndexes: Command = {
  fields: ['index'],
  writes: true,
  async run(context) {
    const name = collectionName(context);
    const collection =
      collectionOf(context) ?? fail('NamespaceNotFound', `ns not found ${context.db}.${name}`);
    const wanted =
      context.body['index'] ?? fail(40414, "BSON field 'dropIndexes.index' is missing but a required field");
    await alone(context, collection);
    const before = collection.indexes.length;
    const dropped =
      wanted === '*'
        ? collection.indexes.filter((index) => index.name !== '_id_')
        : indexNamed(context, collection, wanted as Value);
    if (dropped.some((index) => index.name === '_id_')) fail('InvalidOptions', 'cannot drop _id index');
    const { store } = context.server;
    store.group.write(() => dropped.forEach((index) => store.catalogue.dropIndex(collection, index)));
    collection.changedAt = store.group.pending;
    return {
      nIndexesWas: before,
      ...(wanted === '*' ? { msg: 'non-_id indexes dropped for collection' } : {}),
    };
  },
};
