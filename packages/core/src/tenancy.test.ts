import { expect, test } from 'vitest';
import * as bookings from './bookings/index.ts';
import * as patients from './patients/index.ts';
import type { Stage } from './handle.ts';
import { every } from './page.ts';
import { patientsCollection } from './patients/collection.ts';
import { pipeline } from './pipeline.ts';
import * as tenants from './tenants/index.ts';
import { within } from './tenancy.ts';
import { newClinic, newPractice, testDatabase } from './testing/index.ts';
import { treatmentsCollection } from './treatments/collection.ts';
import * as treatments from './treatments/index.ts';

const held = testDatabase();

test('a clinic sees only its own patients', async () => {
  const [jakarta, bali] = await Promise.all([newClinic(held.database), newClinic(held.database)]);
  const ayu = await patients.register(jakarta, { name: 'Ayu', phone: '+6281200000001' });
  expect(await patients.get(jakarta, ayu.id)).toMatchObject({ name: 'Ayu', tenantId: jakarta.tenantId });
  await expect(patients.get(bali, ayu.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await patients.search(bali, 'ayu')).items).toEqual([]);
  expect((await patients.findByTenant(bali)).items).toEqual([]);
});

test("another clinic's id answers exactly as one that does not exist", async () => {
  const [jakarta, bali] = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  const foreign = await patients.get(jakarta.clinic, bali.ayu.id).catch((error: unknown) => error);
  const missing = await patients
    .get(jakarta.clinic, patients.PatientId.parse('0123456789abcdef01234567'))
    .catch((error: unknown) => error);
  expect(foreign).toEqual(missing);
  const startAt = new Date('2026-11-24T05:00:00Z');
  const own = {
    patientId: jakarta.ayu.id,
    treatmentId: jakarta.facial.id,
    staffId: jakarta.sari.id,
    startAt,
    source: 'online',
  } as const;
  for (const mixed of [
    { ...own, patientId: bali.ayu.id },
    { ...own, treatmentId: bali.facial.id },
    { ...own, staffId: bali.sari.id },
  ]) {
    await expect(bookings.book(jakarta.clinic, mixed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(await bookings.findByTenantAndDate(jakarta.clinic, '2026-11-24')).toEqual([]);
});

test('a treatment cannot be assigned to staff of another clinic', async () => {
  const [jakarta, bali] = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  const mixed = {
    name: 'Peeling',
    category: 'Peeling',
    durationMin: 30,
    price: 1,
    assignedStaff: [bali.sari.id],
  };
  await expect(treatments.add(jakarta.clinic, mixed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await treatments.findByTenant(jakarta.clinic)).items).toHaveLength(1);
});

test('two clinics may have the same phone, email and treatment name', async () => {
  const made = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  expect(made[0].ayu.phone).toBe(made[1].ayu.phone);
  expect(made[0].ayu.id).not.toBe(made[1].ayu.id);
});

test('the tenant cannot be named, neither in a filter nor in a change', async () => {
  const clinic = await newClinic(held.database);
  const handle = within(clinic, patientsCollection);
  const smuggled = { $or: [{ tenantId: 'other' }] } as unknown as Parameters<typeof handle.findOne>[0];
  await expect(handle.findOne(smuggled)).rejects.toThrow(TypeError);
  const change = { $set: { tenantId: 'other' } } as unknown as Parameters<typeof handle.update>[1];
  await expect(handle.update({ name: 'x' }, change)).rejects.toThrow(TypeError);
  await expect(handle.find({}, { limit: 0 })).rejects.toThrow(RangeError);
  await expect(handle.stored({}, { limit: 0, sort: { id: 1 } })).rejects.toThrow(RangeError);
});

test('a new document that nobody can look into is none: its fields would be taken over unseen', async () => {
  const clinic = await newClinic(held.database);
  const handle = within(clinic, patientsCollection);
  const fields = { name: 'Ayu', phone: '+6281200000001', totalVisits: 0, isActive: true, searchWords: [] };
  class Smuggled {
    readonly tenantId = 'other';
  }
  const smuggled: typeof fields = Object.assign(new Smuggled(), fields);
  await expect(handle.insert(smuggled)).rejects.toThrow(TypeError);
  await expect(handle.insertMany([fields, smuggled])).rejects.toThrow(TypeError);
  expect(await handle.insert(fields)).toMatchObject({ tenantId: clinic.tenantId });
});

test('a join stays inside the tenant, at every depth and in a facet', async () => {
  const [jakarta] = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  const handle = within(jakarta.clinic, treatmentsCollection);
  const alike = (inner: readonly Stage[]): Stage => ({
    $join: {
      from: treatmentsCollection,
      localField: 'name',
      foreignField: 'name',
      pipeline: inner,
      as: 'alike',
    },
  });
  const deep = [alike([alike([{ $project: { price: 1 } }]), { $unwind: '$alike' }]), { $unwind: '$alike' }];
  expect(await handle.aggregate(pipeline([...deep, { $count: 'n' }]))).toEqual([{ n: 1 }]);
  const inFacet: Stage = { $facet: { all: [...deep, { $count: 'n' }] } };
  expect(await handle.aggregate(pipeline([inFacet]))).toEqual([{ all: [{ n: 1 }] }]);
});

test('a stage that is not on the list is not sent, at any depth', async () => {
  const handle = within(await newClinic(held.database), treatmentsCollection);
  const join = { from: treatmentsCollection, localField: 'name', foreignField: 'name', as: 'alike' };
  for (const smuggled of [
    { $lookup: { from: 'treatments', as: 'x' } },
    { $out: 'x' },
    { $unionWith: 'treatments' },
    { $limit: 1, $out: 'x' },
    {},
    { $match: { $or: [{ tenantId: 'other' }] } },
    { $match: { 'tenantId.x': 1 } },
    { $group: { _id: '$tenantId' } },
    { $set: { x: { $concat: ['a', '$$ROOT.tenantId'] } } },
    { $project: { x: { $map: { input: '$a', in: '$$this.tenantId' } } } },
    { $replaceRoot: { newRoot: '$tenantId.x' } },
    { $unset: 'tenantId' },
    { $unset: ['name', 'tenantId'] },
    { $join: { ...join, localField: 'tenantId', pipeline: [] } },
    { $join: { ...join, foreignField: 'tenantId', pipeline: [] } },
  ] as unknown as Stage[]) {
    for (const stage of [smuggled, { $facet: { a: [smuggled] } }, { $join: { ...join, pipeline: [smuggled] } }]) {
      await expect(handle.aggregate(pipeline([stage as Stage]))).rejects.toThrow(TypeError);
    }
  }
  await expect(handle.aggregate(pipeline([{ $limit: 1 }]))).resolves.toEqual([]);
}); // prettier-ignore

test('a pipeline answers as many rows as a find may, and more are refused rather than cut', async () => {
  const { clinic } = await newPractice(held.database);
  const handle = within(clinic, treatmentsCollection);
  // Of one document 300 x 300 rows.
  const many = Array.from({ length: 300 }, (_, n) => n);
  const rows = (m: number): Stage[] => [
    { $set: { a: many, b: many.slice(0, m) } },
    { $unwind: '$a' },
    { $unwind: '$b' },
    { $project: { _id: 0, a: 1, b: 1 } },
  ];
  await expect(handle.aggregate(pipeline(rows(300)))).rejects.toThrow('at most 50000 rows');
  expect(await handle.aggregate(pipeline([...rows(300), { $limit: 3 }]))).toHaveLength(3);
  expect(await handle.aggregate(pipeline([...rows(300), { $count: 'n' }]))).toEqual([{ n: 90_000 }]);
});

test('a suspended or unknown clinic cannot be opened', async () => {
  const clinic = await newClinic(held.database);
  await held.database.db
    .collection('tenants')
    .updateOne({ slug: clinic.tenant.slug }, { $set: { isActive: false } });
  await expect(tenants.openTenant(held.database, clinic.tenantId, clinic.actor)).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  for (const id of ['ffffffffffffffffffffffff', 'no id', '']) {
    await expect(tenants.openTenant(held.database, id, clinic.actor)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
  const active = await Array.fromAsync(every((page) => tenants.findActive(held.database, page)));
  expect(active.map(({ id }) => id)).not.toContain(clinic.tenantId);
});

test('nobody changes a clinic for others who opened it, and what was stored since is seen at once', async () => {
  const { tenantId, actor } = await newClinic(held.database);
  const [here, there] = [
    await tenants.openTenant(held.database, tenantId, actor),
    await tenants.openTenant(held.database, tenantId, actor),
  ];
  expect(() => Object.assign(here.tenant.config.features, { maxUsers: 1 })).toThrow(TypeError);
  expect(there.tenant.config.features.maxUsers).not.toBe(1);
  await held.database.db
    .collection('tenants')
    .updateOne({ slug: there.tenant.slug }, { $set: { 'config.features.maxUsers': 1 } });
  const { tenant } = await tenants.openTenant(held.database, tenantId, actor);
  expect(tenant.config.features.maxUsers).toBe(1);
});

test('a slug is unique, and a word that is a route is none', async () => {
  const clinic = await newClinic(held.database);
  const platform = tenants.openPlatform(held.database, clinic.actor);
  await expect(
    tenants.create(held.database, platform, { name: 'Twin', slug: clinic.tenant.slug }),
  ).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE', details: { field: 'slug' } });
  for (const slug of ['platform', 'api', '-x', 'x-', 'a--b', 'a b', 'A'.repeat(60), '../x', '']) {
    await expect(tenants.create(held.database, platform, { name: 'X', slug })).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  }
});

test('a clinic is in a country whose phone numbers can be read', async () => {
  await expect(newClinic(held.database, { country: 'ZZ' })).rejects.toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'config.country' }] },
  });
  const sydney = await newClinic(held.database, { country: 'AU', timezone: 'Australia/Sydney' });
  const mia = await patients.register(sydney, { name: 'Mia', phone: '0412 345 678' });
  expect(mia.phone).toBe('+61412345678');
  expect((await patients.search(sydney, '0412 345')).items).toEqual([mia]);
});

test('settings that a newer version stored are left out, wherever they are', async () => {
  const clinic = await newClinic(held.database);
  await held.database.db.collection('tenants').updateOne(
    { slug: clinic.tenant.slug },
    {
      $set: {
        'config.later': 1,
        'config.theme.font': 'x',
        'config.features.rooms': 3,
        'config.booking.fee': 2,
      },
    },
  );
  const again = await tenants.openTenant(held.database, clinic.tenantId, clinic.actor);
  expect(again.tenant.config).toEqual(clinic.tenant.config);
});
