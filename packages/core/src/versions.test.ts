import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { defineCollection } from './collections.ts';
import { acrossTenants } from './firewall.ts';
import * as patients from './patients/index.ts';
import { patientsCollection } from './patients/collection.ts';
import type { Patient } from './patients/schema.ts';
import { within, type TenantScope } from './tenancy.ts';
import * as tenants from './tenants/index.ts';
import { every } from './page.ts';
import { newClinic, testDatabase } from './testing/index.ts';

const held = testDatabase();

/** Patients as the next version of this program would have them: what they are called is in capitals. */
const ofNextVersion = defineCollection<Patient & { readonly title?: string }>('patients', [], [
  ...patientsCollection.upgrades,
  ({ name, ...rest }) => ({ ...rest, name: String(name).toUpperCase(), title: 'Ibu' }),
]); // prettier-ignore

const raw = () => held.database.db.collection('patients');
const storedOf = (id: string) =>
  acrossTenants('this test', async () => (await raw().findOne({ _id: new ObjectId(id) }))!);

async function withAyu() {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: '081234567890', notes: 'Latex' });
  return { clinic, ayu, next: within(clinic, ofNextVersion) };
}

test('a document of an older version is read as one of this version, and stays as it is stored', async () => {
  const { ayu, next } = await withAyu();
  const read = { name: 'AYU', title: 'Ibu', notes: 'Latex', version: 2, revision: 1 };
  expect(await next.get(ayu.id, 'patient')).toMatchObject(read);
  expect(await next.find({}, { limit: 5 })).toMatchObject([read]);
  expect(await next.find({}, { limit: 5, only: ['title'] })).toMatchObject([{ title: 'Ibu' }]);
  expect(await storedOf(ayu.id)).toMatchObject({ name: 'Ayu', version: 1 });
});

test('what a document refers to is read along as this version has it, where it is of the clinic and matches', async () => {
  const { clinic, ayu, next } = await withAyu();
  const { ayu: foreign } = await withAyu();
  const all = within(clinic, patientsCollection);
  const { id } = await patients.register(clinic, { name: 'Budi', phone: '081234567891' });
  const both = async (mergedInto: patients.PatientId, isActive: boolean) => {
    await all.update({ id }, { $set: { mergedInto } });
    return all.findOneWith({ id }, 'mergedInto', next, { isActive });
  };
  const [budi, other] = (await both(ayu.id, true))!;
  expect(budi).toEqual(await all.get(id, 'patient'));
  expect(other).toEqual(await next.get(ayu.id, 'patient'));
  expect(await both(ayu.id, false)).toMatchObject([{ name: 'Budi' }, undefined]);
  expect(await both(foreign.id, true)).toMatchObject([{ name: 'Budi' }, undefined]);
  expect(await all.findOneWith({ phone: '+62' }, 'mergedInto', next, {})).toBeUndefined();
});

test('whoever changes a document of an older version stores it upgraded first', async () => {
  const { clinic, ayu, next } = await withAyu();
  const other = await patients.register(clinic, { name: 'Budi', phone: '081234567891' });
  const third = await patients.register(clinic, { name: 'Citra', phone: '081234567892' });
  const changed = await next.update({ id: ayu.id }, { $set: { title: 'Dr.' } });
  expect(changed).toMatchObject({ name: 'AYU', title: 'Dr.', version: 2, revision: 2 });
  expect(await next.updateEach([
    { filter: { id: ayu.id }, update: { $inc: { totalVisits: 1 } } },
    { filter: { id: other.id }, update: { $inc: { totalVisits: 1 } } },
  ])).toBe(2); // prettier-ignore
  expect(await storedOf(ayu.id)).toMatchObject({ title: 'Dr.', totalVisits: 1, revision: 3 });
  expect(await storedOf(other.id)).toMatchObject({ name: 'BUDI', title: 'Ibu', totalVisits: 1, version: 2 });
  expect(await next.updateMany({}, { $set: { notes: 'x' } })).toBe(3);
  expect(await storedOf(third.id)).toMatchObject({ name: 'CITRA', title: 'Ibu', notes: 'x', version: 2 });
  expect(await next.upsert({ phone: third.phone }, { $set: { notes: 'y' } })).toMatchObject({ id: third.id });
});

test('a document of a newer version is neither read nor changed, and the error says what to do', async () => {
  const { clinic, ayu, next } = await withAyu();
  await next.update({ id: ayu.id }, { $set: { title: 'Dr.' } });
  const before = await storedOf(ayu.id);
  for (const refused of [
    () => patients.get(clinic, ayu.id),
    () => patients.findByTenant(clinic),
    () => patients.update(clinic, ayu.id, { name: 'Ayu Lestari' }),
    () => within(clinic, patientsCollection).updateMany({}, { $set: { notes: 'x' } }),
    () =>
      within(clinic, patientsCollection).updateEach([
        { filter: { id: ayu.id }, update: { $set: { notes: 'x' } } },
      ]),
  ]) {
    await expect(refused()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('Install the newer version'),
    });
  }
  expect(await storedOf(ayu.id)).toEqual(before);
});

test.each([[undefined], ['1.0'], [3], [null]])(
  'a version of %j that is not ours means a document of the documentation alone',
  async (version) => {
    const { clinic } = await withAyu();
    const _id = new ObjectId();
    const document = { _id, tenantId: clinic.tenantId, name: 'Dewi', phone: '+6281200000009', __v: 0 };
    await raw().insertOne(version === undefined ? document : { ...document, version });
    const read = await patients.get(clinic, patients.PatientId.parse(_id.toHexString()));
    const whole = {
      totalVisits: 0,
      isActive: true,
      searchWords: ['=dewi', 'ewi', 'wi', '#9000000021826'],
      version: 1,
      revision: 1,
      __v: 0,
    };
    expect(read).toMatchObject(whole);
    expect(read.createdAt).toEqual(_id.getTimestamp());
    expect(await patients.update(clinic, read.id, { notes: 'x' })).toMatchObject({
      ...whole,
      notes: 'x',
      revision: 2,
    });
  },
);

const broken = async (settings: object): Promise<TenantScope> => {
  const clinic = await newClinic(held.database);
  const _id = new ObjectId(clinic.tenantId);
  await held.database.db.collection('tenants').updateOne({ _id }, { $set: settings });
  return clinic;
};

test.each([
  [{ 'config.logo': '/logo.png' }],
  [{ 'config.theme': 'pink' }],
  [{ 'config.theme.primaryColor': 'pink;}' }],
  [{ 'config.features.maxUsers': -1 }],
  [{ 'config.features': null }],
  [{ config: null }],
])('a documented setting that makes no sense counts as never stored: %j', async (settings) => {
  const { tenantId, tenant } = await broken(settings);
  const { config } = (await tenants.findBySlug(held.database, tenant.slug))!;
  expect(config).toMatchObject({ theme: { primaryColor: '#8B5CF6' }, features: { maxUsers: 100 } });
  expect((await tenants.openTenant(held.database, tenantId, { kind: 'public' })).tenant.config).toEqual(
    config,
  );
});

test.each([
  [{ 'config.timezone': 'Mars/Base' }],
  [{ 'config.openingHours': ['always'] }],
  [{ 'config.booking.gridMin': 7 }],
  [{ name: null }],
  [{ version: 2 }],
])('a setting that must not be guessed closes its clinic and no other: %j', async (settings) => {
  const { tenantId, tenant } = await broken(settings);
  const other = await newClinic(held.database);
  await expect(tenants.openTenant(held.database, tenantId, { kind: 'public' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  if ('version' in settings) return;
  const active = await Array.fromAsync(every((page) => tenants.findActive(held.database, page)));
  expect(active.map(({ slug }) => slug)).toContain(other.tenant.slug);
  expect(active.map(({ slug }) => slug)).not.toContain(tenant.slug);
});
