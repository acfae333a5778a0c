import { hostname } from 'node:os';
import { MongoBulkWriteError, type ClientSession } from 'mongodb';
import type { Database } from '../connection.ts';
import { everyIndex } from '../database.ts';
import { CirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { all } from './all.ts';
import { migrationsOf, problemsOf } from './collection.ts';
import { hold, holder, take, thenReleased } from '../lease.ts';
import type { Batch, Migration, Place, Problem } from './migration.ts';
import { known } from './status.ts';

/** How to migrate; everything may be left out. */
export interface MigrateOptions {
  /** Only says what would change. */
  readonly dryRun?: boolean;
  /**
   * Whether migrations run again that have run: all of them, none, or when it is left out those that left problems,
   * to find what was repaired since.
   */
  readonly again?: boolean;
  /** How long to wait for another process that migrates, in milliseconds; five minutes when left out. */
  readonly waitMs?: number;
  /** Told once when another process is waited for. */
  readonly onWait?: (owner: string) => void;
}

/** What one migration did, or in a dry run would do. */
export interface Ran {
  readonly number: number;
  readonly name: string;
  /** How many documents it changed. */
  readonly changed: number;
  /** What it could not repair; of a dry run at most 10,000 of them. */
  readonly problems: number;
}

/** What {@link migrate} did, or in a dry run would do. */
export interface Migrated {
  readonly ran: readonly Ran[];
  /** What could not be repaired, whichever run found it: at most the first 10,000. */
  readonly problems: readonly Problem[];
}

const mostProblems = 10_000;

/**
 * Makes the indexes and runs the migrations that this database has not seen yet, in their order; a database without
 * documents has them behind it at once. Of two processes at once one works and the other waits. Killed at any point,
 * the next call goes on where it was.
 * @throws UNAVAILABLE when a newer version has migrated this database, when a migration has changed since it ran
 * here, when another process is still at it after `waitMs`, or when the installation has moved away
 */
export function migrate(database: Database, options: MigrateOptions = {}): Promise<Migrated> {
  return migrateWith(all, database, options);
}

/** The same with other migrations than ours; for tests. */
export function migrateWith(
  migrations: readonly Migration[],
  database: Database,
  options: MigrateOptions = {},
): Promise<Migrated> {
  return acrossTenants('migrations', async () => {
    const pending = await pendingOf(migrations, database, options);
    if (options.dryRun) return tried(database, [...pending.keys()]);
    if (pending.size === 0) return { ran: [], problems: await indexed(database) };
    const token = await taken(database, options);
    return thenReleased(database, 'migrations', token, async () => {
      const ran: Ran[] = [];
      await indexed(database);
      for (const [migration, why] of await pendingOf(migrations, database, options)) {
        // What was new has been done by whoever had the lease before.
        if (why === 'again' && pending.get(migration) === 'new') continue;
        ran.push(await run(database, migration, token));
      }
      return { ran, problems: await indexed(database) };
    });
  });
}

/** What has to run: because it has not, or to find what was repaired since. */
async function pendingOf(
  migrations: readonly Migration[],
  database: Database,
  { again }: MigrateOptions,
): Promise<Map<Migration, 'new' | 'again'>> {
  const rows = await known(migrations, database);
  const unsolved = again === undefined ? await problemsOf(database).distinct('migration') : [];
  const pending = new Map<Migration, 'new' | 'again'>();
  for (const migration of migrations) {
    if (rows.get(migration.number)?.state !== 'done') pending.set(migration, 'new');
    else if (again === true || unsolved.includes(migration.number)) pending.set(migration, 'again');
  }
  return pending;
}

async function taken(database: Database, { waitMs = 300_000, onWait }: MigrateOptions): Promise<number> {
  const owner = `${hostname()} ${process.pid}`;
  const end = performance.now() + waitMs;
  for (let said = false; ;) {
    const token = await take(database, 'migrations', owner);
    if (token !== undefined) return token;
    const other = await holder(database, 'migrations');
    if (!said && other) onWait?.(other.owner);
    said ||= other !== undefined;
    if (performance.now() >= end) {
      const message = `Another process (${other?.owner ?? 'unknown'}) is migrating this database.`;
      throw new CirceError('UNAVAILABLE', message, {});
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function run(database: Database, migration: Migration, token: number): Promise<Ran> {
  const { number: _id, name, checksum } = migration;
  const row = await migrationsOf(database).findOne({ _id, state: 'running' });
  let place = row?.place;
  if (!row) {
    const begun = { name, checksum, state: 'running', startedAt: database.clock(), changed: 0 } as const;
    await fenced(database, token, (session) =>
      migrationsOf(database).updateOne(
        { _id },
        { $set: begun, $unset: { place: true, finishedAt: true } },
        { session, upsert: true },
      ),
    );
  }
  const make = await migration.begin(database);
  const blocked = new Set<string>();
  for (;;) {
    try {
      place = await fenced(database, token, async (session) => {
        const batch = await make(place, blocked, session);
        await store(database, migration, batch, session);
        return batch.next;
      });
      if (!place) break;
    } catch (error) {
      const refused = refusedId(error);
      if (refused === undefined || blocked.has(refused)) throw error;
      blocked.add(refused);
    }
  }
  const done = await migrationsOf(database).findOne({ _id });
  const problems = await problemsOf(database).countDocuments({ migration: _id });
  return { number: _id, name, changed: done?.changed ?? 0, problems };
}

/** The document that a unique index has refused, or undefined when something else went wrong. */
function refusedId(error: unknown): string | undefined {
  if (!(error instanceof MongoBulkWriteError) || error.code !== 11000) return undefined;
  const [refused] = [error.writeErrors].flat();
  const operation = refused?.err.op as { q?: { _id?: unknown } } | undefined;
  return operation?.q?._id === undefined ? undefined : String(operation.q._id);
}

function fenced<Result>(
  database: Database,
  token: number,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  return database.client.withSession((own) =>
    own.withTransaction(
      async (session) => {
        await hold(database, 'migrations', token, session);
        return work(session);
      },
      { readConcern: 'snapshot', writeConcern: { w: 'majority' } },
    ),
  );
}

async function store(
  database: Database,
  { number: _id }: Migration,
  { next, writes, changed, looked, problems }: Batch,
  session: ClientSession,
): Promise<void> {
  for (const { collection, operations } of writes) {
    if (operations.length > 0) await database.db.collection(collection).bulkWrite(operations, { session });
  }
  const { collection, ids } = looked;
  await problemsOf(database).deleteMany({ migration: _id, collection, id: { $in: [...ids] } }, { session });
  if (problems.length > 0) {
    const at = database.clock();
    const rows = problems.map((problem) => ({ ...problem, migration: _id, at }));
    await problemsOf(database).insertMany(rows, { session });
  }
  await migrationsOf(database).updateOne(
    { _id },
    {
      $inc: { changed },
      ...(next
        ? { $set: { place: next } }
        : { $set: { state: 'done', finishedAt: database.clock() }, $unset: { place: true } }),
    },
    { session },
  );
}

async function tried(database: Database, pending: readonly Migration[]): Promise<Migrated> {
  const ran: Ran[] = [];
  const problems: Problem[] = [];
  for (const migration of pending) {
    const { number, name } = migration;
    const make = await migration.begin(database);
    let [changed, found] = [0, 0];
    for (let place: Place | undefined, first = true; place || first; first = false) {
      const batch: Batch = await make(place, new Set());
      changed += batch.changed;
      found += batch.problems.length;
      problems.push(...batch.problems.slice(0, mostProblems - problems.length));
      place = batch.next;
    }
    ran.push({ number, name, changed, problems: found });
  }
  return { ran, problems };
}

/** Makes the indexes, and answers everything that is still wrong: what migrations left, and what no index could hold. */
async function indexed(database: Database): Promise<Problem[]> {
  const unbuilt = await everyIndex(database);
  const left = await problemsOf(database)
    .find({}, { limit: mostProblems, projection: { _id: 0, migration: 0, at: 0 } })
    .toArray();
  return [
    ...left,
    ...unbuilt.map(({ collection, index }): Problem => ({
      collection,
      id: index,
      field: 'index',
      reason: 'INDEX',
      setAside: false,
    })),
  ];
}
