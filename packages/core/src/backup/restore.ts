import { BSON, MongoError, type Document as Bson, type IndexDescription } from 'mongodb';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { CirceError, illegalState } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { holder, leased, leaseMs, type Beat } from '../lease.ts';
import { migrationsOf } from '../migrations/collection.ts';
import { applyChanges } from './apply.ts';
import { backupsName } from './collection.ts';
import { changesFile, fileOf, type Backup } from './folder.ts';
import { readLines } from './lines.ts';
import { planned, type Plan } from './plan.ts';
import { storedChange, type Change } from './stream.ts';
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
  /** Told before a collection is filled, and last about the changes that come after all of them. */
  readonly onProgress?: (what: string, documents: number) => void;
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
 * says so to whoever starts on it, until a restore has ended there. No server may run on it meanwhile.
 * @param folder a backup, or the folder that backups lie in: then the newest that there was at the moment
 * @throws NOT_FOUND when there is no such backup
 * @throws VALIDATION when a file is damaged or missing, or the log does not reach the moment
 * @throws UNAVAILABLE when a newer version made the backup, a server works on the database, or it does not answer
 * @throws ILLEGAL_TRANSITION when the database holds data and is not to be replaced
 */
export async function restore(
  database: Database,
  folder: string,
  { dryRun = false, at, replace = false, onProgress }: RestoreOptions = {},
): Promise<Restored> {
  const plan = await planned(folder, at);
  await checkFiles(plan.folder, plan.backup);
  try {
    return await acrossTenants('restore', async () => {
      await assertFree(database, replace);
      if (dryRun) return restored(plan, plan.backup.changes.lines);
      return restored(plan, await alone(database, (beat) => written(database, plan, beat, onProgress)));
    });
  } catch (error) {
    throw error instanceof MongoError ? translated(error) : error;
  }
}

function restored({ name, at, backup }: Plan, changes: number): Restored {
  const documents = backup.collections.reduce((sum, { file }) => sum + file.lines, 0);
  return { name, at, collections: backup.collections.length, documents, changes };
}

/** Collections that hold something in every database that was ever started on, a new one too. */
const ownBooks = new Set(['migrations', 'migrationProblems', backupsName]);

async function assertFree(database: Database, replace: boolean): Promise<void> {
  const server = await holder(database, 'backups');
  if (server) {
    const message = `${server.owner} works on this database, or died less than ${leaseMs / 1000} seconds ago. Stop it first.`;
    throw new CirceError('UNAVAILABLE', message, {});
  }
  const { db } = database;
  if (replace || (await migrationsOf(database).findOne({ _id: 'restore' }))) return;
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (ownBooks.has(name) || name.startsWith('system.')) continue;
    if (await db.collection(name).findOne({}, { projection: { _id: 1 } }))
      throw illegalState('database', 'in use', 'restored');
  }
}

/** Keeps everybody else from migrating or restoring the database meanwhile. */
async function alone(database: Database, work: (beat: Beat) => Promise<number>): Promise<number> {
  const done = await leased(database, 'migrations', work);
  if (done !== undefined) return done;
  const other = await holder(database, 'migrations');
  const message = `Another process (${other?.owner ?? 'unknown'}) is migrating or restoring this database.`;
  throw new CirceError('UNAVAILABLE', message, {});
}

async function written(
  database: Database,
  { name, folder, backup, logged }: Plan,
  beat: Beat,
  onProgress: RestoreOptions['onProgress'],
): Promise<number> {
  const { db } = database;
  const migrations = migrationsOf(database);
  // From here on the database says that it is incomplete.
  await migrations.updateOne(
    { _id: 'restore' },
    { $set: { name, startedAt: database.clock() } },
    { upsert: true },
  );
  await clear(database);
  for (const collection of backup.collections) {
    onProgress?.(collection.name, collection.file.lines);
    await fill(database, folder, collection, beat);
  }
  onProgress?.('changes', backup.changes.lines);
  let changes = await applyChanges(db, ours(whileCopied(folder, backup), beat), true);
  changes += await applyChanges(db, ours(logged(), beat), false);
  for (const collection of backup.collections) {
    await beat();
    await buildIndexes(database, collection);
  }
  await migrations.deleteOne({ _id: 'restore' });
  return changes;
}

/** What is about this database and not about what is restored into it. */
const notRestored = ['lease', 'restore'];

async function clear(database: Database): Promise<void> {
  for (const { name } of await database.db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name !== 'migrations' && !name.startsWith('system.')) await database.db.dropCollection(name);
  }
  await database.db
    .collection<{ _id: string | number }>('migrations')
    .deleteMany({ _id: { $nin: notRestored } });
}

type Stored = Backup['collections'][number];

const most = { documents: 500, bytes: 4 * 1024 * 1024 };

async function fill(
  { db }: Database,
  folder: string,
  { name, options, file }: Stored,
  beat: Beat,
): Promise<void> {
  if (name !== 'migrations') await db.createCollection(name, parsedEjson(options));
  let [batch, bytes]: [Bson[], number] = [[], 0];
  const flush = async () => {
    if (batch.length > 0) await db.collection(name).insertMany(batch);
    [batch, bytes] = [[], 0];
    await beat();
  };
  for await (const document of readLines(fileOf(folder, name), file)) {
    if (name === 'migrations' && notRestored.includes(document['_id'])) continue;
    batch.push(document);
    bytes += BSON.calculateObjectSize(document);
    if (batch.length >= most.documents || bytes >= most.bytes) await flush();
  }
  await flush();
}

async function* whileCopied(folder: string, { changes }: Backup): AsyncGenerator<Change> {
  for await (const document of readLines(changesFile(folder), changes)) yield storedChange(document);
}

async function* ours(changes: AsyncIterable<Change>, beat: Beat): AsyncGenerator<Change> {
  for await (const change of changes) {
    await beat();
    if (change.collection === 'migrations' && notRestored.includes(String(change.id))) continue;
    yield change;
  }
}

async function buildIndexes({ db }: Database, { name, indexes }: Stored): Promise<void> {
  const stored = parsedEjson(indexes) as unknown as readonly (IndexDescription & {
    v?: unknown;
    ns?: unknown;
  })[];
  const wanted = stored.filter((index) => index.name !== '_id_').map(({ v: _v, ns: _ns, ...index }) => index);
  if (wanted.length > 0) await db.collection(name).createIndexes(wanted);
}

function parsedEjson(text: string): Bson {
  return BSON.EJSON.parse(text, { relaxed: true }) as Bson;
}
