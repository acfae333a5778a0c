import { isDoc, type Long, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Command, Context } from './context.ts';
import { lsidOf } from './session-options.ts';

function transactionOf({ name, body, lsid }: Context): { lsid: string; number: number } {
  if (!lsid || body['autocommit'] === undefined)
    return fail('CommandFailed', `${name} must be run within a transaction`);
  return { lsid, number: (body['txnNumber'] as Long).toNumber() };
}

function ending(end: (context: Context, lsid: string, number: number) => Promise<void> | void): Command {
  return {
    fields: { recoveryToken: 'object' },
    admin: true,
    inTransaction: 'ending',
    writes: true,
    async run(context) {
      const { lsid, number } = transactionOf(context);
      await end(context, lsid, number);
      context.server.cursors.closeWhere(({ transaction }) => !!transaction && transaction.state !== 'open');
      return {};
    },
  };
}

export const commitTransaction = ending(({ server }, lsid, number) => server.sessions.commit(lsid, number));
export const abortTransaction = ending(({ server }, lsid, number) => server.sessions.abort(lsid, number));

/** A command about the sessions that its value lists. */
function aboutSessions(name: string, act: (context: Context, lsids: string[]) => void): Command {
  return {
    fields: { [name]: 'array' },
    required: [name],
    lenient: true,
    run(context) {
      act(context, (context.body[name] as Value[]).filter((one) => one !== null).map(readSession));
      return {};
    },
  };
}

function readSession(session: Value): string {
  if (isDoc(session)) return lsidOf(session);
  return fail(
    'TypeMismatch',
    `A session is of the wrong type '${typeName(session)}', expected type 'object'`,
  );
}

function end({ server }: Context, lsids: string[]): void {
  for (const lsid of lsids) server.sessions.end(lsid);
  server.cursors.closeWhere((cursor) => cursor.lsid !== undefined && lsids.includes(cursor.lsid));
}

export const endSessions = aboutSessions('endSessions', end);
export const refreshSessions = aboutSessions('refreshSessions', ({ server }, lsids) => {
  for (const lsid of lsids) server.sessions.use(lsid);
});
/** None named is all. */
export const killSessions = aboutSessions('killSessions', (context, lsids) =>
  end(context, lsids.length ? lsids : context.server.sessions.all()),
);
