import type { Actor } from '../actor.ts';
import { record, repairing } from '../audit.ts';
import type { Database } from '../connection.ts';
import { allIndexes, everyIndex } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import { wrongIndexes, type WrongIndex } from '../indexes.ts';
import { transact } from '../tenancy.ts';
import { openPlatform, platformTenantId } from '../tenants/read.ts';

export type { WrongIndex } from '../indexes.ts';

/** The indexes that are missing, or are others than ours of the same name or key; none in a sound database. */
export async function findWrongIndexes(database: Database): Promise<WrongIndex[]> {
  const { db } = database;
  return acrossTenants('indexes', async () => {
    const wrong: WrongIndex[] = [];
    for (const { name, indexes } of allIndexes) wrong.push(...(await wrongIndexes(db, name, indexes)));
    return wrong;
  });
}

/**
 * Makes the indexes that are wrong, and keeps in the installation's audit which; no transaction holds an index, so
 * that is kept before. Safe to kill and to run again.
 * @returns those that cannot be made, because documents that are there break them
 * @throws Error when one of our collections is a view, or compares text by a collation
 */
export async function repairIndexes(database: Database, actor: Actor): Promise<WrongIndex[]> {
  const wrong = await findWrongIndexes(database);
  if (wrong.length === 0) return [];
  await transact(openPlatform(database, actor), async (inside) => {
    for (const { collection, index } of wrong)
      await record(inside, repairing, { collection, id: platformTenantId }, { index: { to: index } });
  });
  await everyIndex(database);
  return findWrongIndexes(database);
}
