import type { Database } from '../connection.ts';
import { archiveAll } from './all.ts';

/** An hour after the backup is due, at which nobody books either. */
const hour = 4;

/** How long a process may be silent before another one takes its place, and how often each looks, in milliseconds. */
const silenceMs = 10 * 60_000;

/** When it was done last, and until when somebody is believed to be at it. */
interface Row {
  readonly _id: 'archive';
  readonly doneAt: Date;
  readonly until: Date;
}

const actor = { kind: 'system', name: 'archive' } as const;

/**
 * Archives once a day, from four in the morning on by the clock of the machine, however many processes ask.
 * @returns how many bookings moved, or undefined when it is not due or another process is at it
 * @throws NOT_FOUND when a clinic is suspended meanwhile: after ten minutes the next look goes on with the others
 * @throws UNAVAILABLE when the database does not answer
 */
export async function archiveDaily(database: Database): Promise<number | undefined> {
  const now = database.clock();
  const due = new Date(now);
  due.setHours(hour, 0, 0, 0);
  if (now < due) return undefined;
  const rows = database.db.collection<Row>('schedules');
  const never = { doneAt: new Date(0), until: new Date(0) };
  await rows.updateOne({ _id: 'archive' }, { $setOnInsert: never }, { upsert: true });
  const aWhile = () => ({ $set: { until: new Date(database.clock().getTime() + silenceMs) } });
  const taken = await rows.findOneAndUpdate(
    { _id: 'archive', doneAt: { $lt: due }, until: { $lte: now } },
    aWhile(),
  );
  if (!taken) return undefined;
  let all = 0;
  for await (const { moved } of archiveAll(database, actor)) {
    all += moved;
    await rows.updateOne({ _id: 'archive' }, aWhile());
  }
  await rows.updateOne({ _id: 'archive' }, { $set: { doneAt: now, until: now } });
  return all;
}

/** What goes on until it is stopped. */
export interface Archiving {
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Archives every day beside whatever else this process does. What goes wrong is said, and tried again after ten minutes.
 * @param say told what was done and what went wrong, in a sentence
 */
export function keepArchiving(database: Database, say: (line: string) => void): Archiving {
  let running: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      const moved = await archiveDaily(database);
      if (moved) say(`Archive: ${moved} bookings of more than a year ago moved.`);
    } catch (error) {
      say(`The archive waits for its next try: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const timer = setInterval(() => void (running = running.then(look)), silenceMs).unref();
  return {
    stop: () => {
      clearInterval(timer);
      return running;
    },
  };
}
