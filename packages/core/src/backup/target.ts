// The database that a whole installation is put into, out of a backup or out of another database: free at first, leased
// meanwhile, and known to be incomplete until all of it is there.
import {
  BSON,
  MongoError,
  type ClientSession,
  type Db,
  type Document as Bson,
  type IndexDescription,
} from 'mongodb';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { CirceError, isCirceError } from '../errors.ts';
import { holder, leased, leaseMs, type Beat } from '../lease.ts';
import { isOfThePlace, migrationsOf, rowsOfThePlace } from '../migrations/collection.ts';
import { backupsName } from './collection.ts';

/** Collections that hold something in every database that was ever started on, a new one too. */
const ownBooks = new Set(['migrations', 'migrationProblems', 'schedules', backupsName]);

/**
 * Looks whether an installation can be put there.
 * @param become what it would be then
 * @param replace whether what it holds may be dropped
 * @throws UNAVAILABLE when a server works on it
 * @throws ILLEGAL_TRANSITION when it holds data and is not to be replaced
 */
export async function assertFree(database: Database, become: string, replace: boolean): Promise<void> {
  await assertNoServer(database);
  const { db } = database;
  if (replace || (await migrationsOf(database).findOne({ _id: 'restore' }))) return;
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (ownBooks.has(name) || name.startsWith('system.')) continue;
    if (await db.collection(name).findOne({}, { projection: { _id: 1 } })) throw inUse(become);
  }
}

function inUse(become: string): CirceError<'ILLEGAL_TRANSITION'> {
  const message =
    'This database holds data already, and nothing was changed. To drop all of it first, ask for --replace.';
  return new CirceError('ILLEGAL_TRANSITION', message, { from: 'in use', to: become });
}

/**
 * Only a server that looks after backups shows itself in the database.
 * @throws UNAVAILABLE
 */
export async function assertNoServer(database: Database): Promise<void> {
  const server = await holder(database, 'backups');
  if (!server) return;
  const message = `${server.owner} works on this database, or died less than ${leaseMs / 1000} seconds ago. Stop it first.`;
  throw new CirceError('UNAVAILABLE', message, {});
}

/**
 * Empties a database and has it filled. From the first write on it says that it is incomplete, to whoever starts on
 * it, until the work has ended; nobody else migrates or fills it meanwhile.
 * @param from where what is put there comes from, by which move, and by what it is given up
 * @param end does the last write, which lets others in, together with what goes with it
 */
export async function putInto<Result>(
  database: Database,
  {
    signal,
    ...from
  }: { readonly name: string; readonly by?: string; readonly signal?: AbortSignal | undefined },
  work: (beat: Beat) => Promise<Result>,
  end: (letIn: (options?: { session?: ClientSession }) => Promise<void>) => Promise<void> = (letIn) =>
    letIn(),
): Promise<Result> {
  return alone(database, async (beat) => {
    const migrations = migrationsOf(database);
    const begun = { _id: 'restore', ...from, startedAt: database.clock() } as const;
    await migrations.replaceOne({ _id: 'restore' }, begun, { upsert: true });
    try {
      await clear(database);
      const result = await work(async () => {
        signal?.throwIfAborted();
        await beat();
      });
      await end(async (options = {}) => {
        await migrations.deleteMany({ _id: { $in: ['restore', 'move'] } }, options);
      });
      return result;
    } catch (error) {
      throw halfFilled(error, signal);
    }
  });
}

/** What the database, the disk or a bucket says tells of the last write alone, and many came before it. */
function halfFilled(error: unknown, signal: AbortSignal | undefined): unknown {
  const known = error instanceof MongoError ? translated(error) : error;
  const isGivenUp = known instanceof Error && signal?.aborted && known === signal.reason;
  if (!isCirceError(known, 'UNAVAILABLE') && !isGivenUp) return error;
  const message = `${known.message} What was put there before is incomplete: nobody can start on it, until this is done again.`;
  return new CirceError('UNAVAILABLE', message, {}, error);
}

/** Keeps everybody else from migrating or filling the database meanwhile. */
async function alone<Result>(database: Database, work: (beat: Beat) => Promise<Result>): Promise<Result> {
  const done = await leased(database, 'migrations', async (beat) => ({ result: await work(beat) }));
  if (done) return done.result;
  const other = await holder(database, 'migrations');
  const message = `Another process (${other?.owner ?? 'unknown'}) is migrating or restoring this database.`;
  throw new CirceError('UNAVAILABLE', message, {});
}

async function clear(database: Database): Promise<void> {
  for (const { name } of await database.db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name !== 'migrations' && !name.startsWith('system.')) await database.db.dropCollection(name);
  }
  await migrationsOf(database).deleteMany({ _id: { $nin: [...rowsOfThePlace] } });
}

const most = { documents: 500, bytes: 4 * 1024 * 1024 };

/** Makes a collection of documents, a batch at a time. */
export async function fill(
  db: Db,
  name: string,
  options: Bson,
  documents: AsyncIterable<Bson>,
  beat: Beat,
): Promise<void> {
  if (name !== 'migrations') await db.createCollection(name, options);
  let [batch, bytes]: [Bson[], number] = [[], 0];
  const flush = async () => {
    if (batch.length > 0) await db.collection(name).insertMany(batch);
    [batch, bytes] = [[], 0];
    await beat();
  };
  for await (const document of documents) {
    if (name === 'migrations' && isOfThePlace(document['_id'])) continue;
    batch.push(document);
    bytes += BSON.calculateObjectSize(document);
    if (batch.length >= most.documents || bytes >= most.bytes) await flush();
  }
  await flush();
}

/** An index as a database tells of it. */
export type StoredIndex = IndexDescription & { readonly v?: unknown; readonly ns?: unknown };

/** What an index is, without what a server's version makes of it. */
export function definitionOf({ v: _v, ns: _ns, ...index }: StoredIndex): IndexDescription {
  return index;
}

/** Makes the indexes that another collection has. */
export async function indexAs(db: Db, name: string, stored: readonly StoredIndex[]): Promise<void> {
  const wanted = stored.filter((index) => index.name !== '_id_').map(definitionOf);
  if (wanted.length > 0) await db.collection(name).createIndexes(wanted);
}
