import { encode } from '../bson/encode.ts';
import { safeLong } from '../bson/safe-long.ts';
import { isDoc, Long, type Doc, type Numeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { endId, firstId, nsOf, type Collection } from '../storage/catalogue.ts';
import { alone } from './alone.ts';
import {
  collectionName,
  collectionOf,
  createCollection,
  known,
  timelessOptions,
  type Command,
  type Context,
} from './context.ts';
import { listed, Slices } from './cursor.ts';
import { checkWantedName } from './namespace.ts';
import { batchSizeOf } from './indexes.ts';
import { openCursor } from './open-cursor.ts';
import { internal } from './session-options.ts';
import { whenFree } from './writing.ts';

/** What MongoDB knows of a collection that is not supported: refused as it refuses what it does not know. */
const options = {
  capped: 'flag',
  size: 'number',
  max: 'number',
  validator: 'object',
  validationLevel: 'string',
  validationAction: 'string',
  viewOn: 'string',
  pipeline: 'array',
  collation: 'object',
  timeseries: 'object',
  expireAfterSeconds: 'number',
  clusteredIndex: 'any',
  changeStreamPreAndPostImages: 'object',
  storageEngine: 'object',
  indexOptionDefaults: 'object',
  encryptedFields: 'object',
  idIndex: 'object',
} as const satisfies Fields;

export const create: Command = {
  fields: options,
  inTransaction: true,
  writes: true,
  async run(context) {
    checkWantedName(context.body['create']);
    const name = collectionName(context);
    for (const option of Object.keys(options)) {
      const value = context.body[option];
      if (value === undefined || value === false || (isDoc(value) && value['locale'] === 'simple')) continue;
      fail(40415, `BSON field 'create.${option}' is an unknown field.`);
    }
    // One that is there with the same options, of which there are none, is no error outside of a transaction.
    if (context.transaction && known(context, name))
      fail('NamespaceExists', `Collection ${context.db}.${name} already exists.`);
    await whenFree(context, () => known(context, name) ?? createCollection(context, name));
    return {};
  },
};

export function dropCollection({ server }: Context, collection: Collection): void {
  server.cursors.interrupt(nsOf(collection));
  server.store.dropCollection(collection);
}

export const drop: Command = {
  fields: {},
  writes: true,
  run: (context) =>
    alone(
      context,
      () => [collectionOf(context)] as const,
      ([collection]) => {
        if (!collection) return {};
        const answer = { nIndexesWas: collection.indexes.length, ns: nsOf(collection) };
        dropCollection(context, collection);
        return answer;
      },
    ),
};

export const dropDatabase: Command = {
  fields: { dropDatabase: 'number' },
  required: ['dropDatabase'],
  writes: true,
  async run(context) {
    const { db, body } = context;
    if (safeLong(body['dropDatabase'] as Numeric) !== 1) fail(5255100, 'have to pass 1 as db parameter');
    if (db === 'admin') fail('IllegalOperation', `Dropping the '${db}' database is prohibited.`);
    const { catalogue, group, oplog } = context.server.store;
    const collections = catalogue.list(db);
    for (const { name } of collections)
      await alone(
        context,
        () => [catalogue.find(db, name)] as const,
        ([collection]) => collection && dropCollection(context, collection),
      );
    if (collections.length) group.write(() => oplog.record([{ kind: 'dropDatabase', db }]));
    return {};
  },
};

export const listCollections: Command = {
  fields: { filter: 'object', nameOnly: 'bool', authorizedCollections: 'bool', cursor: 'object' },
  async run(context) {
    const { filter, nameOnly } = context.body as { filter?: Doc; nameOnly?: boolean };
    const matches = compileFilter(parseFilter(filter ?? {}), timelessOptions(context));
    const found = context.server.store.catalogue
      .list(context.db)
      .map(({ name, options, uuid, indexes }): Doc => ({
        name,
        type: 'collection',
        ...(nameOnly ? {} : { options, info: { readOnly: false, uuid }, idIndex: indexes[0]?.spec ?? {} }),
      }));
    const documents = found.filter((doc) => matches(doc)).map((doc) => encode(doc));
    return openCursor(context, `${context.db}.$cmd.listCollections`, listed(documents), batchSizeOf(context));
  },
};

export const listDatabases: Command = {
  fields: { filter: 'object', nameOnly: 'flag', authorizedDatabases: 'bool' },
  admin: true,
  async run(context) {
    const { catalogue, file } = context.server.store;
    const { filter } = context.body as { filter?: Doc };
    const matches = compileFilter(parseFilter(filter ?? {}), timelessOptions(context));
    const nameOnly = isTrue(context.body['nameOnly']);
    const slices = new Slices(context.deadline);
    const databases: Doc[] = [];
    let total = 0;
    for (const name of [...new Set([...internal, ...catalogue.databases()])].sort()) {
      let size = 0;
      for (const collection of nameOnly ? [] : catalogue.list(name)) {
        size += file.writer.sizeOfDocuments(firstId(collection), endId(collection));
        await slices.pause();
      }
      const database: Doc = nameOnly ? { name } : { name, sizeOnDisk: Long.fromNumber(size), empty: false };
      if (!matches(database)) continue;
      databases.push(database);
      total += size;
    }
    if (nameOnly) return { databases };
    return { databases, totalSize: BigInt(total), totalSizeMb: BigInt(Math.floor(total / 2 ** 20)) };
  },
};
