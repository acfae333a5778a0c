import type { Actor } from '../actor.ts';
import { record } from '../audit.ts';
import type { Changes } from '../changes.ts';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { all } from '../migrations/all.ts';
import { known } from '../migrations/status.ts';
import { transact } from '../tenancy.ts';
import { openPlatform } from '../tenants/read.ts';
import { backupsName, backupsOf } from './collection.ts';
import { make, type Made } from './make.ts';
import { prune, type Pruned } from './prune.ts';
import type { Store } from './store.ts';
import { verify } from './verify.ts';

/** What {@link daily} did. */
export type Daily = Made & Pruned;

/**
 * What is due every day: a full backup, read back, and after that the removal of what is older than 30 days. The
 * platform's audit says so. What cannot be removed is no failure of the backup: it is answered, recorded, and in the
 * {@link status} until a later removal has found nothing in its way.
 * @param actor who is recorded to have done it
 * @param store of `openStore`; a folder is made where it is missing, readable by its owner only
 * @param signal by which it is given up
 * @throws UNAVAILABLE when the database does not answer, or the place cannot be written or read; no half backup is left.
 * Also when the installation has moved away, a restore into it has not ended, or a newer version has migrated it
 * @throws NOT_FOUND when somebody removed it while it was read back
 * @throws VALIDATION when what was written does not read as it was written
 */
export async function daily(
  database: Database,
  actor: Actor,
  store: Store,
  signal?: AbortSignal,
): Promise<Daily> {
  await acrossTenants('backup', () => known(all, database));
  const made = await make(database, store, signal);
  await verify(store.in(made.name), signal);
  const newest = { name: made.name, at: made.at };
  await acrossTenants('backup', () =>
    backupsOf(database).updateOne({ _id: 'newest' }, { $set: newest }, { upsert: true }),
  );
  await recorded(database, actor, 'backups.make', made.name, {
    place: { to: store.address },
    documents: { to: made.documents },
  });
  return { ...made, ...(await cleared(database, actor, store, made.name)) };
}

/** Removes what is due to be removed, and lets everybody know where that cannot be. */
async function cleared(database: Database, actor: Actor, store: Store, newest: string): Promise<Pruned> {
  const now = database.clock();
  const cleared = await prune(store, now);
  const { pruned, unpruned } = cleared;
  await acrossTenants('backup', async () => {
    const rows = backupsOf(database);
    if (unpruned === undefined) await rows.deleteOne({ _id: 'unpruned' });
    else await rows.updateOne({ _id: 'unpruned' }, { $setOnInsert: { at: now } }, { upsert: true });
  });
  if (pruned.length > 0 || unpruned !== undefined)
    await recorded(database, actor, 'backups.prune', newest, {
      place: { to: store.address },
      ...(pruned.length > 0 && { pruned: { to: pruned } }),
      ...(unpruned !== undefined && { unpruned: { to: unpruned } }),
    });
  return cleared;
}

function recorded(
  database: Database,
  actor: Actor,
  action: string,
  id: string,
  changes: Changes,
): Promise<void> {
  return transact(openPlatform(database, actor), (inside) =>
    record(inside, action, { collection: backupsName, id }, changes),
  );
}
