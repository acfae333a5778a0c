import { ObjectId, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { dryRun } from '../act.ts';
import { historyOf } from '../audit.ts';
import { find as findEvents } from '../audit-search.ts';
import * as bookings from '../bookings/index.ts';
import { acrossTenants } from '../firewall.ts';
import * as patients from '../patients/index.ts';
import * as queue from '../queue/index.ts';
import * as staff from '../staff/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { morning, newClinic, newPractice, recorded, testDatabase } from '../testing/index.ts';
import * as users from '../users/index.ts';
import {
  Aspect,
  everyClinic,
  findWrong,
  findWrongIndexes,
  repair,
  repairIndexes,
  type Finding,
} from './index.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;

async function found(clinic: TenantScope): Promise<Finding[]> {
  const all = await Promise.all(Aspect.options.map((aspect) => Array.fromAsync(findWrong(clinic, aspect))));
  return all.flat();
}

/** A write that no act of ours would do. */
const damage = (collection: string, id: string, update: Document) =>
  acrossTenants('this test', () =>
    held.database.db.collection(collection).updateOne({ _id: new ObjectId(id) }, update),
  );

const nobody = new ObjectId().toHexString();

/** A clinic at work, in which everything that can be mended is damaged. */
async function damaged() {
  const practice = await newPractice(held.database);
  const { clinic, ayu, facial, sari } = practice;
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const book = (time: string) =>
    bookings.book(clinic, {
      ...given,
      startAt: new Date(`2026-11-24T${time}:00+07:00`),
      status: 'confirmed',
    });
  const [held1, free, done] = [await book('10:00'), await book('11:00'), await book('12:00')];
  await bookings.cancel(clinic, free.id);
  await bookings.complete(clinic, done.id);
  const walkIn = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  const account = await users.add(clinic, { email: 'ayu@contoh.id', name: 'Ayu', role: 'user', patientId: ayu.id, passwordHash: 'x'.repeat(60) }); // prettier-ignore
  expect(await found(clinic)).toEqual([]);
  await damage('bookings', held1.id, { $unset: { holding: true, holds: true } });
  await damage('bookings', free.id, { $set: { holding: true, holds: [{ r: dewiOf(practice), t: 1 }] } });
  await damage('patients', ayu.id, { $set: { totalVisits: 7, searchWords: ['=somebody'] } });
  await damage('treatments', facial.id, { $push: { assignedStaff: nobody } as Document });
  await damage('users', account.id, { $set: { patientId: nobody } });
  await acrossTenants('this test', () =>
    held.database.db
      .collection('counters')
      .updateMany(
        { tenantId: clinic.tenantId, name: { $regex: '^(users|bookings:|queue:)' } },
        { $set: { value: 0 } },
      ),
  );
  return { ...practice, held1, free, account, walkIn };
}

const dewiOf = ({ dewi }: Awaited<ReturnType<typeof newPractice>>) => dewi.id;

test('what follows from what else is stored is found, mended once, and kept in the audit', async () => {
  const { clinic, ayu, facial, held1, free, account } = await damaged();
  const wrong = (await found(clinic)).filter(({ kind }) => kind !== 'AUDIT');
  expect(wrong).toEqual([
    { kind: 'REFERENCE', collection: 'treatments', id: facial.id, field: 'assignedStaff', missing: [nobody] },
    { kind: 'REFERENCE', collection: 'users', id: account.id, field: 'patientId', missing: [nobody] },
    { kind: 'HOLDS', id: held1.id },
    { kind: 'HOLDS', id: free.id },
    { kind: 'VISITS', id: ayu.id },
    { kind: 'SEARCH', id: ayu.id },
    { kind: 'COUNT', quota: 'maxUsers', counted: 0, found: 1 },
    { kind: 'COUNT', quota: 'maxBookings', counted: 0, found: 4 },
    { kind: 'QUEUE', date: '2026-11-24', counted: 0, highest: 1 },
  ]);
  const outcomes = async (scope: TenantScope) =>
    new Set(await Promise.all(wrong.map((one) => repair(scope, one))));
  expect(await outcomes(dryRun(clinic))).toEqual(new Set(['repaired']));
  expect((await found(clinic)).filter(({ kind }) => kind !== 'AUDIT')).toEqual(wrong);
  // Two at once: each thing is mended by one of them.
  const both = [await outcomes(clinic), await outcomes(clinic)];
  expect(both).toEqual([new Set(['repaired']), new Set(['right'])]);
  expect(await found(clinic)).toEqual([]);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 1 });
  for (const [collection, id] of [
    ['bookings', held1.id],
    ['bookings', free.id],
    ['treatments', facial.id],
    ['users', account.id],
  ] as const)
    // prettier-ignore
    expect((await recorded(clinic, collection, id)).at(-1)).toMatchObject({ action: 'checks.repair' });
  const next = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  expect(next.queueNumber).toBe(2);
});

const [cash, qris] = [
  { method: 'cash', amount: 100_000 },
  { method: 'qris', amount: 50_000 },
] as const;

/** What is done to a booking for 250,000 of which 100,000 and 50,000 were paid and 30,000 given back. */
const wrongMoney: [Document, readonly string[], 'repaired' | 'left'][] = [
  [{ $set: { paymentAmount: 5 } }, ['paymentAmount'], 'repaired'],
  [{ $set: { paymentAmount: 900_000 } }, ['paymentAmount'], 'repaired'],
  [{ $set: { paymentAmount: '120000' } }, ['paymentAmount'], 'repaired'],
  [{ $unset: { paymentAmount: true } }, ['paymentAmount'], 'repaired'],
  [{ $set: { paymentStatus: 'unpaid' } }, ['paymentStatus'], 'repaired'],
  [{ $set: { paymentStatus: 'paid' } }, ['paymentStatus'], 'repaired'],
  [{ $set: { paymentMethod: 'card' } }, ['paymentMethod'], 'repaired'],
  [{ $pop: { payments: -1 } }, ['paymentAmount'], 'repaired'],
  [{ $set: { payments: [] } }, ['paymentAmount', 'paymentStatus'], 'repaired'],
  [{ $unset: { payments: true } }, ['paymentAmount', 'paymentStatus'], 'repaired'],
  [{ $set: { 'payments.0.amount': 90_000 } }, ['paymentAmount'], 'left'],
  [{ $set: { 'payments.0.amount': '100000' } }, ['paymentAmount'], 'left'],
];

test('what a booking says of its money is found where its payments say otherwise, and mended without losing any', async () => {
  const { clinic, ayu, facial } = await newPractice(held.database);
  const wrong = async () => Array.fromAsync(findWrong(clinic, 'payments'));
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', source: 'online' } as const;
  for (const [n, [update, fields, outcome]] of wrongMoney.entries()) {
    const startAt = new Date(morning.getTime() + (1 + (n % 9)) * 3_600_000);
    const { id } = await bookings.book(clinic, { ...given, startAt });
    await bookings.pay(clinic, id, cash);
    await bookings.pay(clinic, id, qris);
    const before = await bookings.refund(clinic, id, {
      method: 'cash',
      amount: 30_000,
      reason: 'She is ill',
    });
    await damage('bookings', id, update);
    const findings = (await wrong()).filter((one) => one.kind === 'PAYMENTS' && one.id === id);
    expect(findings).toMatchObject([{ fields }]);
    const outcomes = [];
    for (const scope of [dryRun(clinic), clinic, clinic]) outcomes.push(await repair(scope, findings[0]!));
    expect(outcomes).toEqual([outcome, outcome, outcome === 'left' ? 'left' : 'right']);
    if (outcome === 'left') continue;
    const { payments, paymentAmount, paymentStatus, paymentMethod } = before;
    const money = { payments, paymentAmount, paymentStatus, paymentMethod };
    expect(await bookings.get(clinic, id)).toMatchObject(money);
    await expect(bookings.undo(clinic, id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  }
  expect(await wrong()).toHaveLength(2);
});

test('money that the audit does not know is kept, or left to a person', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const { id } = await bookings.book(clinic, { ...given, startAt: new Date('2026-11-24T03:00:00Z') });
  const { payments } = await bookings.pay(clinic, id, cash);
  const [mend, forget] = [
    () => repair(clinic, { kind: 'PAYMENTS', id, sum: 0, fields: [] }),
    () =>
      acrossTenants('this test', () =>
        held.database.db.collection('auditEvents').deleteMany({ documentId: id }),
      ),
  ];
  await damage('bookings', id, { $set: { payments: [...payments, { ...payments[0], amount: 1 }] } });
  expect(await mend()).toBe('left');
  await forget();
  expect(await mend()).toBe('repaired');
  expect(await bookings.get(clinic, id)).toMatchObject({ paymentAmount: 100_001, paymentStatus: 'deposit' });
  await damage('bookings', id, { $set: { paymentAmount: 200_000 } });
  await forget();
  expect(await mend()).toBe('left');
});

test('what only a person can decide is named and left', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const startAt = new Date('2026-11-24T03:00:00Z');
  const given = {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    source: 'online',
    startAt,
  } as const;
  const first = await bookings.book(clinic, given);
  const second = await bookings.book(clinic, { ...given, startAt: new Date('2026-11-24T05:00:00Z') });
  await damage('bookings', second.id, { $set: { startAt }, $unset: { holding: true, holds: true } });
  await damage('bookings', first.id, { $set: { patientId: 'nobody' } });
  await found(clinic);
  const event = (await historyOf(clinic, 'patients', ayu.id)).items[0]!;
  await damage('auditEvents', event.id, { $set: { action: 'forged' } });
  const wrong = await found(clinic);
  expect(wrong).toMatchObject([
    { kind: 'CHAIN', seq: event.seq },
    { kind: 'REFERENCE', collection: 'bookings', id: first.id, field: 'patientId', missing: ['nobody'] },
    { kind: 'HOLDS', id: second.id },
    {
      kind: 'AUDIT',
      difference: { kind: 'CHANGED', collection: 'bookings', id: first.id, field: 'patientId' },
    },
    {
      kind: 'AUDIT',
      difference: { kind: 'CHANGED', collection: 'bookings', id: second.id, field: 'startAt' },
    },
  ]);
  const outcomes = await Promise.all(wrong.map((one) => repair(clinic, one)));
  expect(new Set(outcomes)).toEqual(new Set(['left']));
  expect(await found(clinic)).toEqual(wrong);
  await expect(Array.fromAsync(findWrong(clinic, '__proto__' as 'chain'))).rejects.toMatchObject({ code: 'VALIDATION' }); // prettier-ignore
});

test('a repair takes nothing from a desk that works at the same time', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const made = [];
  for (const hour of ['02', '03', '04', '05'])
    made.push(await bookings.book(clinic, { ...given, startAt: new Date(`2026-11-24T${hour}:00:00Z`), status: 'confirmed' })); // prettier-ignore
  await damage('patients', ayu.id, { $set: { totalVisits: 9 } });
  const mend = () => repair(clinic, { kind: 'VISITS', id: ayu.id });
  await Promise.all([mend(), ...made.map(({ id }) => bookings.complete(clinic, id)), mend()]);
  await mend();
  expect(await patients.get(clinic, ayu.id)).toMatchObject({
    totalVisits: 4,
    lastVisitAt: made.at(-1)!.startAt,
  });
  expect(await found(clinic)).toEqual([]);
});

test('a missing index, and another one in its place, are found and made; one that documents break is named', async () => {
  const { db } = held.database;
  expect(await findWrongIndexes(held.database)).toEqual([
    // Dropped by the tests' own database: see testDatabase.
    { collection: 'idempotencyKeys', index: 'idempotencyKeys_expiry', wrong: 'MISSING' },
    { collection: 'signInAttempts', index: 'signInAttempts_expiry', wrong: 'MISSING' },
  ]);
  await acrossTenants('this test', async () => {
    await db.collection('patients').dropIndex('tenantId_1_phone_1');
    await db.collection('staff').dropIndexes();
    await db.collection('users').dropIndex('email_1_tenantId_1');
    await db.collection('users').createIndex({ email: 1, tenantId: 1 }, { name: 'email_1_tenantId_1' });
  });
  const { clinic, ayu, dewi } = await newPractice(held.database);
  const rina = await patients.register(clinic, { name: 'Rina', phone: '081299990000' });
  await damage('patients', rina.id, { $set: { phone: ayu.phone } });
  const names = (await findWrongIndexes(held.database)).map(({ index, wrong }) => `${index} ${wrong}`);
  expect(names).toEqual(
    expect.arrayContaining([
      'email_1_tenantId_1 OTHER',
      'tenantId_1_phone_1 MISSING',
      'tenantId_1_role_1 MISSING',
    ]),
  );
  const left = await repairIndexes(held.database, system);
  expect(left).toEqual([{ collection: 'patients', index: 'tenantId_1_phone_1', wrong: 'MISSING' }]);
  await damage('patients', rina.id, { $set: { phone: rina.phone } });
  expect(await repairIndexes(held.database, system)).toEqual([]);
  const platform = tenants.openPlatform(held.database, system);
  const { items } = await findEvents(platform, { action: 'checks.repair' });
  expect(items.map(({ changes }) => changes['index']?.to)).toContain('email_1_tenantId_1');
  expect((await staff.get(clinic, dewi.id)).name).toBe('Dewi');
});

test('every clinic is opened, a suspended one too, and one that cannot be is named', async () => {
  const platform = tenants.openPlatform(held.database, system);
  const [suspended, broken] = [await newClinic(held.database), await newClinic(held.database)];
  await tenants.suspend(platform, tenants.TenantId.parse(suspended.tenantId), { reason: 'Unpaid' });
  await damage('tenants', broken.tenantId, { $set: { 'config.timezone': 'Nowhere' } });
  const all = new Map(
    (await Array.fromAsync(everyClinic(held.database, system))).map((one) => [one.slug, one]),
  );
  expect(all.get('platform')?.clinic).toBeDefined();
  expect(await found(all.get(suspended.tenant.slug)!.clinic!)).toEqual([]);
  expect(all.get(broken.tenant.slug)).toEqual({ slug: broken.tenant.slug });
});
