import { ObjectId } from '../bson/types.ts';
import { MAX_DOCUMENT } from '../bson/codec.ts';
import type { Answer } from '../bson/codec.ts';
import { SESSION_TIMEOUT } from './sessions.ts';
import type { Command, Context } from './context.ts';

/** As the only member, and so the primary, of a replica set: drivers then use sessions, transactions and retries. */
export const SET_NAME = 'embedded';
export const MAX_MESSAGE = 48_000_000;
/** MongoDB 7.0's: what a newer one would promise, such as the bulkWrite command, is not here. */
const WIRE_VERSION = 21;

const setId = new ObjectId();

export function helloAnswer(context: Pick<Context, 'server' | 'connection' | 'now'>): Record<string, Answer> {
  const { address } = context.server;
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    setName: SET_NAME,
    setVersion: 1,
    electionId: setId,
    hosts: [address],
    primary: address,
    me: address,
    maxBsonObjectSize: MAX_DOCUMENT,
    maxMessageSizeBytes: MAX_MESSAGE,
    maxWriteBatchSize: 100_000,
    localTime: context.now,
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT / 60_000,
    connectionId: context.connection,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

const fields = [
  'helloOk',
  'client',
  'compression',
  'hostInfo',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'topologyVersion',
  'maxAwaitTimeMS',
  'loadBalanced',
  'backpressure',
];

export const hello: Command = { fields, run: helloAnswer };
export const ping: Command = { fields: [], run: () => ({}) };
