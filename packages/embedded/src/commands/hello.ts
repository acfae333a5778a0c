import { isDoc, ObjectId } from '../bson/types.ts';
import type { Answer } from '../bson/encode.ts';
import { MAX_DOCUMENT, MAX_MESSAGE } from '../bson/limits.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { isTrue } from '../expression/boolean.ts';
import { checkMetadata } from './client-metadata.ts';
import { SESSION_TIMEOUT } from './sessions.ts';
import type { Command, Context } from './context.ts';

/** As the only member, and so the primary, of a replica set: drivers then use sessions, transactions and retries. */
export const SET_NAME = 'embedded';
/** The protocol of MongoDB 7.0: a newer one promises the bulkWrite command, which is not here. */
const WIRE_VERSION = 21;

const setId = new ObjectId();
export const TERM = 1n;

export const toSecond = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);

function helloAnswer(context: Context): Record<string, Answer> {
  const { address } = context.server;
  const written = { opTime: { ts: context.server.time(), t: TERM }, lastWriteDate: toSecond(context.now) };
  return {
    ...(isTrue(context.body['helloOk']) ? { helloOk: true } : {}),
    [context.name === 'hello' ? 'isWritablePrimary' : 'ismaster']: true,
    secondary: false,
    setName: SET_NAME,
    setVersion: 1,
    electionId: setId,
    hosts: [address],
    primary: address,
    me: address,
    lastWrite: { ...written, majorityOpTime: written.opTime, majorityWriteDate: written.lastWriteDate },
    maxBsonObjectSize: MAX_DOCUMENT,
    maxMessageSizeBytes: MAX_MESSAGE,
    maxWriteBatchSize: 100_000,
    localTime: context.now,
    logicalSessionTimeoutMinutes: SESSION_TIMEOUT / 60_000,
    connectionId: context.client.id,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

export const hello: Command = {
  fields: {},
  lenient: true,
  inTransaction: 'later',
  run(context) {
    const user = context.body['saslSupportedMechs'];
    // Whom it names is not known here, so there are no mechanisms to tell of.
    if (typeof user === 'string' ? !user.includes('.') : isDoc(user))
      fail('BadValue', 'UserName must contain a database and a name separated by a dot');
    if (user !== undefined && typeof user !== 'string')
      fail('TypeMismatch', `BSON field 'saslSupportedMechs' is the wrong type '${typeName(user)}'`);
    checkMetadata(context);
    return helloAnswer(context);
  },
};
export const ping: Command = { fields: {}, run: () => ({}) };
