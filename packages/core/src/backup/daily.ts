import { join } from 'node:path';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { backupsOf } from './collection.ts';
import { make, type Made } from './make.ts';
import { prune } from './prune.ts';
import { verify } from './verify.ts';

/** What {@link daily} did. */
export interface Daily extends Made {
  /** The names of older backups that it removed. */
  readonly pruned: readonly string[];
}

/**
 * What is due every day: a full backup, read back, and after that the removal of what is older than 30 days.
 * @param folder made where it is missing, readable by its owner only
 * @param signal by which it is given up
 * @throws UNAVAILABLE when the database does not answer
 * @throws NOT_FOUND when somebody removed it while it was read back
 * @throws VALIDATION when what was written does not read as it was written
 * @throws Error of the file system (ENOSPC, EACCES), when the folder cannot be written; nothing is left there then
 */
export async function daily(database: Database, folder: string, signal?: AbortSignal): Promise<Daily> {
  const made = await make(database, folder, signal);
  await verify(join(folder, made.name), signal);
  const newest = { name: made.name, at: made.at };
  await acrossTenants('backup', () =>
    backupsOf(database).updateOne({ _id: 'newest' }, { $set: newest }, { upsert: true }),
  );
  return { ...made, pruned: await prune(folder, database.clock()) };
}
