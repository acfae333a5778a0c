import { hostname, totalmem } from 'node:os';
import { Double, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Answer } from '../bson/codec.ts';
import { endId, firstId, type Collection } from '../storage/catalogue.ts';
import { collectionOf, collectionName, type Command, type Context } from './context.ts';
import { MAX_DOCUMENT } from '../bson/codec.ts';
import { SET_NAME } from './hello.ts';

/** The MongoDB whose answers these are. */
export const VERSION = '7.0.0';

export const buildInfo: Command = {
  fields: [],
  run: () => ({
    version: VERSION,
    gitVersion: '',
    modules: [],
    allocator: 'system',
    javascriptEngine: 'none',
    sysInfo: 'deprecated',
    versionArray: [7, 0, 0, 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT,
    storageEngines: ['sqlite'],
    embedded: true,
  }),
};

export const serverStatus: Command = {
  fields: ['repl', 'metrics', 'locks', 'recordStats'],
  run(context) {
    const { server, now } = context;
    const uptime = (Date.now() - server.startedAt) / 1000;
    return {
      host: server.address,
      version: VERSION,
      process: 'embedded',
      pid: BigInt(process.pid),
      uptime,
      uptimeMillis: BigInt(Math.floor(uptime * 1000)),
      localTime: now,
      connections: { current: server.connections(), available: 1000, totalCreated: server.connections() },
      logicalSessionRecordCache: { activeSessionsCount: server.sessions.size },
      transactions: { currentOpen: BigInt(server.store.transactions.size) },
      metrics: { cursor: { open: { total: BigInt(server.cursors.size) } } },
      mem: { bits: 64, resident: Math.round(process.memoryUsage().rss / 1024 / 1024) },
      storageEngine: { name: 'sqlite', supportsCommittedReads: true, persistent: true },
      repl: { setName: SET_NAME, isWritablePrimary: true, hosts: [server.address], me: server.address },
    };
  },
};

export const hostInfo: Command = {
  fields: [],
  run: ({ now }) => ({
    system: {
      currentTime: now,
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: BigInt(Math.floor(totalmem() / 1024 / 1024)),
    },
    os: { type: process.platform },
    extra: {},
  }),
};

export const connectionStatus: Command = {
  fields: ['showPrivileges'],
  run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
};

const parameters: Doc = { featureCompatibilityVersion: { version: '7.0' }, authenticationMechanisms: [] };

export const getParameter: Command = {
  fields: [...Object.keys(parameters), 'allParameters'],
  run(context) {
    const wanted = Object.keys(context.body).filter((name) => name in parameters);
    const all = context.body['getParameter'] === '*';
    const found = Object.fromEntries(
      Object.entries(parameters).filter(([name]) => all || wanted.includes(name)),
    );
    return Object.keys(found).length
      ? (found as Record<string, Answer>)
      : fail('InvalidOptions', 'no option found to get');
  },
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

export const dbStats: Command = {
  fields: ['scale', 'freeStorage'],
  run(context) {
    const collections = context.server.store.catalogue.list(context.db);
    const sizes = collections.map((collection) => sizeOf(context, collection));
    const objects = sizes.reduce((sum, { count }) => sum + count, 0);
    const dataSize = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      db: context.db,
      collections: collections.length,
      views: 0,
      objects,
      avgObjSize: new Double(objects ? dataSize / objects : 0),
      dataSize: new Double(dataSize),
      storageSize: new Double(dataSize),
      indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
      indexSize: new Double(0),
      totalSize: new Double(dataSize),
      scaleFactor: 1,
    };
  },
};

export const collStats: Command = {
  fields: ['scale'],
  run(context) {
    const ns = `${context.db}.${collectionName(context)}`;
    const collection = collectionOf(context);
    const { count, bytes } = collection ? sizeOf(context, collection) : { count: 0, bytes: 0 };
    return {
      ns,
      size: bytes,
      count,
      ...(count ? { avgObjSize: Math.floor(bytes / count) } : {}),
      storageSize: bytes,
      capped: false,
      nindexes: collection?.indexes.length ?? 0,
      totalIndexSize: 0,
      totalSize: bytes,
      indexSizes: Object.fromEntries((collection?.indexes ?? []).map(({ name }) => [name, 0])),
      scaleFactor: 1,
    };
  },
};
