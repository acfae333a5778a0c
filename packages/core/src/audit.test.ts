import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { eventsAfter, firstBrokenLink, historyOf, seal } from './audit.ts';
import * as patients from './patients/index.ts';
import { transact } from './tenancy.ts';
import { morning, newClinic, testDatabase } from './testing/index.ts';

const held = testDatabase();

async function registered(count: number) {
  const clinic = await newClinic(held.database);
  const made = Array.from({ length: count }, (_, n) =>
    patients.register(clinic, { name: `P${n}`, phone: `08123456${1000 + n}` }),
  );
  await Promise.all(made);
  return clinic;
}

test('what is not written in the audit is not done', async () => {
  const clinic = await newClinic(held.database);
  const failing = transact(clinic, async (inside) => {
    await patients.register(inside, { name: 'Ayu', phone: '081234567890' });
    throw new Error('the audit event could not be written');
  });
  await expect(failing).rejects.toThrow('could not be written');
  expect((await patients.findByTenant(clinic)).items).toEqual([]);
  expect(await seal(clinic)).toBe(1); // only the clinic's own creation
});

test('events are numbered without a gap, by sealers at once too, and form a chain', async () => {
  const clinic = await registered(30);
  const sealed = await Promise.all(Array.from({ length: 5 }, () => seal(clinic)));
  expect(Math.max(...sealed)).toBe(31);
  const events = await eventsAfter(clinic, 0);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
  expect(await firstBrokenLink(clinic)).toBeUndefined();
  expect(await eventsAfter(clinic, 29)).toHaveLength(2);
});

test.each([
  ['an event that was changed', { $set: { action: 'patients.merge' } }],
  ['an event that was renumbered', { $set: { seq: 99 } }],
])('%s breaks the chain where it happened', async (_, change) => {
  const clinic = await registered(5);
  await seal(clinic);
  await held.database.db.collection('auditEvents').updateOne({ tenantId: clinic.tenantId, seq: 3 }, change);
  expect(await firstBrokenLink(clinic)).toBe(3);
});

test('an event that was taken away at the end is missed', async () => {
  const clinic = await registered(5);
  await seal(clinic);
  await held.database.db.collection('auditEvents').deleteOne({ tenantId: clinic.tenantId, seq: 6 });
  expect(await firstBrokenLink(clinic)).toBe(6);
});

test('an event that was put in behind the end is noticed', async () => {
  const clinic = await registered(3);
  await seal(clinic);
  const raw = held.database.db.collection('auditEvents');
  const last = await raw.findOne({ tenantId: clinic.tenantId, seq: 4 });
  const { _id: _, ...forged } = { ...last, seq: 5 };
  await raw.insertOne(forged);
  expect(await firstBrokenLink(clinic)).toBe(5);
});

test('a chain that grows while it is checked is not taken for a broken one', async () => {
  const clinic = await newClinic(held.database);
  let writing = true;
  const writer = (async () => {
    for (let n = 0; n < 25; n++) {
      await patients.register(clinic, { name: `P${n}`, phone: `08123456${1000 + n}` });
      await seal(clinic);
    }
    writing = false;
  })();
  const found: unknown[] = [];
  while (writing) found.push(await firstBrokenLink(clinic));
  await writer;
  expect(found.filter((broken) => broken !== undefined)).toEqual([]);
});

test('events are numbered in the order in which they happened, whichever process wrote them', async () => {
  const clinic = await newClinic(held.database);
  const raw = held.database.db.collection('auditEvents');
  const documentId = '6b0000000000000000000000';
  const event = { tenantId: clinic.tenantId, actor: clinic.actor, collection: 'patients', documentId };
  const write = (action: string, ms: number, id: string) =>
    raw.insertOne({
      ...event,
      _id: new ObjectId(id),
      action,
      at: new Date(morning.getTime() + ms),
      changes: {},
      sealed: false,
    });
  await write('second', 20, '6b0000000000000000000001');
  await write('first', 10, '6b0000000000000000000002');
  await seal(clinic);
  expect((await eventsAfter(clinic, 1)).map(({ action }) => action)).toEqual(['first', 'second']);
  const { items } = await historyOf(clinic, 'patients', documentId);
  expect(items.map(({ action }) => action)).toEqual(['second', 'first']);
});
