import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { databaseUri } from '@paper-circe/testing';
import { BSON, type CommandSucceededEvent } from 'mongodb';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import * as patients from './patients/index.ts';
import { patientsCollection } from './patients/collection.ts';
import { snapshot, within, type TenantScope } from './tenancy.ts';
import { openTenant } from './tenants/index.ts';
import { newClinic, testDatabase } from './testing/index.ts';

const held = testDatabase();

test('an answer that is larger than one message is read to its end, and leaves no cursor', async () => {
  const clinic = await newClinic(held.database);
  const large = { notes: 'x'.repeat(1_000_000), isActive: true, version: 1, revision: 1 };
  const raw = held.database.db.collection('patients');
  for (let n = 0; n < 18; n++)
    await raw.insertOne({ tenantId: clinic.tenantId, name: `${n}`, phone: `+628${n}`, ...large });
  const killed: number[] = [];
  const listen = ({ commandName, reply }: CommandSucceededEvent) =>
    commandName === 'killCursors' &&
    killed.push((reply as { cursorsKilled: unknown[] }).cursorsKilled.length);
  held.database.client.on('commandSucceeded', listen);
  const all = (from: TenantScope) =>
    within(from, patientsCollection).find({ isActive: true }, { limit: 50, sort: { id: 1 } });
  const names = Array.from({ length: 18 }, (_, n) => `${n}`);
  expect((await all(clinic)).map(({ name }) => name)).toEqual(names);
  expect((await snapshot(clinic, all)).map(({ name }) => name)).toEqual(names);
  held.database.client.off('commandSucceeded', listen);
  expect(killed).toEqual([1, 1]);
});

/** A way to the database that breaks once, when a word comes along. */
async function breakable() {
  const [address] = held.database.client.options.hosts;
  const { host = '', port = 0, socketPath } = address!;
  const open = new Set<Socket>();
  let word: string | undefined;
  const server = createServer((near) => {
    const far = socketPath ? connect(socketPath) : connect(port, host);
    for (const one of [near, far]) {
      open.add(one);
      const other = one === near ? far : near;
      // What a broken connection says is what this is for.
      one.on('error', () => other.destroy());
      one.on('close', () => open.delete(one) && other.destroy());
    }
    far.on('data', (bytes) => near.write(bytes));
    near.on('data', (bytes) => {
      if (word === undefined || !bytes.includes(word)) return far.write(bytes);
      word = undefined;
      return near.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = (server.address() as AddressInfo).port;
  return {
    uri: `mongodb://127.0.0.1:${through}/?directConnection=true`,
    breakAt: (it: string) => void (word = it),
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

test('a read whose connection breaks is asked again; one inside a transaction begins the transaction anew', async () => {
  const clinic = await newClinic(held.database);
  const { id } = await patients.register(clinic, { name: 'Ayu Lestari', phone: '081234567890' });
  const way = await breakable();
  const database = await openDatabase({ uri: way.uri, name: held.database.db.databaseName });
  try {
    const there = await openTenant(database, clinic.tenantId, clinic.actor);
    const failed: string[] = [];
    database.client.on('commandFailed', ({ commandName }) => failed.push(commandName));
    way.breakAt('patients');
    expect(await patients.get(there, id)).toMatchObject({ name: 'Ayu Lestari' });
    expect(failed).toEqual(['find']);
    way.breakAt('patients');
    expect(await snapshot(there, (inside) => patients.get(inside, id))).toMatchObject({ id });
    expect(failed.filter((name) => name === 'find')).toHaveLength(2);
  } finally {
    await database.close();
    way.close();
  }
});

test('what is sent is what the driver sends for the same, read concern and preference included', async () => {
  const clinic = await newClinic(held.database);
  const asked = 'readConcernLevel=majority&readPreference=primaryPreferred';
  const uri = `${databaseUri()}${databaseUri().includes('?') ? '&' : '/?'}${asked}`;
  const database = await openDatabase({ uri, name: held.database.db.databaseName });
  try {
    const there = await openTenant(database, clinic.tenantId, clinic.actor);
    const sent: object[] = [];
    database.client.on('commandStarted', ({ command: { lsid: _lsid, $clusterTime: _time, ...rest } }) =>
      sent.push(rest),
    );
    const filter = { isActive: true, tenantId: clinic.tenantId };
    const ofDriver = database.db.collection('patients');
    const all = within(there, patientsCollection);
    await all.findOne({ isActive: true });
    await ofDriver.findOne(filter);
    await all.find({ isActive: true }, { limit: 20, sort: { createdAt: -1 }, skip: 1, only: ['id', 'name'] });
    const projection = { version: 1, revision: 1, _id: 1, name: 1 };
    await ofDriver
      .find(filter, { limit: 20, batchSize: 20, sort: { createdAt: -1 }, skip: 1, projection })
      .toArray();
    expect(sent).toHaveLength(4);
    expect(sent[0]).toMatchObject({ readConcern: { level: 'majority' }, singleBatch: true });
    expect(plain(sent[0])).toEqual(plain(sent[1]));
    expect(plain(sent[2])).toEqual(plain(sent[3]));
  } finally {
    await database.close();
  }
});

/** As it is on the wire: the driver has a map where core has an object. */
const plain = (command: object | undefined) => BSON.deserialize(BSON.serialize(command ?? {}));

test('a read that is refused is not asked again', async () => {
  const clinic = await newClinic(held.database);
  const sent: string[] = [];
  const listen = ({ commandName }: { commandName: string }) => sent.push(commandName);
  held.database.client.on('commandStarted', listen);
  const hostile = { $and: [{ name: { $regex: '(' } }] };
  await expect(within(clinic, patientsCollection).find(hostile, { limit: 5 })).rejects.toThrow(
    /regular expression/i,
  );
  held.database.client.off('commandStarted', listen);
  expect(sent).toEqual(['find']);
});
