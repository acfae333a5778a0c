import { expect, test } from 'vitest';
import { dryRun } from '../act.ts';
import * as bookings from '../bookings/index.ts';
import { replay } from '../replay.ts';
import * as sessions from '../sessions/index.ts';
import { onCommit } from '../tenancy.ts';
import { codesOf, morning, newClinic, newPractice, recorded, testDatabase } from '../testing/index.ts';
import * as users from '../users/index.ts';
import * as tenants from './index.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;
const platformOf = () => tenants.openPlatform(held.database, system);
const reopened = (id: string) => tenants.openTenant(held.database, id, system);

test('a clinic changes its settings, only those that are named', async () => {
  const clinic = await newClinic(held.database, {
    booking: { gridMin: 30 },
    logo: 'https://contoh.id/logo.png',
  });
  const before = clinic.tenant;
  const after = await tenants.configure(clinic, {
    name: 'Klinik Baru',
    config: {
      theme: { primaryColor: '#112233' },
      openingHours: ['mon 09:00-12:00'],
      booking: { publicPage: true },
      logo: '',
      contact: { phone: '021-2345-678', address: 'Jl. Melati 7\nJakarta' },
    },
    revision: 1,
  });
  const { logo: _, ...config } = before.config;
  expect(after).toMatchObject({
    id: before.id,
    name: 'Klinik Baru',
    slug: before.slug,
    revision: 2,
    config: {
      ...config,
      theme: { primaryColor: '#112233', secondaryColor: '#EC4899' },
      openingHours: ['mon 09:00-12:00'],
      booking: { ...config.booking, gridMin: 30, publicPage: true },
      contact: { phone: '+62212345678', address: 'Jl. Melati 7\nJakarta' },
    },
  });
  expect(after.config).not.toHaveProperty('logo');
  expect((await reopened(before.id)).tenant).toEqual(after);
  await expect(tenants.configure(clinic, { name: 'X', revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
    details: { found: 2, changes: { name: { from: before.name, to: 'Klinik Baru' } } },
  });
  expect((await recorded(clinic, 'tenants', before.id)).at(-1)).toMatchObject({
    action: 'tenants.configure',
  });
  const nowhere = await tenants.configure(clinic, { config: { contact: { phone: '', address: '' } } });
  expect(nowhere.config.contact).toEqual({});
});

test.each([
  [{ name: '' }],
  [{ slug: 'new' }],
  [{ isActive: false }],
  [{ domain: 'contoh.id' }],
  [{ config: { features: { maxUsers: 1_000 } } }],
  [{ config: { timezone: 'Jakarta' } }],
  [{ config: { country: 'XX' } }],
  [{ config: { contact: { phone: 'call us' } } }],
  [{ config: { contact: { address: 'x'.repeat(301) } } }],
  [{ config: { country: { $ne: 'ID' } } }],
  [{ config: { theme: { primaryColor: 'red' } } }],
  [{ config: { booking: { gridMin: 7 } } }],
  [{ config: { booking: { unknown: 1 } } }],
  [{ config: { logo: 'javascript:alert(1)' } }],
  [{ config: { logo: 'https://clinic.example@evil.example/logo.png' } }],
  [{ config: { logo: 'https://clinic.example/lo\u0000go.png' } }],
  [{ config: { openingHours: ['always'] } }],
  [{ config: { 'theme.primaryColor': '#112233' } }],
  [{ config: null }],
  [{ revision: '1' }],
  [JSON.parse('{"config": {"__proto__": {"locale": "en"}}}')],
])('settings that a clinic cannot have are refused and write nothing: %j', async (wrong) => {
  const clinic = await newClinic(held.database);
  await expect(tenants.configure(clinic, wrong as tenants.ClinicSettings)).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  expect((await reopened(clinic.tenantId)).tenant).toEqual(clinic.tenant);
});

test('the time zone and the currency stay once there are bookings', async () => {
  const { clinic, ayu, facial } = await newPractice(held.database);
  const moved = await tenants.configure(clinic, { config: { timezone: 'Asia/Makassar' } });
  const bali = await reopened(clinic.tenantId);
  await bookings.book(bali, {
    patientId: ayu.id, treatmentId: facial.id, staffId: 'any', startAt: new Date('2026-11-24T03:00:00Z'), source: 'online',
  }); // prettier-ignore
  for (const config of [{ timezone: 'Asia/Jakarta' }, { currency: 'USD' }]) {
    await expect(tenants.configure(bali, { config })).rejects.toMatchObject({ code: 'VALIDATION' });
  }
  expect(
    await tenants.configure(bali, { config: { timezone: 'Asia/Makassar', currency: 'IDR' } }),
  ).toMatchObject({
    config: moved.config,
  });
});

test('what a newer version stored beside the settings stays', async () => {
  const clinic = await newClinic(held.database);
  const raw = held.database.db.collection('tenants');
  await raw.updateOne(
    { slug: clinic.tenant.slug },
    { $set: { 'config.theme.font': 'Inter', 'config.future': 1 } },
  );
  await tenants.configure(clinic, { config: { theme: { primaryColor: '#112233' }, locale: 'en' } });
  expect(await raw.findOne({ slug: clinic.tenant.slug })).toMatchObject({
    config: { future: 1, locale: 'en', theme: { font: 'Inter', primaryColor: '#112233' } },
  });
});

test('the platform sets limits, suspends and activates; a clinic cannot', async () => {
  const clinic = await newClinic(held.database);
  const platform = platformOf();
  const { id } = clinic.tenant;
  const after = await tenants.update(platform, id, {
    domain: 'Klinik.Contoh.ID.',
    config: { features: { maxUsers: 7 } },
    revision: 1,
  });
  expect(after).toMatchObject({ domain: 'klinik.contoh.id', config: { features: { maxUsers: 7, maxBookings: 1_000_000 } } });
  expect(await tenants.findByDomain(held.database, 'KLINIK.contoh.id.')).toMatchObject({ id });
  const other = await newClinic(held.database);
  const taken = { code: 'CONFLICT_DUPLICATE', details: { field: 'domain' } };
  await expect(tenants.update(platform, other.tenant.id, { domain: 'klinik.contoh.id' })).rejects.toMatchObject(taken);
  const third = { name: 'Third', slug: 'third-of-one-domain', domain: 'klinik.contoh.id' };
  await expect(tenants.create(held.database, platform, third)).rejects.toMatchObject(taken);
  expect(await tenants.update(platform, id, { domain: '' })).not.toHaveProperty('domain');
  expect(await tenants.findByDomain(held.database, 'klinik.contoh.id')).toBeUndefined();
  await expect(tenants.suspend(platform, id, { reason: 'Unpaid', revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { config: {} } },
  });
  const suspended = await tenants.suspend(platform, id, { reason: 'Unpaid', revision: 3 });
  expect(suspended).toMatchObject({ isActive: false, stateReason: 'Unpaid' });
  await expect(reopened(id)).rejects.toMatchObject({ code: 'FORBIDDEN', details: { needs: 'active clinic' } });
  expect((await tenants.findSuspended(held.database)).items.map((one) => one.id)).toContain(id);
  expect((await tenants.findActive(held.database, { limit: 200 })).items.map((one) => one.id)).not.toContain(id);
  await expect(tenants.suspend(platform, id, { reason: 'Unpaid' })).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const activated = await tenants.activate(platform, id);
  expect(activated).toMatchObject({ isActive: true });
  expect(activated).not.toHaveProperty('stateReason');
  await expect(tenants.activate(platform, id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await reopened(id);
  for (const scope of [clinic, platform]) {
    expect((await recorded(scope, 'tenants', id)).slice(-3).map(({ action }) => action)).toEqual([
      'tenants.update', 'tenants.suspend', 'tenants.activate',
    ]);
  } // prettier-ignore
  const refused = await codesOf([
    tenants.update(clinic, id, { config: { features: { maxUsers: 1_000 } } }),
    tenants.suspend(clinic, id, { reason: 'Unpaid' }),
    tenants.activate(clinic, id),
  ]);
  expect(new Set(refused)).toEqual(new Set(['FORBIDDEN']));
  for (const nobody of ['0123456789abcdef01234567', 'x', { $ne: null }]) {
    await expect(tenants.update(platform, nobody as tenants.TenantId, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
}); // prettier-ignore

test('of two who saw the same settings one is told', async () => {
  const clinic = await newClinic(held.database);
  const tried = await Promise.allSettled([
    tenants.configure(clinic, { name: 'One', revision: 1 }),
    tenants.configure(clinic, { name: 'Two', revision: 1 }),
  ]);
  expect(tried.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a clinic is suspended for a reason, and with it everybody is signed out', async () => {
  const [clinic, other] = await Promise.all([newClinic(held.database), newClinic(held.database)]);
  const signedIn = async (scope: typeof clinic, token: string) => {
    const user = await users.add(scope, { email: 'desk@clinic.test', name: 'Desk', passwordHash: 'x'.repeat(60) });
    const expiresAt = new Date(morning.getTime() + 3_600_000);
    await sessions.open(scope, { tokenHash: token.repeat(64), userId: user.id, expiresAt });
    return () => sessions.findByTokens(scope, [token.repeat(64)]);
  }; // prettier-ignore
  const [its, theirs] = [await signedIn(clinic, 'a'), await signedIn(other, 'b')];
  const platform = platformOf();
  const { id } = clinic.tenant;
  const wrong = [{}, { reason: '' }, { reason: ' \u0007' }, { reason: 7 }, { reason: 'x'.repeat(501) }, { reason: { $ne: '' } }, { reason: 'Unpaid', isActive: true }]; // prettier-ignore
  expect(await codesOf(wrong.map((one) => tenants.suspend(platform, id, one as tenants.Suspension)))).toEqual(
    wrong.map(() => 'VALIDATION'),
  );
  await tenants.suspend(dryRun(platform), id, { reason: 'Only tried' });
  expect(await its()).toHaveLength(1);
  const heard = new Promise<void>((resolve) => void onCommit(clinic, resolve));
  await tenants.suspend(platform, id, { reason: 'Unpaid since August' });
  await heard;
  expect([await its(), await theirs()]).toMatchObject([[], [{}]]);
  for (const scope of [clinic, platform]) {
    expect((await recorded(scope, 'tenants', id)).at(-1)).toMatchObject({
      action: 'tenants.suspend',
      changes: { isActive: { to: false }, stateReason: { to: 'Unpaid since August' } },
    });
  }
  const twice = await codesOf([1, 2].map(() => tenants.activate(platform, id, { reason: 'Paid' })));
  expect(twice.toSorted()).toEqual(['ILLEGAL_TRANSITION', 'done']);
  expect(await its()).toEqual([]);
  expect(await Array.fromAsync(replay(clinic))).toEqual([]);
});

test('a slug changes, what it was leads to the clinic still, and to no other one', async () => {
  const { tenant } = await newClinic(held.database);
  const other = await newClinic(held.database);
  const platform = platformOf();
  const { id, slug: first } = tenant;
  const [second, third] = [`${first}-2`, `${first}-3`];
  const taken = { code: 'CONFLICT_DUPLICATE', details: { field: 'slug' } };
  await expect(tenants.update(platform, id, { slug: other.tenant.slug })).rejects.toMatchObject(taken);
  for (const slug of ['theme', 'Two words', '', 'x'.repeat(41), { $ne: '' }])
    await expect(tenants.update(platform, id, { slug: slug as string })).rejects.toMatchObject({
      code: 'VALIDATION',
    });

  expect(await tenants.update(platform, id, { slug: second, revision: 1 })).toMatchObject({ slug: second });
  expect(await tenants.update(platform, id, { slug: third })).toMatchObject({ formerSlugs: [first, second] });
  for (const slug of [first, second, third])
    expect(await tenants.findBySlug(held.database, slug)).toMatchObject({ id, slug: third });
  await expect(tenants.update(platform, other.tenant.id, { slug: first })).rejects.toMatchObject(taken);
  await expect(tenants.create(held.database, platform, { name: 'New', slug: second })).rejects.toMatchObject(
    taken,
  );

  expect(await tenants.update(platform, id, { slug: first })).toMatchObject({
    slug: first,
    formerSlugs: [second, third],
  });
  for (const audit of [await reopened(id), platform])
    expect((await recorded(audit, 'tenants', id)).at(-1)).toMatchObject({
      action: 'tenants.update',
      changes: { slug: { from: third, to: first } },
    });
});

test('of two clinics that change places at once, none has the slug of the other one', async () => {
  const [one, two] = await Promise.all([newClinic(held.database), newClinic(held.database)]);
  const platform = platformOf();
  const { slug } = one.tenant;
  const outcomes = await Promise.allSettled([
    tenants.update(platform, one.tenant.id, { slug: `${slug}-moved` }),
    tenants.update(platform, two.tenant.id, { slug }),
    tenants.create(held.database, platform, { name: 'New', slug }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await tenants.findBySlug(held.database, slug)).toMatchObject({ id: one.tenantId });
});
