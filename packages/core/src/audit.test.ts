import { expect, test } from 'vitest';
import { eventsAfter, firstBrokenLink, seal } from './audit.ts';
import * as patients from './patients/index.ts';
import { transact } from './tenancy.ts';
import { newClinic, testDatabase } from './testing/index.ts';

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
