// One process at a time migrates, or looks after the backups. The lease can run out while its holder is paused, and
// somebody else takes it; so every write of its holder also writes the lease, and only under the number that the holder
// was given: in the database in one transaction, in a folder under a name that holds the number. A holder that comes
// back late finds another number and writes nothing that counts.
import type { ClientSession, Collection } from 'mongodb';
import type { Database } from './connection.ts';
import { CirceError } from './errors.ts';
import { duplicateIndex } from './driver-errors.ts';

/** How long a lease lives without being held, in milliseconds. */
export const leaseMs = 30_000;

/** What is leased, by the collection that its lease lies in. */
export type Leased = 'migrations' | 'backups';

interface LeaseRow {
  readonly _id: 'lease';
  readonly owner?: string;
  readonly until?: Date;
  readonly token?: number;
}

const id = 'lease';

function leaseOf({ db }: Database, what: Leased): Collection<LeaseRow> {
  return db.collection<LeaseRow>(what);
}

/** The number of the lease, one higher each time, or undefined while somebody else has it. */
export async function take(database: Database, what: Leased, owner: string): Promise<number | undefined> {
  const now = database.clock();
  try {
    const taken = await leaseOf(database, what).findOneAndUpdate(
      { _id: id, until: { $lte: now } },
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

/** Who has the lease now, and until when. */
export async function holder(
  database: Database,
  what: Leased,
): Promise<{ owner: string; until: Date } | undefined> {
  const lease = await leaseOf(database, what).findOne({ _id: id, until: { $gt: database.clock() } });
  return lease && lease.owner !== undefined && lease.until
    ? { owner: lease.owner, until: lease.until }
    : undefined;
}
