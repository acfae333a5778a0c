// Looks after the backups of an installation from inside its server: of all processes that do so one has the lease. It
// writes the log, and makes the daily backup.
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { leaseMs, release, take } from '../lease.ts';
import { isEmpty } from '../tenants/set-up.ts';
import { daily } from './daily.ts';
import { Lag } from './lag.ts';
import { backupsIn, begunAt, holdsClinic, readBackup } from './folder.ts';
import { newestWithClinic } from './plan.ts';
import type { Store } from './store.ts';
import { isVerified } from './verify.ts';
import { openLog, writeLog, type Writing } from './write-log.ts';

/** Where backups go, and when. */
export interface Schedule {
  /** Of `openStore`. Where several processes serve one database, a place that all of them see. */
  readonly store: Store;
  /** From which hour of the day on the daily backup is due, 0 to 23, by the clock of the machine. */
  readonly hour: number;
  /** How often the log of changes is written down, in milliseconds; a minute when it is left out. */
  readonly flushMs?: number;
  /** Told what was done and what went wrong, in a sentence. */
  readonly say: (line: string) => void;
}

/** What goes on until it is stopped. */
export interface Keeping {
  /** Writes down what has been committed, and gives the lease back. A backup under way is given up. */
  stop(): Promise<void>;
  /** How many seconds this process is behind the changes of the database; NaN where another one writes the log. */
  lag(): number;
}

const actor = { kind: 'system', name: 'backup' } as const;

/** How long a backup that failed waits for its next try, in milliseconds. */
const retryMs = 15 * 60_000;

/**
 * Makes a full backup every day and writes every change into a log, beside whatever else this process does. Of
 * several processes one does it, and another one goes on within half a minute when that one has died. Nothing that goes
 * wrong ends it: it says so, and tries again.
 */
export function keep(database: Database, schedule: Schedule): Keeping {
  const stopping = new AbortController();
  const lag = new Lag();
  const done = acrossTenants('backup', () => kept(database, schedule, lag, stopping.signal));
  return {
    lag: () => lag.seconds,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function kept(database: Database, schedule: Schedule, lag: Lag, signal: AbortSignal): Promise<void> {
  let said = '';
  while (!signal.aborted) {
    try {
      const token = await take(database, 'backups');
      if (token !== undefined) await leased(database, schedule, { token, lag, signal });
    } catch (error) {
      const message = messageOf(error);
      if (message !== said) schedule.say(`The log of changes has stopped for a moment: ${message}`);
      said = message;
    }
    await pause(Math.min(leaseMs / 3, schedule.flushMs ?? leaseMs), undefined, { signal }).catch(
      () => undefined,
    );
  }
}

async function leased(
  database: Database,
  schedule: Schedule,
  { token, lag, signal }: Pick<Writing, 'token' | 'lag' | 'signal'>,
): Promise<void> {
  const { store, flushMs = 60_000, say } = schedule;
  try {
    const log = await openLog(database, store, { token, flushMs, say });
    const ended = new AbortController();
    const days = everyDay(database, schedule, log.history, AbortSignal.any([signal, ended.signal]));
    try {
      await writeLog(database, log, { token, flushMs, signal, lag, onPage: days.look });
    } finally {
      ended.abort();
      lag.ended();
      await days.done();
      await log.changes.close();
    }
  } finally {
    await release(database, 'backups', token).catch(() => undefined);
  }
}

function everyDay(database: Database, { store, hour, say }: Schedule, history: string, signal: AbortSignal) {
  let running: Promise<void> | undefined;
  let triedAt = -Infinity;
  let said: string | undefined;
  /** For what the place was last looked through: what has not changed since is not asked of it at every page. */
  let seen: { readonly what: string; readonly at: number } | undefined;
  const run = async () => {
    try {
      const hasClinic = !(await isEmpty(database));
      const now = database.clock();
      const since = lastHour(now, hour);
      const what = `${hasClinic} ${since.toISOString()}`;
      if (seen?.what === what && performance.now() - seen.at < retryMs) return;
      seen = { what, at: performance.now() };
      if (!(await isDue(store, { history, hasClinic, since, now }))) return;
      triedAt = performance.now();
      // A backup of nothing is not to become the newest one of what was lost.
      const lost = hasClinic ? undefined : await newestWithClinic(store);
      if (lost !== undefined) {
        if (lost !== said)
          say(`No backup is made while the database has no clinic, since there are some in ${lost}.`);
        said = lost;
        triedAt = -Infinity;
        return;
      }
      seen = undefined;
      const { name, documents, pruned, unpruned } = await daily(database, actor, store, signal);
      triedAt = -Infinity;
      say(`Backup ${name}: ${documents} documents, read back.`);
      if (pruned.length > 0) say(`Backups removed: ${pruned.join(', ')}.`);
      if (unpruned !== undefined)
        say(
          `What is older than 30 days could not all be removed, which is tried again after the next backup: ${unpruned}`,
        );
    } catch (error) {
      if (!signal.aborted)
        say(`The daily backup failed, and is tried again in 15 minutes: ${messageOf(error)}`);
    } finally {
      running = undefined;
    }
  };
  return {
    look: () => {
      if (!signal.aborted && performance.now() - triedAt >= retryMs) running ??= run();
    },
    done: () => running ?? Promise.resolve(),
  };
}

/**
 * Whether there is no backup since then from which the log goes on, with a clinic where there is one by now. One that was
 * begun by a clock that was ahead says nothing of today.
 */
async function isDue(
  store: Store,
  { history, hasClinic, since, now }: { history: string; hasClinic: boolean; since: Date; now: Date },
): Promise<boolean> {
  for (const name of await backupsIn(store)) {
    const begun = begunAt(name);
    if ((begun && begun > now) || !(await isVerified(store, name))) continue;
    // One that cannot be read any more is as good as none.
    const backup = await readBackup(store.in(name)).catch(() => undefined);
    if (!begun || begun < since || backup?.history !== history) return true;
    return hasClinic && !holdsClinic(backup);
  }
  return true;
}

/** The last time that the clock of the machine showed a full hour. */
function lastHour(now: Date, hour: number): Date {
  const at = new Date(now);
  at.setHours(hour, 0, 0, 0);
  if (at > now) at.setDate(at.getDate() - 1);
  return at;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
