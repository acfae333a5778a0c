// One process migrates at a time. The lease can run out while its holder is paused, and somebody else takes it; so
// every write of a migration is in a transaction that also writes the lease, and only under the number that the
// holder was given. A holder that comes back late finds another number and writes nothing.
import type { ClientSession } from 'mongodb';
import type { Database } from '../connection.ts';
import { CirceError } from '../errors.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { migrationsOf } from './collection.ts';

/** How long a lease lives without a batch, in milliseconds. */
export const leaseMs = 30_000;

const id = 'lease';

/** The number of the lease, one higher each time, or undefined while somebody else has it. */
export async function take(database: Database, owner: string): Promise<number | undefined> {
  const now = database.clock();
  try {
    const taken = await migrationsOf(database).findOneAndUpdate(
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
 * Prolongs the lease in the transaction of a batch.
 * @throws UNAVAILABLE when somebody else has taken it
 */
export async function hold(database: Database, token: number, session: ClientSession): Promise<void> {
  const until = new Date(database.clock().getTime() + leaseMs);
  const held = await migrationsOf(database).updateOne({ _id: id, token }, { $set: { until } }, { session });
  if (held.matchedCount === 1) return;
  const message =
    'Another process has gone on with the migration, because this one did not answer for a while.';
  throw new CirceError('UNAVAILABLE', message, {});
}

/** Gives the lease back, if it is still ours. */
export async function release(database: Database, token: number): Promise<void> {
  await migrationsOf(database).updateOne({ _id: id, token }, { $set: { until: new Date(0) } });
}

/** Who has the lease now, and until when. */
export async function holder(database: Database): Promise<{ owner: string; until: Date } | undefined> {
  const lease = await migrationsOf(database).findOne({ _id: id, until: { $gt: database.clock() } });
  return lease && lease.owner !== undefined && lease.until
    ? { owner: lease.owner, until: lease.until }
    : undefined;
}
