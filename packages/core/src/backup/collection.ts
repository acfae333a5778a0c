import { randomUUID } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Database } from '../connection.ts';

/**
 * What is stored in `backups`: whose changes the log holds, the lease of the process that looks after them, and how
 * far it is. It is about the place where backups lie, so it is in no backup itself.
 */
export interface BackupRow {
  readonly _id: 'history' | 'lease' | 'mark' | 'newest' | 'unpruned';
  /** Of `history`: another one after every restore, as other changes follow from there. */
  readonly id?: string;
  /** Of `lease`: the seal of the last page of the log that was written under it. */
  readonly page?: string;
  /** Of `lease`: until when every change is in the log. */
  readonly loggedUntil?: Date;
  /** Of `mark`: what a backup waits for in the stream of changes. */
  readonly nonce?: string;
  /** Of `newest`: the last backup that was verified. */
  readonly name?: string;
  /** Of `newest`: the moment whose state it is. Of `unpruned`: since when something that is due to be removed is not. */
  readonly at?: Date;
}

export const backupsName = 'backups';

export function backupsOf(database: Database): Collection<BackupRow> {
  const { db } = database;
  return db.collection<BackupRow>(backupsName);
}

/** Names the changes of this database, as against those of what was here before a restore. */
export async function historyOf(database: Database): Promise<string> {
  const row = await backupsOf(database).findOneAndUpdate(
    { _id: 'history' },
    { $setOnInsert: { id: randomUUID() } },
    { upsert: true, returnDocument: 'after' },
  );
  return row?.id ?? '';
}
