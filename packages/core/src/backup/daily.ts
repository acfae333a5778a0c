import type { Actor } from '../actor.ts';
import { record } from '../audit.ts';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { transact } from '../tenancy.ts';
import { openPlatform } from '../tenants/read.ts';
import { backupsName, backupsOf } from './collection.ts';
import { make, type Made } from './make.ts';
import { prune } from './prune.ts';
import type { Store } from './store.ts';
import { verify } from './verify.ts';

/** What {@link daily} did. */
export interface Daily extends Made {
  /** The names of older backups that it removed. */
  readonly pruned: readonly string[];
}

/**
 * What is due every day: a full backup, read back, and after that the removal of what is older than 30 days. The
 * platform's audit says so.
 * @param actor who is recorded to have done it
 * @param store of `openStore`; a folder is made where it is missing, readable by its owner only
 * @param signal by which it is given up
 * @throws UNAVAILABLE when the database does not answer, or the place cannot be written or read; no half backup is left
 * @throws NOT_FOUND when somebody removed it while it was read back
 * @throws VALIDATION when what was written does not read as it was written
 */
export async function daily(
  database: Database,
  actor: Actor,
  store: Store,
  signal?: AbortSignal,
): Promise<Daily> {
  const made = await make(database, store, signal);
  await verify(store.in(made.name), signal);
  const newest = { name: made.name, at: made.at };
  await acrossTenants('backup', () =>
    backupsOf(database).updateOne({ _id: 'newest' }, { $set: newest }, { upsert: true }),
  );
  const pruned = await prune(store, database.clock());
  await transact(openPlatform(database, actor), (inside) =>
    record(
      inside,
      'backups.make',
      { collection: backupsName, id: made.name },
      {
        place: { to: store.address },
        documents: { to: made.documents },
        ...(pruned.length > 0 && { pruned: { to: pruned } }),
      },
    ),
  );
  return { ...made, pruned };
}
