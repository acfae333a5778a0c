import { afterAll, expect, test } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import type { Document } from 'mongodb';
import type { Database } from '../connection.ts';
import { ensureIndexes, openDatabase } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import { documentedClinic, documentedIndexes, documentedPractice, put } from '../testing/documented.ts';
import { morning, type TestClock } from '../testing/index.ts';
import { migrate, status } from './index.ts';
import { adoptionIn } from './adopt/index.ts';
import { leaseMs } from '../lease.ts';
import type { Migration } from './migration.ts';
import { migrateWith } from './migrate.ts';

const open: Database[] = [];

async function newDatabase(name = newDatabaseName(), clock: TestClock = { now: morning }): Promise<Database> {
  const database = await openDatabase({ uri: databaseUri(), name, clock: () => clock.now });
  open.push(database);
  return database;
}

afterAll(async () => {
  for (const { db } of open) await db.dropDatabase().catch(() => undefined);
  for (const database of open) await database.close();
});

/** Everything that a database holds, without the ids and instants of what a migration adds. */
async function dump({ db }: Database): Promise<Record<string, string[]>> {
  return acrossTenants('this test', async () => {
    const dumped: Record<string, string[]> = {};
    for (const { name } of await db.listCollections().toArray()) {
      const rows = await db
        .collection(name)
        .find({ _id: { $ne: 'lease' as never } })
        .toArray();
      const kept = rows
        .map((row) => (added.has(name) ? without(row) : row))
        .map((row) => JSON.stringify(row));
      if (kept.length > 0) dumped[name] = kept.sort();
    }
    return dumped;
  });
}

const added = new Set(['auditEvents', 'counters', 'migrationProblems', 'migrations']);

function without({
  _id: _,
  at: _at,
  createdAt: _c,
  updatedAt: _u,
  startedAt: _s,
  finishedAt: _f,
  ...row
}: Document): Document {
  return row;
}

/** The same documented practice in every database that is asked for. */
const practice: Record<string, Document[]> = {};

async function withPractice(): Promise<Database> {
  const database = await newDatabase();
  await documentedIndexes(database.db);
  if (Object.keys(practice).length === 0) {
    const { tenantId, ...clinic } = await documentedClinic(database.db, 'jakarta', { spelling: 'slug' });
    await documentedPractice(database.db, { ...clinic, tenantId });
    await put(
      database.db,
      'patients',
      { tenantId, name: 'Twin', phone: '+62 812 3456 7890' },
      { tenantId, phone: 'x' },
    );
    for (const name of ['tenants', 'users', 'patients', 'staff', 'treatments', 'bookings'])
      practice[name] = await acrossTenants('this test', () => database.db.collection(name).find().toArray());
  } else for (const [name, documents] of Object.entries(practice)) await put(database.db, name, ...documents);
  return database;
}

test('a new database has every migration behind it at once, with all indexes', async () => {
  const database = await newDatabase();
  expect(await status(database)).toMatchObject({ migrations: [{ number: 1, state: 'pending' }] });
  expect((await migrate(database)).problems).toEqual([]);
  expect(await status(database)).toMatchObject({
    migrations: [{ number: 1, state: 'done', changed: 0, problems: 0 }],
  });
  expect(await migrate(database)).toEqual({ ran: [], problems: [] });
  await ensureIndexes(database);
});

test('a dry run says what the migration then does, and changes nothing', async () => {
  const database = await withPractice();
  const before = await dump(database);
  const tried = await migrate(database, { dryRun: true });
  expect(await dump(database)).toEqual(before);
  const done = await migrate(database);
  expect(tried).toEqual(done);
  expect(done.ran[0]?.changed).toBeGreaterThan(12);
  expect(done.problems).toHaveLength(3);
});

test('a process that dies at whatever command, and again and again, ends where one ends that was not interrupted', async () => {
  const undisturbed = await withPractice();
  const inSmallSteps = [adoptionIn(2)];
  await migrateWith(inSmallSteps, undisturbed);
  const database = await withPractice();
  const clock = { now: morning };
  let deaths = 0;
  for (let survived = false; !survived; deaths++) {
    const dying = await newDatabase(database.db.databaseName, clock);
    let commands = 0;
    dying.client.on('commandStarted', ({ commandName }) => {
      // A transaction that is left open would be taken back by the server after a minute; here it is at once.
      if (!commandName.endsWith('Transaction') && ++commands > 4 + deaths * 3)
        throw new Error('This process is dead.');
    });
    const options = { again: false, waitMs: 0 };
    survived = await migrateWith(inSmallSteps, dying, options).then(
      () => true,
      () => false,
    );
    await dying.client.close(true);
    clock.now = new Date(clock.now.getTime() + leaseMs);
  }
  expect(deaths).toBeGreaterThan(10);
  expect(await dump(database)).toEqual(await dump(undisturbed));
});

test('of two processes at once one migrates and the other waits, or says who is at it', async () => {
  const database = await withPractice();
  const other = await newDatabase(database.db.databaseName);
  const waited: string[] = [];
  const both = await Promise.all(
    [database, other].map((one) => migrate(one, { onWait: (owner) => waited.push(owner) })),
  );
  expect(both.map(({ ran }) => ran.length).sort()).toEqual([0, 1]);
  expect(both[0]!.problems).toEqual(both[1]!.problems);
  const events = await acrossTenants('this test', () =>
    database.db.collection('auditEvents').find().toArray(),
  );
  expect(new Set(events.map(({ documentId }) => documentId as string)).size).toBe(events.length);
});

/** A migration of two batches that counts what it wrote, and does something before its first one. */
function toy(before: () => Promise<void>, checksum = 'a'): Migration {
  return {
    number: 1,
    name: 'toy',
    checksum,
    async begin() {
      await before();
      return async (place) => ({
        next: place ? undefined : { collection: 'tenants', after: 1 },
        writes: [
          {
            collection: 'tenants',
            operations: [{ insertOne: { document: { slug: String(place?.after) } } }],
          },
        ],
        changed: 1,
        looked: { collection: 'tenants', ids: [] },
        problems: [],
      });
    },
  };
}

test('a process that was paused until its lease ran out writes nothing when it comes back', async () => {
  const clock = { now: morning };
  const paused = await newDatabase(undefined, clock);
  const other = await newDatabase(paused.db.databaseName, clock);
  const late = migrateWith(
    [
      toy(async () => {
        await expect(migrateWith([toy(async () => undefined)], other, { waitMs: 0 })).rejects.toMatchObject({
          code: 'UNAVAILABLE',
        });
        clock.now = new Date(morning.getTime() + leaseMs);
        expect((await migrateWith([toy(async () => undefined)], other)).ran).toMatchObject([{ changed: 2 }]);
      }),
    ],
    paused,
  );
  await expect(late).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('did not answer'),
  });
  expect(await acrossTenants('this test', () => paused.db.collection('tenants').countDocuments())).toBe(2);
});

test('a migration that changed after it ran, and one of a newer version, are refused', async () => {
  const database = await newDatabase();
  await migrateWith([toy(async () => undefined)], database);
  for (const refused of [
    () => migrateWith([toy(async () => undefined, 'b')], database),
    () => migrateWith([], database),
    () => status(database),
  ]) {
    await expect(refused()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }
  expect((await migrateWith([toy(async () => undefined)], database)).ran).toEqual([]);
});
