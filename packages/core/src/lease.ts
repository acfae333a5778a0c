// One process at a time migrates, looks after the backups, or does what is due every day. The lease can run out while its holder is paused, and
// somebody else takes it; so every write of its holder also writes the lease, and only under the number that the holder
// was given: in the database in one transaction, in a folder under a name that holds the number. A holder that comes
// back late finds another number and writes nothing that counts.
import { hostname } from 'node:os';
import type { ClientSession, Collection } from 'mongodb';
import type { Database } from './connection.ts';
import { CirceError } from './errors.ts';
import { duplicateIndex } from './driver-errors.ts';

/** How long a lease lives without being held, in milliseconds. */
export const leaseMs = 30_000;

/**
 * Nobody has one for longer than this, in milliseconds: one that seems to was given by a clock that was wrong. It is much
 * more than what the clocks of two machines may differ by.
 */
const longestMs = 10 * 60_000;

/** What is leased, by the collection that its lease lies in. */
export type Leased = 'migrations' | 'backups' | 'schedules';

interface LeaseRow {
  readonly _id: 'lease';
  readonly owner?: string;
  readonly until?: Date;
  readonly token?: number;
}

const id = 'lease';

/** What a lease holds that nobody has any more, by the clock of whoever asks. */
export function hasRunOut(now: Date) {
  return { $or: [{ until: { $lte: now } }, { until: { $gt: new Date(now.getTime() + longestMs) } }] };
}

/** How a process is named to those who wait for it. */
const thisProcess = `${hostname()} ${process.pid}`;

function leaseOf({ db }: Database, what: Leased): Collection<LeaseRow> {
  return db.collection<LeaseRow>(what);
}

/** The number of the lease, one higher each time, or undefined while somebody else has it. */
export async function take(
  database: Database,
  what: Leased,
  owner = thisProcess,
): Promise<number | undefined> {
  const now = database.clock();
  try {
    const taken = await leaseOf(database, what).findOneAndUpdate(
      { _id: id, ...hasRunOut(now) },
      { $set: { owner, until: new Date(now.getTime() + leaseMs) }, $inc: { token: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    return taken?.token;
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * Prolongs the lease, in the transaction of a batch where there is one.
 * @throws UNAVAILABLE when somebody else has taken it
 */
export async function hold(
  database: Database,
  what: Leased,
  token: number,
  session?: ClientSession,
): Promise<void> {
  const until = new Date(database.clock().getTime() + leaseMs);
  const held = await leaseOf(database, what).updateOne(
    { _id: id, token },
    { $set: { until } },
    session ? { session } : {},
  );
  if (held.matchedCount === 1) return;
  const message = `Another process has gone on with the ${what}, because this one did not answer for a while.`;
  throw new CirceError('UNAVAILABLE', message, {});
}

/** Gives the lease back, if it is still ours. */
export async function release(database: Database, what: Leased, token: number): Promise<void> {
  await leaseOf(database, what).updateOne({ _id: id, token }, { $set: { until: new Date(0) } });
}

/**
 * Ends every lease there is, that of a move or of an import too. For whoever has just opened a database that nobody else can reach: those
 * who had them are dead, and until they ran out by themselves nobody would write the log of changes.
 */
export async function endAll(database: Database): Promise<void> {
  const [held, end] = [{ until: { $gt: new Date(0) } }, { $set: { until: new Date(0) } }];
  for (const what of ['migrations', 'backups', 'schedules', 'imports'])
    await database.db.collection(what).updateMany(held, end);
}

/** Who has the lease now, and until when. */
export async function holder(
  database: Database,
  what: Leased,
): Promise<{ owner: string; until: Date } | undefined> {
  const lease = await leaseOf(database, what).findOne({ _id: id, $nor: [hasRunOut(database.clock())] });
  return lease && lease.owner !== undefined && lease.until
    ? { owner: lease.owner, until: lease.until }
    : undefined;
}

/** Prolongs the lease when that is due; called as often as something was done. */
export type Beat = () => Promise<void>;

/**
 * Does some work that takes its time under the lease.
 * @returns what the work answers, or undefined while somebody else has the lease
 * @throws UNAVAILABLE when somebody else has taken it meanwhile
 */
export async function leased<Result>(
  database: Database,
  what: Leased,
  work: (beat: Beat) => Promise<Result>,
): Promise<Result | undefined> {
  const token = await take(database, what);
  if (token === undefined) return undefined;
  let held = performance.now();
  const beat = async () => {
    if (performance.now() - held < leaseMs / 3) return;
    await hold(database, what, token);
    held = performance.now();
  };
  return thenReleased(database, what, token, () => work(beat));
}

/** Does some work and gives its lease back. Of a work that failed nothing is told but that: its lease runs out by itself. */
export async function thenReleased<Result>(
  database: Database,
  what: Leased,
  token: number,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await release(database, what, token).catch(() => undefined);
    throw error;
  }
  await release(database, what, token);
  return result;
}
