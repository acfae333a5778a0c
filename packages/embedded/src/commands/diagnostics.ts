import { arch, availableParallelism, cpus, hostname, release, totalmem, type, version } from 'node:os';
import { Double, Timestamp, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { wrongType } from '../fields.ts';
import type { Command } from './context.ts';
import { SET_NAME, TERM, toSecond } from './hello.ts';

/** What people and tools ask a server about itself, mongosh when it starts. */

const logs = ['global', 'startupWarnings'];

/** There is no log: what goes wrong is in the answers. */
export const getLog: Command = {
  fields: {},
  admin: true,
  run({ body }) {
    const name = body['getLog'] as Value;
    if (name === null) fail(40414, "BSON field 'getLog.getLog' is missing but a required field");
    if (typeof name !== 'string')
      return fail('TypeMismatch', wrongType('getLog.getLog', name, "type 'string'"));
    if (name === '*') return { names: logs };
    return logs.includes(name)
      ? { totalLinesWritten: 0, log: [] }
      : fail('OperationFailed', `No log named '${name}'`);
  },
};

const timestampAt = (date: Date): Timestamp => new Timestamp({ t: Math.floor(date.getTime() / 1000), i: 1 });

const MEGABYTE = 2 ** 20;

export const hostInfo: Command = {
  fields: {},
  run({ now }) {
    const size = totalmem();
    return {
      system: {
        currentTime: now,
        hostname: hostname(),
        cpuAddrSize: 64,
        memSizeMB: BigInt(Math.floor(size / MEGABYTE)),
        memLimitMB: BigInt(Math.floor(Math.min(size, process.constrainedMemory() || size) / MEGABYTE)),
        numCores: cpus().length,
        numCoresAvailableToProcess: availableParallelism(),
        cpuArch: arch(),
        numaEnabled: false,
      },
      os: { type: type(), name: version(), version: release() },
      extra: { versionString: version() },
    };
  },
};

/** The one member is the primary since the server was started. */
export const replSetGetStatus: Command = {
  fields: {},
  admin: true,
  run({ server, now }) {
    const [optime, wall] = [{ ts: server.time(), t: TERM }, toSecond(now)];
    const started = new Date(server.startedAt);
    return {
      set: SET_NAME,
      date: now,
      myState: 1,
      term: TERM,
      syncSourceHost: '',
      syncSourceId: -1,
      ...{ majorityVoteCount: 1, writeMajorityCount: 1 },
      ...{ votingMembersCount: 1, writableVotingMembersCount: 1 },
      optimes: {
        ...{ lastCommittedOpTime: optime, lastCommittedWallTime: wall },
        ...{ readConcernMajorityOpTime: optime, appliedOpTime: optime, durableOpTime: optime },
        ...{ lastAppliedWallTime: wall, lastDurableWallTime: wall },
      },
      members: [
        {
          ...{ _id: 0, name: server.address, health: new Double(1), state: 1, stateStr: 'PRIMARY' },
          uptime: Math.floor((Date.now() - server.startedAt) / 1000),
          ...{ optime, optimeDate: wall, syncSourceHost: '', syncSourceId: -1, infoMessage: '' },
          ...{ electionTime: timestampAt(started), electionDate: toSecond(started) },
          ...{ configVersion: 1, configTerm: Number(TERM), self: true, lastHeartbeatMessage: '' },
        },
      ],
    };
  },
};

export const replSetGetConfig: Command = {
  fields: {},
  admin: true,
  run: ({ server: { address: host } }) => ({
    config: {
      ...{ _id: SET_NAME, version: 1, term: TERM },
      members: [
        {
          ...{ _id: 0, host, arbiterOnly: false, buildIndexes: true, hidden: false, priority: new Double(1) },
          ...{ tags: {}, secondaryDelaySecs: 0n, votes: 1 },
        },
      ],
      protocolVersion: 1n,
    },
  }),
};
