import { encode } from '../bson/codec.ts';
import { isDoc, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { endId, firstId, type Collection } from '../storage/catalogue.ts';
import { alone } from './alone.ts';
import {
  collectionName,
  collectionOf,
  known,
  timelessOptions,
  optionalDoc,
  type Command,
  type Context,
} from './context.ts';
import { listed } from './cursor.ts';
import { batchSizeOf } from './indexes.ts';
import { openCursor } from './open-cursor.ts';

/** What MongoDB knows for a collection, none of it supported. */
const options = [
  'capped',
  'size',
  'max',
  'validator',
  'validationLevel',
  'validationAction',
  'viewOn',
  'pipeline',
  'collation',
  'timeseries',
  'expireAfterSeconds',
  'clusteredIndex',
  'changeStreamPreAndPostImages',
  'autoIndexId',
  'storageEngine',
  'indexOptionDefaults',
  'encryptedFields',
  'idIndex',
  'flags',
  'temp',
];

export const create: Command = {
  fields: options,
  inTransaction: true,
  writes: true,
  run(context) {
    const name = collectionName(context);
    for (const field of options) {
      const value = context.body[field];
      if (value === undefined || value === false || (isDoc(value) && value['locale'] === 'simple')) continue;
      fail('InvalidOptions', `the create option '${field}' is not supported`);
    }
    if (known(context, name)) fail('NamespaceExists', `Collection ${context.db}.${name} already exists.`);
    context.data.createCollection(context.db, name, {});
    return {};
  },
};

async function dropCollection(context: Context, collection: Collection): Promise<void> {
  await alone(context, collection);
  context.server.store.dropCollection(collection);
}

export const drop: Command = {
  fields: ['dropPendingAt'],
  writes: true,
  async run(context) {
    const name = collectionName(context);
    const collection = collectionOf(context);
    // MongoDB 7 answers ok for a collection that is not there.
    if (!collection) return { ns: `${context.db}.${name}` };
    const indexes = collection.indexes.length;
    await dropCollection(context, collection);
    return { nIndexesWas: indexes, ns: `${context.db}.${name}` };
  },
};

export const dropDatabase: Command = {
  fields: [],
  writes: true,
  async run(context) {
    const collections = context.server.store.catalogue.list(context.db);
    for (const collection of collections) await dropCollection(context, collection);
    const { group, oplog } = context.server.store;
    if (collections.length) group.write(() => oplog.record({ kind: 'dropDatabase', db: context.db }));
    return collections.length ? { dropped: context.db } : {};
  },
};

export const renameCollection: Command = {
  fields: ['to', 'dropTarget', 'stayTemp'],
  writes: true,
  async run(context) {
    const [from, to] = [context.body['renameCollection'], context.body['to']].map((ns) =>
      split(ns as string),
    );
    if (!from || !to) return fail('InvalidNamespace', 'renameCollection needs two namespaces');
    const { store } = context.server;
    const source =
      store.catalogue.find(from.db, from.name) ??
      fail('NamespaceNotFound', `Source collection ${from.db}.${from.name} does not exist`);
    if (from.db !== to.db) fail('CommandNotSupported', 'renameCollection across databases is not supported');
    const target = store.catalogue.find(to.db, to.name);
    if (target && context.body['dropTarget'] !== true) fail('NamespaceExists', `target namespace exists`);
    if (target) await dropCollection(context, target);
    await alone(context, source);
    store.renameCollection(source, to.name);
    return {};
  },
};

function split(ns: unknown): { db: string; name: string } | undefined {
  if (typeof ns !== 'string') return undefined;
  const dot = ns.indexOf('.');
  return dot > 0 ? { db: ns.slice(0, dot), name: ns.slice(dot + 1) } : undefined;
}

export const listCollections: Command = {
  fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  async run(context) {
    const matches = compileFilter(
      parseFilter(optionalDoc(context, 'filter') ?? {}),
      timelessOptions(context),
    );
    const nameOnly = context.body['nameOnly'] === true;
    const found = context.server.store.catalogue
      .list(context.db)
      .map((collection): Doc => ({
        name: collection.name,
        type: 'collection',
        options: collection.options,
        info: { readOnly: false, uuid: collection.uuid },
        idIndex: collection.indexes[0]?.spec ?? {},
      }))
      .filter((doc) => matches(doc))
      .map((doc) => encode(nameOnly ? { name: doc['name'], type: doc['type'] } : doc));
    return openCursor(context, `${context.db}.$cmd.listCollections`, listed(found), batchSizeOf(context));
  },
};

export const listDatabases: Command = {
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run(context) {
    const { store } = context.server;
    const matches = compileFilter(
      parseFilter(optionalDoc(context, 'filter') ?? {}),
      timelessOptions(context),
    );
    const nameOnly = context.body['nameOnly'] === true;
    let total = 0;
    const databases = store.catalogue
      .databases()
      .map((name) => {
        const size = store.catalogue
          .list(name)
          .reduce(
            (sum, collection) =>
              sum + store.file.writer.sizeOfDocuments(firstId(collection), endId(collection)),
            0,
          );
        return { name, sizeOnDisk: BigInt(size), empty: false };
      })
      .filter(({ name }) => matches({ name }))
      .map((database) => {
        total += Number(database.sizeOnDisk);
        return nameOnly ? { name: database.name } : database;
      });
    return nameOnly
      ? { databases }
      : { databases, totalSize: BigInt(total), totalSizeMb: BigInt(Math.floor(total / 1024 / 1024)) };
  },
};
