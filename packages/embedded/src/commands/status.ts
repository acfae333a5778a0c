import { statfsSync } from 'node:fs';
import { arch, availableParallelism, hostname, release, totalmem, type, version } from 'node:os';
import { MAX_DOCUMENT, type Answer } from '../bson/codec.ts';
import { safeLong } from '../bson/safe-long.ts';
import { Double, isDoc, type Doc, type Numeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { checked } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';
import { endId, firstId, type Collection } from '../storage/catalogue.ts';
import { collectionName, collectionOf, type Command, type Context } from './context.ts';
import { Slices } from './cursor.ts';
import { SET_NAME } from './hello.ts';

/** The MongoDB whose answers these are; hello says whose protocol it is. */
export const VERSION = '8.2.0';

export const megabytes = (bytes: number): bigint => BigInt(Math.floor(bytes / 2 ** 20));

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

/** The sections of serverStatus: there unless the command says 0 for its name. */
const sections: Record<string, (context: Context) => Answer> = {
  connections: ({ server }) => ({ current: server.connections() }),
  logicalSessionRecordCache: ({ server }) => ({ activeSessionsCount: server.sessions.size }),
  transactions: ({ server }) => ({ currentOpen: BigInt(server.store.transactions.size) }),
  metrics: ({ server }) => ({ cursor: { open: { total: BigInt(server.cursors.size) } } }),
  catalogStats: ({ server }) => ({
    collections: [...server.store.catalogue.all()].length,
    capped: 0,
    views: 0,
    timeseries: 0,
  }),
  mem: () => ({ bits: 64, resident: Number(megabytes(process.memoryUsage().rss)) }),
  storageEngine: () => ({ name: 'sqlite', supportsCommittedReads: true, persistent: true }),
  repl: ({ server: { address } }) => ({
    setName: SET_NAME,
    isWritablePrimary: true,
    hosts: [address],
    me: address,
  }),
};

export const serverStatus: Command = {
  fields: {},
  lenient: true,
  run(context) {
    const { server, now, body } = context;
    const uptime = (Date.now() - server.startedAt) / 1000;
    const wanted = Object.entries(sections).filter(
      ([name]) => body[name] === undefined || isTrue(body[name]),
    );
    return {
      host: server.address,
      version: VERSION,
      process: 'mongod',
      pid: BigInt(process.pid),
      uptime,
      uptimeMillis: BigInt(Math.floor(uptime * 1000)),
      uptimeEstimate: BigInt(Math.floor(uptime)),
      localTime: now,
      ...Object.fromEntries(wanted.map(([name, section]) => [name, section(context)])),
    };
  },
};

export const hostInfo: Command = {
  fields: {},
  run: ({ now }) => ({
    system: {
      currentTime: now,
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: megabytes(totalmem()),
      memLimitMB: megabytes(totalmem()),
      numCores: availableParallelism(),
      cpuArch: arch(),
    },
    os: { type: type(), name: version(), version: release() },
    extra: {},
  }),
};

export const whatsmyuri: Command = {
  fields: {},
  run: ({ client }) => ({ you: client.address }),
};

export const connectionStatus: Command = {
  fields: { showPrivileges: 'flag' },
  inTransaction: 'later',
  run: ({ body }) => ({
    authInfo: {
      authenticatedUsers: [],
      authenticatedUserRoles: [],
      ...(isTrue(body['showPrivileges']) ? { authenticatedUserPrivileges: [] } : {}),
    },
  }),
};

const parameters: Doc = { featureCompatibilityVersion: { version: '8.2' }, authenticationMechanisms: [] };

export const getParameter: Command = {
  fields: {},
  lenient: true,
  admin: true,
  run({ body }) {
    const which = body['getParameter'];
    const all = isDoc(which)
      ? checked('getParameter', which, { allParameters: 'bool' }).allParameters === true
      : which === '*';
    const found = Object.entries(parameters).filter(([name]) => all || Object.hasOwn(body, name));
    return found.length
      ? (Object.fromEntries(found) as Record<string, Answer>)
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

/** What sizes are divided by: an int32, the largest for whatever is larger. */
function scaleOf({ body, name }: Context): number {
  const scale = body['scale'] === undefined ? 1 : Math.min(safeLong(body['scale'] as Numeric), 0x7fffffff);
  return scale >= 1 ? scale : fail('BadValue', `BSON field '${name}.scale' value must be >= 1`);
}

export const dbStats: Command = {
  fields: { scale: 'number', freeStorage: 'flag' },
  async run(context) {
    const { store } = context.server;
    const scale = scaleOf(context);
    if (isTrue(context.body['freeStorage']))
      fail(40415, "BSON field 'dbStats.freeStorage' is an unknown field.");
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
      indexes: BigInt(total.indexes),
      indexSize: new Double(0),
      totalSize: scaled(total.bytes),
      scaleFactor: BigInt(scale),
      fsUsedSize: scaled((blocks - bfree) * bsize),
      fsTotalSize: scaled(blocks * bsize),
    };
  },
};

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
      storageSize: size,
      capped: false,
      nindexes: collection?.indexes.length ?? 0,
      totalIndexSize: 0,
      totalSize: size,
      indexSizes: Object.fromEntries((collection?.indexes ?? []).map(({ name }) => [name, 0])),
      scaleFactor: scale,
    };
  },
};
