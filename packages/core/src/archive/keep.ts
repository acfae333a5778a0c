import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../connection.ts';
import { leased, type Beat } from '../lease.ts';
import { dayMs } from '../time.ts';
import { sweep } from '../transfer/staging.ts';
import { archiveAll } from './all.ts';

/** An hour after the backup is due, at which nobody books either. */
const hour = 4;

/** How often each process looks whether it is due, in milliseconds. */
const lookMs = 10 * 60_000;

/** A batch may have waited for a machine that slept. */
const mostPauseMs = 1_000;

/** What is stored in `schedules` beside the lease: when it was done last. */
interface Row {
  readonly _id: 'archive';
  readonly doneAt: Date;
}

const actor = { kind: 'system', name: 'archive' } as const;

/**
 * Archives once a day, from four in the morning on by the clock of the machine, however many processes ask. After each
 * batch it waits for as long as that took: the first archive of an old installation takes a while, beside desks that
 * work.
 * @param signal by which it is given up after the batch that is under way; the next one goes on from there
 * @returns how many bookings moved, or undefined when it is not due or another process is at it
 * @throws UNAVAILABLE when the database does not answer, or another process has gone on with it because this one was
 * silent for half a minute
 * @throws CONFLICT_DUPLICATE never: it names no key
 */
export async function archiveDaily(database: Database, signal?: AbortSignal): Promise<number | undefined> {
  const now = database.clock();
  const due = new Date(now);
  due.setHours(hour, 0, 0, 0);
  if (now < due || (await isDone(database, due))) return undefined;
  return leased(database, 'schedules', async (beat) =>
    // Somebody may have done it between the look and the lease.
    (await isDone(database, due)) ? undefined : archived(database, now, beat, signal),
  );
}

function rowsOf({ db }: Database) {
  return db.collection<Row>('schedules');
}

async function isDone(database: Database, due: Date): Promise<boolean> {
  // What was done by a clock that was ahead says nothing of today.
  const doneAt = { $gte: due, $lt: new Date(due.getTime() + dayMs) };
  return (await rowsOf(database).findOne({ _id: 'archive', doneAt })) !== null;
}

async function archived(database: Database, now: Date, beat: Beat, signal?: AbortSignal): Promise<number> {
  let all = 0;
  let began = performance.now();
  const onBatch = async () => {
    await beat();
    await pause(Math.min(performance.now() - began, mostPauseMs), undefined, signal && { signal });
    began = performance.now();
  };
  for await (const { moved } of archiveAll(database, actor, { onBatch })) all += moved;
  await rowsOf(database).updateOne({ _id: 'archive' }, { $set: { doneAt: now } }, { upsert: true });
  return all;
}

/** What goes on until it is stopped. */
export interface Archiving {
  /** Waits for the batch that is under way. */
  stop(): Promise<void>;
}

/**
 * Archives every day beside whatever else this process does, and takes away what an import of a clinic has left that
 * died. What goes wrong is said, and tried again after ten minutes.
 * @param say told what was done and what went wrong, in a sentence
 */
export function keepArchiving(database: Database, say: (line: string) => void): Archiving {
  let running: Promise<void> = Promise.resolve();
  const stopping = new AbortController();
  const look = async () => {
    try {
      await sweep(database);
      const moved = await archiveDaily(database, stopping.signal);
      if (moved) say(`Archive: ${moved} bookings of more than a year ago moved.`);
    } catch (error) {
      if (!stopping.signal.aborted)
        say(`The archive waits for its next try: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const timer = setInterval(() => void (running = running.then(look)), lookMs).unref();
  return {
    stop: () => {
      clearInterval(timer);
      stopping.abort();
      return running;
    },
  };
}
