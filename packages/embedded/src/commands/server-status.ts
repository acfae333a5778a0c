import { readFileSync } from 'node:fs';
import type { Answer } from '../bson/encode.ts';
import { isTrue } from '../expression/boolean.ts';
import type { Command, Context } from './context.ts';
import { Counts } from './counts.ts';
import { SET_NAME } from './hello.ts';
import { VERSION } from './status.ts';

const longs = (numbers: Readonly<Record<string, number>>): Record<string, Answer> =>
  Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, BigInt(number)]));

const nobody = { total: 0, readers: 0, writers: 0 };

/** What the process may address, in MiB, where the system tells it. */
function addressSpace(): number | undefined {
  try {
    const size = /^VmSize:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return size === undefined ? undefined : Math.floor(Number(size) / 1024);
  } catch {
    return undefined;
  }
}

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
  mem: () => ({
    bits: 64,
    resident: Math.floor(process.memoryUsage().rss / 2 ** 20),
    virtual: addressSpace(),
    supported: true,
  }),
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
