import type { Answer } from '../bson/encode.ts';
import { isTrue } from '../expression/boolean.ts';
import type { Command, Context } from './context.ts';
import { SET_NAME } from './hello.ts';
import { VERSION } from './status.ts';

/** What a server has done since it started. */
export class Counts {
  readonly traffic = { bytesIn: 0, bytesOut: 0, numRequests: 0 };
  readonly operations = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 };
  /** Connections that came. */
  connections = 0;
  /** Commands that are at work. */
  active = 0;
  /** Commands that failed. */
  failed = 0;

  /** Counts a command: one that writes by its documents or statements. */
  operation(name: string, body: Readonly<Record<string, unknown>>): void {
    const [kind, list = ''] = kinds.get(name) ?? ['command'];
    const statements = body[list];
    this.operations[kind] += Array.isArray(statements) ? statements.length : 1;
  }
}

const kinds: ReadonlyMap<string, [kind: keyof Counts['operations'], list?: string]> = new Map([
  ['insert', ['insert', 'documents']],
  ['update', ['update', 'updates']],
  ['delete', ['delete', 'deletes']],
  ['find', ['query']],
  ['getMore', ['getmore']],
]);

const longs = (numbers: Readonly<Record<string, number>>): Record<string, Answer> =>
  Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, BigInt(number)]));

const nobody = { total: 0, readers: 0, writers: 0 };

/** The sections of serverStatus: there unless the command says 0 for its name. */
const sections: Record<string, (context: Context) => Answer> = {
  asserts: ({ server }) => ({ regular: 0, warning: 0, msg: 0, user: server.counts.failed, rollovers: 0 }),
  connections: ({ server: { counts, connections } }) => ({
    current: connections(),
    available: 0x7fffffff - connections(),
    totalCreated: counts.connections,
    active: counts.active,
  }),
  extra_info: () => ({ page_faults: process.resourceUsage().majorPageFault }),
  globalLock: ({ server }) => ({
    totalTime: BigInt((Date.now() - server.startedAt) * 1000),
    currentQueue: nobody,
    activeClients: { ...nobody, total: server.counts.active },
  }),
  locks: () => ({}),
  logicalSessionRecordCache: ({ server }) => ({ activeSessionsCount: server.sessions.size }),
  network: ({ server }) => longs(server.counts.traffic),
  opcounters: ({ server }) => longs(server.counts.operations),
  opcountersRepl: () => longs(new Counts().operations),
  transactions: ({ server }) => ({ currentOpen: BigInt(server.store.transactions.size) }),
  metrics: ({ server }) => ({ cursor: { open: { total: BigInt(server.cursors.size) } } }),
  catalogStats: ({ server }) => ({
    collections: [...server.store.catalogue.all()].length,
    capped: 0,
    views: 0,
    timeseries: 0,
    internalCollections: 0,
    internalViews: 0,
  }),
  mem: () => ({ bits: 64, resident: Math.floor(process.memoryUsage().rss / 2 ** 20) }),
  mirroredReads: () => longs({ seen: 0, sent: 0 }),
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
    const wanted = Object.entries(sections).filter(([name]) =>
      body[name] === undefined ? name !== 'mirroredReads' : isTrue(body[name]),
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
