// The second door. Nothing in core should be able to send a command on a tenant's data that is not bound to
// exactly one tenant; the firewall makes sure that a mistake is refused before it leaves the process. It runs in
// production: the driver announces each command, each retry and each getMore to its client before it writes to the
// socket, and an error thrown there rejects the command.
//
// It guards against mistakes, not against who owns the process, and there are things that it cannot see:
// - which tenant the work at hand is for: a command that is bound to one tenant passes, also when it is the wrong
//   one. That the scope's tenant is meant is the handle's promise, not the firewall's.
// - another client. One made from the same options has no firewall; nothing but `database.ts` makes one.
// - what commands of authentication hold: the driver hides that from everybody. It sends them before a connection
//   is used; nobody else has a reason to.
// - what a getter or a Proxy would say when it is asked a second time, and documents of a bulk write that somebody
//   changes after the driver has encoded them.
// - what stands in the database already: views, collations of a collection or an index, validators. Making those is
//   work across tenants, and `ensureIndexes` refuses to begin where a collection is a view or has a collation.
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CommandFailedEvent,
  type CommandStartedEvent,
  type CommandSucceededEvent,
  type MongoClient,
} from 'mongodb';
import { cursorBytes } from './cursor-bytes.ts';
import { refusalOf, sessionOf, type Command, type Firewall, type Opened } from './refusals.ts';

/** A command was about to leave the process without being bound to one tenant: always a bug of ours. */
export class FirewallError extends Error {
  /** No field of its own: the driver copies those into the error of a bulk write, which has a name already. */
  override get name(): string {
    return 'FirewallError';
  }
}

const across = new AsyncLocalStorage<{ readonly reason: string; over: boolean }>();

/**
 * The one door for work across tenants (indexes, migrations, platform console, backup). It closes when the work is
 * done, for whatever the work has left running too. The reason is for whoever reads the call; the audit event is
 * written by the caller, who knows what was done.
 */
export async function acrossTenants<Result>(reason: string, work: () => Promise<Result>): Promise<Result> {
  const door = { reason, over: false };
  try {
    return await across.run(door, work);
  } finally {
    door.over = true;
  }
}

/**
 * Puts the firewall around a client that was made with `monitorCommands: true`. It is no listener, so that
 * `removeAllListeners` leaves it where it is, and monitoring cannot be turned off again.
 */
export function installFirewall(client: MongoClient, wall: Firewall): void {
  if (!client.options.monitorCommands)
    throw new FirewallError('The firewall sees nothing without monitorCommands.');
  Object.defineProperty(client.options, 'monitorCommands', { value: true, writable: false });
  const watch = watching(wall);
  const emit = client.emit.bind(client) as (event: string | symbol, ...given: unknown[]) => boolean;
  const guarded = (event: string | symbol, ...given: unknown[]) => {
    if (event === 'commandStarted') watch.started(given[0] as CommandStartedEvent);
    else if (event === 'commandSucceeded') watch.succeeded(given[0] as CommandSucceededEvent);
    else if (event === 'commandFailed') watch.failed(given[0] as CommandFailedEvent);
    return emit(event, ...given);
  };
  Object.defineProperty(client, 'emit', { value: guarded });
}

/** A command that was sent and is not answered, of those that open a cursor or close some. */
interface Running {
  readonly opens?: { readonly command: Command; readonly collection: string; readonly across: boolean };
  readonly closes: readonly string[];
}

/** Keeps account of the open cursors, for a getMore is bound to nothing but its cursor. */
function watching(wall: Firewall) {
  const cursors = new Map<string, Opened>();
  const running = new Map<number, Running>();
  return {
    started({ commandName: name, command, requestId }: CommandStartedEvent): void {
      const door = across.getStore();
      const isAcross = door !== undefined && !door.over;
      if (!isAcross) {
        const refusal = refusalOf(name, command, wall, cursors);
        if (refusal) throw new FirewallError(`The firewall refused ${name}: ${refusal}.`);
      }
      if (name === 'killCursors') running.set(requestId, { closes: idsOf(command['cursors']) });
      else if (name === 'find' || name === 'aggregate' || name === 'getMore' || isAcross) {
        const collection = String(name === 'getMore' ? command['collection'] : command[name]);
        const closes = name === 'getMore' ? [String(command['getMore'])] : none;
        running.set(requestId, { opens: { command, collection, across: isAcross }, closes });
      }
    },
    succeeded({ requestId, reply }: CommandSucceededEvent): void {
      const sent = running.get(requestId);
      if (!sent) return;
      running.delete(requestId);
      for (const id of sent.closes) cursors.delete(id);
      if (!sent.opens) return;
      const id = cursorIn(reply);
      if (id === undefined || String(id) === '0') return;
      const { command, collection, across } = sent.opens;
      cursors.set(String(id), { collection, session: sessionOf(command), across });
    },
    failed({ requestId }: CommandFailedEvent): void {
      const sent = running.get(requestId);
      running.delete(requestId);
      // A cursor that could not be read on is still to be closed; one that could not be closed is given up.
      if (sent && !sent.opens) for (const id of sent.closes) cursors.delete(id);
    },
  };
}

/** The id of the cursor that an answer opens or goes on with. Of a pipeline that is read as bytes the cursor is bytes too. */
function cursorIn(reply: unknown): unknown {
  const { cursor } = (reply ?? {}) as { cursor?: { id?: unknown } | Uint8Array };
  return cursor instanceof Uint8Array ? cursorBytes(cursor).id : cursor?.id;
}

const none: readonly string[] = [];

function idsOf(cursors: unknown): string[] {
  return Array.isArray(cursors) ? cursors.map(String) : [];
}
