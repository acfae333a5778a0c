// Writes what happens into the log, for as long as the lease is held. Every beat of the lease is a write of the database
// too, and so comes back in the stream of changes: what stands before it has been seen, all of it, and no transaction is
// cut in two by it.
import { randomUUID } from 'node:crypto';
import type { Database } from '../connection.ts';
import { isCirceError } from '../errors.ts';
import { hold, leaseMs } from '../lease.ts';
import { backupsName, backupsOf, historyOf } from './collection.ts';
import type { Lag } from './lag.ts';
import { lastPage, logOf, LogWriter } from './log.ts';
import { ejson, timeOf, type PageHead, type Reach } from './page.ts';
import type { Store } from './store.ts';
import { LostChanges, openChanges, type Change, type Changes } from './stream.ts';

/** So much text is held before it is written down without waiting for a beat. */
const mostLength = 4 * 1024 * 1024;

/** A log that is open at its end. */
export interface OpenLog {
  readonly history: string;
  readonly writer: LogWriter;
  readonly changes: Changes;
  /** How far it reaches already; undefined where it begins. */
  readonly reach: Omit<Reach, 'previous' | 'place'> | undefined;
}

export interface Opening {
  readonly token: number;
  /** How often what has happened is written down, in milliseconds. */
  readonly flushMs: number;
  /** Told why the log begins anew. */
  readonly say: (line: string) => void;
}

/**
 * Opens the log of this database behind its last page. Where that cannot be, because the database has forgotten what
 * came next, or was put back to an earlier state, another history begins.
 */
export async function openLog(
  database: Database,
  store: Store,
  { token, flushMs, say }: Opening,
): Promise<OpenLog> {
  const history = await historyOf(database);
  const log = logOf(store, history);
  const tail = await lastPage(log).catch((error: unknown) => {
    if (!isCirceError(error, 'VALIDATION')) throw error;
    say(error.message);
    return undefined;
  });
  if (tail && (await isOurs(database, tail))) {
    try {
      const changes = await openChanges(database, tail.place, waitOf(flushMs));
      const until = new Date(tail.until);
      const reach = { since: until, until, time: timeOf(tail.time) };
      return { history, changes, writer: new LogWriter(log, token, tail.sha256), reach };
    } catch (error) {
      if (!(error instanceof LostChanges)) throw error;
      say(`The log of changes cannot go on where it was (${error.message}).`);
    }
  }
  return begun(database, store, token, flushMs);
}

/** Whether the database knows of this page, or died between the page and knowing of it. */
async function isOurs(database: Database, tail: PageHead): Promise<boolean> {
  const lease = await backupsOf(database).findOne({ _id: 'lease' });
  const known = lease?.page ?? null;
  return known === tail.sha256 || known === tail.previous;
}

const waitOf = (flushMs: number) => Math.min(flushMs, 500);

async function begun(database: Database, store: Store, token: number, flushMs: number): Promise<OpenLog> {
  const history = randomUUID();
  await backupsOf(database).updateOne({ _id: 'lease' }, { $unset: { page: true } });
  await backupsOf(database).updateOne({ _id: 'history' }, { $set: { id: history } });
  const changes = await openChanges(database, undefined, waitOf(flushMs));
  const writer = new LogWriter(logOf(store, history), token, null);
  return { history, changes, writer, reach: undefined };
}

export interface Writing {
  readonly token: number;
  readonly flushMs: number;
  readonly signal: AbortSignal;
  readonly lag: Lag;
  /** Called after every page. */
  readonly onPage: () => void;
}

/**
 * Writes the log until it is told to stop; then everything that was committed before is in it.
 * @throws UNAVAILABLE when somebody else has taken the lease
 * @throws LostChanges when changes came faster than they could be read
 */
export async function writeLog(
  database: Database,
  { writer, changes, reach: before }: OpenLog,
  { token, flushMs, signal, lag, onPage }: Writing,
): Promise<void> {
  let reach = before;
  let lines: string[] = [];
  let [length, beatAt, flushedAt] = [0, -Infinity, performance.now()];
  // What was committed while nobody wrote is written down as soon as it has been read, and what is committed now at the end.
  let first: string | undefined;
  let last: string | undefined;

  const isFlushDue = () => performance.now() - flushedAt >= flushMs;
  /** Each mark is a change itself: who is behind and sent one for every change that he reads would never catch up. */
  const isAsked = () => beatAt >= flushedAt + flushMs;
  const beat = async () => {
    lag.sent();
    await hold(database, 'backups', token);
    beatAt = performance.now();
    if (!signal.aborted && first !== undefined) return;
    const nonce = randomUUID();
    first ??= nonce;
    if (signal.aborted) last = nonce;
    await backupsOf(database).updateOne({ _id: 'lease' }, { $set: { nonce } });
  };
  const flush = async (to: Omit<Reach, 'previous' | 'place'>) => {
    const page = await writer.append({ ...to, place: changes.place() }, lines);
    [lines, length] = [[], 0];
    const known = { page, loggedUntil: to.until };
    await backupsOf(database).updateOne({ _id: 'lease' }, { $set: known });
  };

  for (;;) {
    const isBeatDue = performance.now() - beatAt >= leaseMs / 3 || (isFlushDue() && !isAsked());
    if (last === undefined && (isBeatDue || signal.aborted)) await beat();
    const change = await changes.next();
    if (!change) continue;
    if (isBeat(change)) {
      lag.seen();
      const since = reach?.until ?? change.wall;
      const to = { since, until: change.wall, time: change.time };
      const nonce = change.set?.['nonce'];
      const isLast = last !== undefined && nonce === last;
      const isFirst = first !== undefined && nonce === first;
      if (!isFirst && !isLast && !isFlushDue() && reach) continue;
      await flush(to);
      reach = to;
      flushedAt = performance.now();
      onPage();
      if (isLast) return;
    } else if (reach && change.collection !== backupsName) {
      const line = ejson(change);
      lines.push(line);
      length += line.length;
      if (length > mostLength) await flush({ ...reach, since: reach.until });
    }
  }
}

function isBeat({ collection, id }: Change): boolean {
  return collection === backupsName && id === 'lease';
}
