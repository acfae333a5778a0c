import { toNumber } from '../bson/numbers.ts';
import { isNumeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { optionalArray, type Command, type Context } from './context.ts';
import { lsidOf } from './sessions.ts';

function transactionOf(context: Context): { lsid: string; number: number } {
  const number = context.body['txnNumber'];
  if (!context.lsid || !isNumeric(number))
    return fail('InvalidOptions', `${context.name} must be run within a transaction`);
  return { lsid: context.lsid, number: toNumber(number) };
}

export const commitTransaction: Command = {
  fields: ['recoveryToken'],
  inTransaction: true,
  writes: true,
  run(context) {
    const { lsid, number } = transactionOf(context);
    context.server.sessions.commit(lsid, number);
    context.server.cursors.closeWhere(
      (cursor) => cursor.transaction !== undefined && cursor.transaction.state !== 'open',
    );
    return {};
  },
};

export const abortTransaction: Command = {
  fields: ['recoveryToken'],
  inTransaction: true,
  run(context) {
    const { lsid, number } = transactionOf(context);
    context.server.sessions.abort(lsid, number);
    context.server.cursors.closeWhere(
      (cursor) => cursor.transaction !== undefined && cursor.transaction.state !== 'open',
    );
    return {};
  },
};

function end(context: Context): Record<string, never> {
  for (const session of optionalArray(context, context.name) ?? []) {
    const lsid = lsidOf(session);
    if (!lsid) continue;
    context.server.sessions.end(lsid);
    context.server.cursors.closeWhere((cursor) => cursor.lsid === lsid);
  }
  return {};
}

export const endSessions: Command = { fields: [], run: end };
export const killSessions: Command = { fields: [], run: end };
export const refreshSessions: Command = {
  fields: [],
  run(context) {
    for (const session of optionalArray(context, 'refreshSessions') ?? []) {
      const lsid = lsidOf(session);
      if (lsid) context.server.sessions.use(lsid);
    }
    return {};
  },
};
