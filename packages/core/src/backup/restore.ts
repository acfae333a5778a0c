import { BSON, MongoError, type Document as Bson } from 'mongodb';
import type { Actor } from '../actor.ts';
import { record } from '../audit.ts';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { acrossTenants } from '../firewall.ts';
import type { Beat } from '../lease.ts';
import { isOfThePlace } from '../migrations/collection.ts';
import { transact } from '../tenancy.ts';
import { openPlatform } from '../tenants/read.ts';
import { applyChanges } from './apply.ts';
import { backupsName } from './collection.ts';
import { changesFile, fileOf, type Backup } from './folder.ts';
import { readLines } from './lines.ts';
import { planned, type Plan } from './plan.ts';
import type { Store } from './store.ts';
import { storedChange, type Change } from './stream.ts';
import { assertFree, fill, indexAs, putInto, type StoredIndex } from './target.ts';
import { checkFiles } from './verify.ts';

/** How to restore; everything may be left out. */
export interface RestoreOptions {
  /** Checks all of it, and writes nothing. */
  readonly dryRun?: boolean;
  /**
   * The moment whose state is wanted, by the clock of the database; `last` for the latest that the log reaches, and
   * when it is left out the moment of the backup itself.
   */
  readonly at?: Date | 'last';
  /** Drops what the database holds. Without it only an empty one is taken. */
  readonly replace?: boolean;
  /** By which it is given up, between two of its writes; what was written before stays, and is incomplete. */
  readonly signal?: AbortSignal | undefined;
  /** Told before a collection is filled, and last about the changes that come after all of them. */
  readonly onProgress?: (what: string, documents: number) => void;
}

/** A backup that was read and is whole, with what the log has until a moment. */
export interface Checked {
  /** The name of the backup. */
  readonly name: string;
  /** The moment whose state would be had. */
  readonly at: Date;
  /** @internal */
  readonly plan: Plan;
}

/**
 * Reads and checks all that a restore would need, without a database: for whoever makes one only then.
 * @param store of `openStore`: a backup, or the place that backups lie in: then the newest that there was at the moment
 * @param at the moment whose state is wanted, as {@link RestoreOptions} has it
 * @param signal by which it is given up
 * @throws NOT_FOUND when there is no such backup
 * @throws VALIDATION when a file is damaged or missing, or the log does not reach the moment
 * @throws UNAVAILABLE when a newer version made the backup, or a file cannot be read
 */
export async function check(store: Store, at?: Date | 'last', signal?: AbortSignal): Promise<Checked> {
  const plan = await planned(store, at);
  await checkFiles(plan.store, plan.backup, signal);
  return { name: plan.name, at: plan.at, plan };
}

/** What {@link restore} restored, or in a dry run would. */
export interface Restored {
  /** The name of the backup. */
  readonly name: string;
  /** The moment whose state it is. */
  readonly at: Date;
  readonly collections: number;
  /** Documents of the backup, before the changes. */
  readonly documents: number;
  /** Changes that were made again; in a dry run those that happened while the backup was made. */
  readonly changes: number;
}

/**
 * Restores an installation into an empty database: every collection as it was at one moment, with its indexes.
 * Everything is read and checked before anything is written. A database in which a restore has begun and not ended
 * says so to whoever starts on it, until a restore has ended there. No server may run on it meanwhile. The audit of what
 * was restored says that it was.
 * @param actor who is recorded to have done it
 * @param from of `openStore`: a backup, or the place that backups lie in: then the newest that there was at the moment.
 * Or what {@link check} has read, which is not read again; its moment is the one that counts then
 * @throws NOT_FOUND when there is no such backup
 * @throws VALIDATION when a file is damaged or missing, or the log does not reach the moment
 * @throws UNAVAILABLE when a newer version made the backup, a file cannot be read, a server works on the database, or it
 * does not answer
 * @throws ILLEGAL_TRANSITION when the database holds data and is not to be replaced
 */
export async function restore(
  database: Database,
  actor: Actor,
  from: Store | Checked,
  { dryRun = false, at, replace = false, signal, onProgress }: RestoreOptions = {},
): Promise<Restored> {
  const { plan } = 'plan' in from ? from : await check(from, at, signal);
  try {
    return await acrossTenants('restore', async () => {
      await assertFree(database, 'restored', replace);
      if (dryRun) return restored(plan, plan.backup.changes.lines);
      const work = (beat: Beat) => written(database, actor, plan, beat, onProgress);
      return restored(plan, await putInto(database, { name: plan.name, signal }, work));
    });
  } catch (error) {
    throw error instanceof MongoError ? translated(error) : error;
  }
}

function restored({ name, at, backup }: Plan, changes: number): Restored {
  const documents = backup.collections.reduce((sum, { file }) => sum + file.lines, 0);
  return { name, at, collections: backup.collections.length, documents, changes };
}

async function written(
  database: Database,
  actor: Actor,
  { name: backupName, at, store, backup, logged }: Plan,
  beat: Beat,
  onProgress: RestoreOptions['onProgress'],
): Promise<number> {
  const { db } = database;
  for (const { name, options, file } of backup.collections) {
    onProgress?.(name, file.lines);
    await fill(db, name, parsedEjson(options), readLines(store, fileOf(name), file), beat);
  }
  onProgress?.('changes', backup.changes.lines);
  let changes = await applyChanges(db, ours(whileCopied(store, backup), beat), true);
  changes += await applyChanges(db, ours(logged(), beat), false);
  for (const { name, indexes } of backup.collections) {
    await beat();
    await indexAs(db, name, parsedEjson(indexes) as unknown as readonly StoredIndex[]);
  }
  const [subject, moment] = [{ collection: backupsName, id: backupName }, { at: { to: at.toISOString() } }];
  await transact(openPlatform(database, actor), (inside) =>
    record(inside, 'backups.restore', subject, moment),
  );
  return changes;
}

async function* whileCopied(store: Store, { changes }: Backup): AsyncGenerator<Change> {
  for await (const document of readLines(store, changesFile, changes)) yield storedChange(document);
}

async function* ours(changes: AsyncIterable<Change>, beat: Beat): AsyncGenerator<Change> {
  for await (const change of changes) {
    await beat();
    if (change.collection === 'migrations' && isOfThePlace(change.id)) continue;
    yield change;
  }
}

function parsedEjson(text: string): Bson {
  return BSON.EJSON.parse(text, { relaxed: true }) as Bson;
}
