import { GridFSBucket, MongoClient } from 'mongodb';
import { databaseUri } from '@paper-circe/testing';
import { expect, test } from 'vitest';
import { count, counters } from './counters.ts';
import { assertPlain, openDatabase } from './database.ts';
import { acrossTenants, FirewallError, installFirewall } from './firewall.ts';
import { pipeline } from './pipeline.ts';
import { transact, within } from './tenancy.ts';
import { newClinic, testDatabase } from './testing/index.ts';

const held = testDatabase();
const patients = () => held.database.db.collection('patients');
const everything = () => patients().find({ name: 'x' }).toArray();

test('the driver sends nothing that the firewall refuses', async () => {
  await newClinic(held.database);
  await expect(everything()).rejects.toThrow(FirewallError);
  await expect(patients().insertOne({ name: 'x' })).rejects.toThrow(FirewallError);
  await expect(patients().find({ tenantId: 'a' }).toArray()).resolves.toEqual([]);
  await expect(acrossTenants('this test', everything)).resolves.toEqual([]);
});

test('neither a session nor a transaction is a way around it', async () => {
  const { client } = held.database;
  await client.withSession(async (session) => {
    await expect(patients().find({}, { session }).toArray()).rejects.toThrow(FirewallError);
    const work = () => patients().deleteMany({}, { session });
    await expect(session.withTransaction(work)).rejects.toThrow(FirewallError);
    await expect(patients().find({ tenantId: 'a' }, { session }).toArray()).resolves.toEqual([]);
  });
});

test('neither is another database, a command by hand, a bucket of files or a change stream', async () => {
  const { client, db } = held.database;
  const bucket = new GridFSBucket(db);
  for (const around of [
    () => client.db('elsewhere').collection('patients').find({ tenantId: 'a' }).toArray(),
    () => client.db('admin').command({ find: 'patients', filter: {} }),
    () => db.command({ find: 'patients', filter: {} }),
    () => db.command({ ping: undefined, find: 'patients', filter: {} }, { ignoreUndefined: true }),
    () => db.command({ ping: 1, toBSON: () => ({ find: 'patients', filter: {} }) }),
    () => db.runCursorCommand({ find: 'patients', filter: {} }).toArray(),
    () => db.aggregate([{ $match: { tenantId: 'a' } }]).toArray(),
    () => db.admin().command({ listDatabases: 1 }),
    () => bucket.find({}).toArray(),
    () => patients().watch([{ $match: { tenantId: 'a' } }]).next(),
    () => db.watch().next(),
    () => client.watch().next(),
    () => client.bulkWrite([{ namespace: `${db.databaseName}.patients`, name: 'deleteMany', filter: {} }]),
  ]) {
    await expect(around()).rejects.toThrow(FirewallError);
  }
  await expect(db.command({ ping: 1 })).resolves.toMatchObject({ ok: 1 });
}); // prettier-ignore

test('it cannot be taken down by what is done to a client', async () => {
  const database = await openDatabase({ uri: databaseUri(), name: held.database.db.databaseName });
  const { client, db } = database;
  try {
    client.removeAllListeners();
    client.removeAllListeners('commandStarted');
    expect(() => (client.options.monitorCommands = false)).toThrow(TypeError);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        expect(db.collection('patients').find({}).toArray()).rejects.toThrow(FirewallError),
      ),
    );
    await expect(db.collection('patients').find({ tenantId: 'a' }).toArray()).resolves.toEqual([]);
  } finally {
    await database.close();
  }
  const uri = new URL(databaseUri());
  uri.searchParams.set('monitorCommands', 'false');
  const other = await openDatabase({ uri: uri.href, name: held.database.db.databaseName });
  await expect(other.db.collection('patients').find({}).toArray()).rejects.toThrow(FirewallError);
  await other.close();
  const deaf = new MongoClient(databaseUri());
  const wall = { database: 'x', tenantOwned: new Set<string>(), shared: new Set<string>() };
  expect(() => installFirewall(deaf, wall)).toThrow(FirewallError);
});

test('what work across tenants leaves running is behind the wall again', async () => {
  let late: Promise<unknown> | undefined;
  let go: (() => void) | undefined;
  const wait = new Promise<void>((resolve) => (go = resolve));
  await acrossTenants('this test', async () => {
    await everything();
    late = wait.then(everything);
  });
  go?.();
  await expect(late).rejects.toThrow(FirewallError);
});

test('a large answer is read to its end, and by nobody else', async () => {
  const many = Array.from({ length: 250 }, (_, n) => ({ tenantId: 'many', phone: `+62${n}` }));
  await patients().insertMany(many);
  expect(await patients().find({ tenantId: 'many' }, { batchSize: 20 }).toArray()).toHaveLength(250);
  const cursor = patients().find({ tenantId: 'many' }, { batchSize: 20 });
  await cursor.next();
  const stolen = held.database.db.command({ getMore: cursor.id, collection: 'patients' });
  await expect(stolen).rejects.toThrow(FirewallError);
  await cursor.close();
  await expect(held.database.db.command({ getMore: cursor.id ?? 1, collection: 'patients' })).rejects.toThrow(
    FirewallError,
  );
});

test('a pipeline with more answers than one batch holds is read to its end', async () => {
  const clinic = await newClinic(held.database);
  await transact(clinic, async (inside) => {
    for (let n = 0; n < 150; n++) await count(inside, `n${n}`);
  });
  const rows = await within(clinic, counters).aggregate(pipeline([{ $group: { _id: '$name' } }]));
  expect(rows.length).toBeGreaterThanOrEqual(150);
});

test('a cursor of work across tenants is read by that work alone', async () => {
  const many = Array.from({ length: 50 }, (_, n) => ({ tenantId: 'across', phone: `+63${n}` }));
  await patients().insertMany(many);
  const cursor = patients().find({}, { batchSize: 20 });
  await acrossTenants('this test', () => cursor.next());
  await expect(cursor.toArray()).rejects.toThrow(FirewallError);
  const whole = () => patients().find({}, { batchSize: 20 }).toArray();
  expect((await acrossTenants('this test', whole)).length).toBeGreaterThanOrEqual(50);
});

test('a database is not used where a view or a collation stands for one of our collections', () => {
  const plain = { name: 'patients', type: 'collection', options: {} };
  expect(() => assertPlain([plain])).not.toThrow();
  expect(() => assertPlain([plain, { ...plain, type: 'view' }])).toThrow('patients');
  expect(() => assertPlain([{ ...plain, options: { collation: { locale: 'en' } } }])).toThrow('patients');
});
