import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { replay, type Difference } from './replay.ts';
import * as bookings from './bookings/index.ts';
import { acrossTenants } from './firewall.ts';
import * as patients from './patients/index.ts';
import type { TenantScope } from './tenancy.ts';
import { newPractice, testDatabase } from './testing/index.ts';

const held = testDatabase();

async function replayed(clinic: TenantScope): Promise<Difference[]> {
  const found: Difference[] = [];
  for await (const difference of replay(clinic)) found.push(difference);
  return found;
}

async function withHistory() {
  const practice = await newPractice(held.database);
  const { clinic, ayu, facial, sari } = practice;
  const startAt = new Date('2026-11-24T05:00:00Z');
  const booking = await bookings.book(clinic, {
    patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, startAt, source: 'online', status: 'confirmed',
  }); // prettier-ignore
  await bookings.complete(clinic, booking.id);
  await bookings.undo(clinic, booking.id);
  await patients.update(clinic, ayu.id, { name: 'Ayu Lestari Putri', email: 'ayu@contoh.id' });
  await patients.update(clinic, ayu.id, { email: '' });
  return { ...practice, booking };
}

const raw = <Result>(work: () => Promise<Result>) => acrossTenants('this test', work);
const collection = (name: string) => held.database.db.collection(name);

test('what the audit tells is what a clinic has', async () => {
  const { clinic } = await withHistory();
  expect(await replayed(clinic)).toEqual([]);
});

test('a document that was changed, added or taken away past the acts is found', async () => {
  const { clinic, ayu, booking, sari } = await withHistory();
  const { tenantId } = clinic;
  await raw(() =>
    collection('patients').updateOne(
      { _id: new ObjectId(ayu.id) },
      { $set: { phone: '+6281111111111', vip: true }, $unset: { name: true } },
    ),
  );
  await raw(() => collection('bookings').deleteOne({ _id: new ObjectId(booking.id) }));
  await raw(() => collection('staff').updateOne({ _id: new ObjectId(sari.id) }, { $inc: { revision: 1 } }));
  await raw(() =>
    collection('tenants').updateOne(
      { _id: new ObjectId(tenantId) },
      { $set: { 'config.features.maxUsers': 7 } },
    ),
  );
  const { insertedId } = await raw(() =>
    collection('treatments').insertOne({
      tenantId,
      name: 'Forged',
      category: 'X',
      durationMin: 15,
      price: 1,
      version: 1,
      revision: 1,
    }),
  );
  expect(await replayed(clinic)).toMatchObject([
    {
      collection: 'tenants',
      id: tenantId,
      kind: 'CHANGED',
      field: 'config',
      stored: { features: { maxUsers: 7 } },
    },
    { collection: 'patients', id: ayu.id, kind: 'CHANGED', field: 'name', recorded: 'Ayu Lestari Putri' },
    {
      collection: 'patients',
      id: ayu.id,
      kind: 'CHANGED',
      field: 'phone',
      recorded: ayu.phone,
      stored: '+6281111111111',
    },
    { collection: 'patients', id: ayu.id, kind: 'CHANGED', field: 'vip', stored: true },
    { collection: 'staff', id: sari.id, kind: 'REVISION', recorded: 1, stored: 2 },
    { collection: 'treatments', id: insertedId.toHexString(), kind: 'UNRECORDED' },
    { collection: 'bookings', id: booking.id, kind: 'MISSING' },
  ]);
});

test('an event that was changed or taken away is found, and one that was made up too', async () => {
  const { clinic, ayu, sari, dewi } = await withHistory();
  const { tenantId } = clinic;
  await raw(() =>
    collection('auditEvents').updateOne(
      { tenantId, documentId: ayu.id, action: 'patients.register' },
      { $set: { 'changes.phone.to': '+6281111111111' } },
    ),
  );
  await raw(() => collection('auditEvents').deleteMany({ tenantId, documentId: sari.id }));
  const forged = {
    tenantId,
    collection: 'staff',
    documentId: dewi.id,
    documentRevision: 2,
    changes: { name: { to: 'X' } },
    action: 'staff.update',
    sealed: false,
  };
  await raw(() => collection('auditEvents').insertOne(forged));
  expect(await replayed(clinic)).toMatchObject([
    {
      collection: 'patients',
      id: ayu.id,
      kind: 'CHANGED',
      field: 'phone',
      recorded: '+6281111111111',
      stored: ayu.phone,
    },
    { collection: 'staff', id: sari.id, kind: 'UNRECORDED' },
    { collection: 'staff', id: dewi.id, kind: 'CHANGED', field: 'name', recorded: 'X', stored: 'Dewi' },
  ]);
});

test('what is written meanwhile is no difference', async () => {
  const { clinic, ayu } = await withHistory();
  let writing = true;
  const writer = (async () => {
    for (let n = 0; n < 20; n++) {
      await patients.update(clinic, ayu.id, { notes: `note ${n}` });
      await patients.register(clinic, { name: `P${n}`, phone: `08123456${1000 + n}` });
    }
    writing = false;
  })();
  const found: Difference[] = [];
  while (writing) found.push(...(await replayed(clinic)));
  await writer;
  expect(found).toEqual([]);
});
