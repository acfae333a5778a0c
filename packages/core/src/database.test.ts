import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { MongoServerError } from 'mongodb';
import { databaseUri } from '@paper-circe/testing';
import { expect, test } from 'vitest';
import { ensureIndexes, isAlive, openDatabase } from './database.ts';
import { translated } from './driver-errors.ts';
import { acrossTenants } from './firewall.ts';
import * as patients from './patients/index.ts';
import * as tenants from './tenants/index.ts';
import { newClinic, testDatabase } from './testing/index.ts';
import { shownAddress, unopened } from './unopened.ts';

const held = testDatabase();

/** The documented indexes, as the client's documentation lists them. */
const documented: Record<string, { key: object; unique?: true; sparse?: true; partial?: true }[]> = {
  tenants: [{ key: { slug: 1 }, unique: true }, { key: { isActive: 1 } }],
  users: [{ key: { email: 1, tenantId: 1 }, unique: true }, { key: { tenantId: 1 } }],
  patients: [
    { key: { tenantId: 1, phone: 1 }, unique: true },
    { key: { tenantId: 1, email: 1 }, sparse: true },
    { key: { tenantId: 1, createdAt: -1 } },
  ],
  staff: [
    { key: { tenantId: 1, isActive: 1 } },
    { key: { tenantId: 1, role: 1 } },
    { key: { tenantId: 1, rating: -1 } },
  ],
  treatments: [
    { key: { tenantId: 1, category: 1 } },
    { key: { tenantId: 1, price: 1 } },
    { key: { tenantId: 1, popularity: -1 } },
    { key: { tenantId: 1, name: 1 }, unique: true },
  ],
  bookings: [
    { key: { tenantId: 1, startAt: 1 } },
    { key: { tenantId: 1, staffId: 1, startAt: 1 } },
    { key: { tenantId: 1, patientId: 1 } },
    { key: { tenantId: 1, status: 1 } },
    { key: { tenantId: 1, source: 1, createdAt: -1 } },
    { key: { tenantId: 1, staffId: 1, startAt: 1, endAt: 1, status: 1 }, unique: true, partial: true },
  ],
};

test('the documented indexes are there, and making them again changes nothing', async () => {
  await Promise.all([ensureIndexes(held.database), ensureIndexes(held.database)]);
  for (const [name, indexes] of Object.entries(documented)) {
    const found = await acrossTenants('this test', () => held.database.db.collection(name).indexes());
    for (const { key, unique, sparse, partial } of indexes) {
      const index = found.find((one) => JSON.stringify(one.key) === JSON.stringify(key));
      expect(index, `${name} ${JSON.stringify(key)}`).toBeDefined();
      expect(Boolean(index?.unique)).toBe(Boolean(unique));
      expect(Boolean(index?.sparse)).toBe(Boolean(sparse));
      expect(index?.partialFilterExpression !== undefined).toBe(Boolean(partial));
    }
  }
});

test('a database that does not answer is said to be unavailable', async () => {
  const uri = 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300&directConnection=true';
  await expect(openDatabase({ uri, timeoutMs: 300 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await isAlive(held.database)).toBe(true);
});

test('a database that falls silent is given up soon where somebody waits', async () => {
  const [{ host = '', port = 0, socketPath } = {}] = held.database.client.options.hosts;
  const open = new Set<Socket>();
  const between = createServer((near) => {
    const far = socketPath ? connect(socketPath) : connect(port, host);
    for (const one of [near, far]) {
      open.add(one);
      one.on('error', () => one.destroy());
    }
    near.pipe(far).pipe(near);
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const uri = `mongodb://127.0.0.1:${(between.address() as AddressInfo).port}/?directConnection=true`;
  const name = held.database.db.databaseName;
  const database = await openDatabase({ uri, name, somebodyWaits: true });
  try {
    expect(database.client.options.socketTimeoutMS, 'nothing is cut by how long it takes').toBe(0);
    const clinic = await newClinic(held.database);
    const there = await tenants.openTenant(database, clinic.tenantId, clinic.actor);
    expect(await isAlive(database)).toBe(true);
    for (const one of open) one.pause().unpipe();
    between.removeAllListeners('connection').on('connection', (near) => open.add(near));
    const asked = [
      patients.findByTenant(there),
      patients.register(there, { name: 'Ayu', phone: '081234567890' }),
    ].map((one) => expect(one).rejects.toMatchObject({ code: 'UNAVAILABLE' }));
    expect(await isAlive(database)).toBe(false);
    await Promise.all(asked);
    expect((await patients.findByTenant(clinic)).items).toEqual([]);
  } finally {
    for (const one of open) one.destroy();
    between.close();
    await database.close();
  }
});

test('a user whom the database refuses is told so, and not his password', () => {
  expect(shownAddress('mongodb://me:ge@heim/?x@one,two/a?b=c')).toBe('mongodb://one,two/a');
  for (const code of [18, 8000]) {
    const refused = new MongoServerError({ message: 'bad auth', code });
    expect(unopened(refused, 'mongodb://me:geheim@one')).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The database at mongodb://one refuses the user or the password of its address.',
    });
  }
  expect(translated(new MongoServerError({ message: 'not authorized', code: 13 }))).toMatchObject({
    message: expect.stringContaining('readWrite') as string,
  });
});

test('a connection that was closed, and a server that steps down, are said to be unavailable', async () => {
  const clinic = await newClinic(held.database);
  const gone = await openDatabase({ uri: databaseUri(), name: held.database.db.databaseName });
  const there = await tenants.openTenant(gone, clinic.tenantId, clinic.actor);
  await gone.close();
  for (const tried of [
    () => tenants.findActive(gone),
    () => patients.findByTenant(there),
    () => patients.register(there, { name: 'Ayu', phone: '081234567890' }),
  ]) {
    await expect(tried()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }
  expect(await isAlive(gone)).toBe(false);
  for (const code of [10107, 11602, 91, 50, 112]) {
    const error = new MongoServerError({ message: 'not now', code });
    expect(translated(error)).toMatchObject({ code: 'UNAVAILABLE', cause: error });
  }
  for (const [code, said] of [
    [14031, 'The disk of the database is full'],
    [39, 'read-only or has failed'],
  ] as const) {
    const ofDisk = new MongoServerError({ message: 'the disk', code });
    const message = expect.stringContaining(said) as string;
    expect(translated(ofDisk)).toMatchObject({ code: 'UNAVAILABLE', message, cause: ofDisk });
  }
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
  expect(translated(broken)).toMatchObject({ code: 'UNAVAILABLE' });
  const ours = new MongoServerError({ message: 'unknown operator: $x', code: 2 });
  expect(translated(ours)).toBe(ours);
});
