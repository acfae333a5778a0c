import { statfsSync } from 'node:fs';
import { MAX_DOCUMENT } from '../bson/limits.ts';
import { safeLong } from '../bson/safe-long.ts';
import { Double, type Numeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isTrue } from '../expression/boolean.ts';
import { endId, firstId, type Collection } from '../storage/catalogue.ts';
import { collectionName, collectionOf, type Command, type Context } from './context.ts';
import { Slices } from './cursor.ts';

/** The MongoDB whose answers these are; hello says whose protocol it is. */
export const VERSION = '8.2.0';

export const buildInfo: Command = {
  fields: {},
  inTransaction: 'later',
  run: () => ({
    version: VERSION,
    gitVersion: '',
    modules: [],
    allocator: 'system',
    javascriptEngine: 'none',
    sysInfo: 'deprecated',
    versionArray: [8, 2, 0, 0],
    openssl: { running: process.versions.openssl },
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT,
    storageEngines: ['sqlite'],
    embedded: true,
  }),
};

export const whatsmyuri: Command = {
  fields: {},
  lenient: true,
  run: ({ client }) => ({ you: client.address }),
};

export const connectionStatus: Command = {
  fields: { showPrivileges: 'flag' },
  inTransaction: 'later',
  run: ({ body, client }) => ({
    authInfo: {
      authenticatedUsers: [],
      authenticatedUserRoles: [],
      ...(isTrue(body['showPrivileges']) ? { authenticatedUserPrivileges: [] } : {}),
    },
    uuid: client.uuid,
  }),
};

interface Size {
  count: number;
  bytes: number;
}

function sizeOf(context: Context, collection: Collection): Size {
  const { writer } = context.server.store.file;
  return {
    count: writer.countDocuments(firstId(collection), endId(collection)),
    bytes: writer.sizeOfDocuments(firstId(collection), endId(collection)),
  };
}

/** What sizes are divided by: an int32, the largest for whatever is larger, and 1 when nothing is said. */
export function scaleOf({ body }: Pick<Context, 'body'>): number {
  const scale = body['scale'] === undefined ? 1 : Math.min(safeLong(body['scale'] as Numeric), 0x7fffffff);
  return scale >= 1
    ? scale
    : fail('BadValue', `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
}

const nowhere = { blocks: 0, bfree: 0, bsize: 0 };

export const dbStats: Command = {
  fields: { scale: 'number', freeStorage: 'flag' },
  async run(context) {
    const { store } = context.server;
    const scale = scaleOf(context);
    // What is free in the file is everybody's.
    const [isAsked, none] = [isTrue(context.body['freeStorage']), new Double(0)];
    const free = { freeStorageSize: none, indexFreeStorageSize: none, totalFreeStorageSize: none };
    const scaled = (bytes: number): Double => new Double(bytes / scale);
    const slices = new Slices(context.deadline);
    const [collections, total] = [store.catalogue.list(context.db), { count: 0, bytes: 0, indexes: 0 }];
    for (const collection of collections) {
      const { count, bytes } = sizeOf(context, collection);
      total.count += count;
      total.bytes += bytes;
      total.indexes += collection.indexes.length;
      await slices.pause();
    }
    // Of a database that is not there MongoDB does not look at the disk.
    const { blocks, bfree, bsize } = collections.length ? statfsSync(store.file.path) : nowhere;
    return {
      db: context.db,
      collections: BigInt(collections.length),
      views: 0n,
      objects: BigInt(total.count),
      avgObjSize: new Double(total.count ? total.bytes / total.count : 0),
      dataSize: scaled(total.bytes),
      storageSize: scaled(total.bytes),
      indexes: BigInt(total.indexes),
      indexSize: new Double(0),
      totalSize: scaled(total.bytes),
      ...(isAsked ? free : {}),
      scaleFactor: BigInt(scale),
      fsUsedSize: scaled((blocks - bfree) * bsize),
      fsTotalSize: scaled(blocks * bsize),
    };
  },
};

/** What is told of a collection that is not there. */
const nothing = {
  ...{ size: 0, count: 0, numOrphanDocs: 0, storageSize: 0, totalSize: 0 },
  ...{ nindexes: 0, totalIndexSize: 0, indexDetails: {}, indexSizes: {} },
};

export const collStats: Command = {
  fields: { scale: 'number' },
  run(context) {
    const scale = scaleOf(context);
    const ns = `${context.db}.${collectionName(context)}`;
    const collection = collectionOf(context);
    if (!collection) return { ns, ...nothing, scaleFactor: scale };
    const { count, bytes } = sizeOf(context, collection);
    const size = Math.trunc(bytes / scale);
    // No engine here tells more of an index, and its size is in the file's.
    const ofEach = <T>(value: T): Record<string, T> =>
      Object.fromEntries(collection.indexes.map(({ name }) => [name, value]));
    return {
      ns,
      size,
      count,
      ...(count ? { avgObjSize: Math.floor(bytes / count) } : {}),
      numOrphanDocs: 0,
      storageSize: size,
      freeStorageSize: 0,
      capped: false,
      nindexes: collection.indexes.length,
      indexDetails: ofEach({}),
      indexBuilds: collection.building.map(({ name }) => name),
      totalIndexSize: 0,
      indexSizes: ofEach(0),
      totalSize: size,
      scaleFactor: scale,
    };
  },
};
