import { statfsSync } from 'node:fs';
import { MAX_DOCUMENT } from '../bson/limits.ts';
import { safeLong } from '../bson/safe-long.ts';
import { Double, type Doc, type Numeric } from '../bson/types.ts';
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

export const dbStats: Command = {
  fields: { scale: 'number', freeStorage: 'flag' },
  async run(context) {
    const { store } = context.server;
    const scale = scaleOf(context);
    // What is free in the file is everybody's.
    const free = (name: string): Doc =>
      isTrue(context.body['freeStorage']) ? { [name]: new Double(0) } : {};
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
    const { blocks, bfree, bsize } = statfsSync(store.file.path);
    return {
      db: context.db,
      collections: BigInt(collections.length),
      views: 0n,
      objects: BigInt(total.count),
      avgObjSize: new Double(total.count ? total.bytes / total.count : 0),
      dataSize: scaled(total.bytes),
      storageSize: scaled(total.bytes),
      ...free('freeStorageSize'),
      indexes: BigInt(total.indexes),
      indexSize: new Double(0),
      ...free('indexFreeStorageSize'),
      totalSize: scaled(total.bytes),
      ...free('totalFreeStorageSize'),
      scaleFactor: BigInt(scale),
      fsUsedSize: scaled((blocks - bfree) * bsize),
      fsTotalSize: scaled(blocks * bsize),
    };
  },
};

/** The same of each index: no engine here tells more of one, and its size is in the file's. */
const byName = <T>(collection: Collection | undefined, value: T): Record<string, T> =>
  Object.fromEntries((collection?.indexes ?? []).map(({ name }) => [name, value]));

export const collStats: Command = {
  fields: { scale: 'number' },
  run(context) {
    const scale = scaleOf(context);
    const collection = collectionOf(context);
    const { count, bytes } = collection ? sizeOf(context, collection) : { count: 0, bytes: 0 };
    const size = Math.trunc(bytes / scale);
    return {
      ns: `${context.db}.${collectionName(context)}`,
      size,
      count,
      ...(count ? { avgObjSize: Math.floor(bytes / count) } : {}),
      numOrphanDocs: 0,
      storageSize: size,
      freeStorageSize: 0,
      capped: false,
      nindexes: collection?.indexes.length ?? 0,
      indexDetails: byName(collection, {}),
      indexBuilds: collection?.building.map(({ name }) => name) ?? [],
      totalIndexSize: 0,
      totalSize: size,
      indexSizes: byName(collection, 0),
      scaleFactor: scale,
    };
  },
};
