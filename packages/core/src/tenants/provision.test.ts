import { expect, test } from 'vitest';
import { once } from '../act.ts';
import { count } from '../counters.ts';
import { codesOf, morning, recorded, tallyOf, testDatabase } from '../testing/index.ts';
import * as users from '../users/index.ts';
import * as tenants from './index.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;
const platformOf = () => tenants.openPlatform(held.database, system);
const inAWeek = new Date(morning.getTime() + 7 * 86_400_000);

let tokens = 0;
const aToken = () => ({ tokenHash: (++tokens).toString(16).padStart(64, '0'), expiresAt: inAWeek });
const provision = (slug: string, administrator: object = {}, clinic: object = {}, platform = platformOf()) =>
  tenants.provision(held.database, platform, {
    clinic: { name: `Klinik ${slug}`, slug, ...clinic },
    administrator: { name: 'Rani', email: 'rani@melati.id', ...aToken(), ...administrator },
  });

test('a clinic comes with the invitation of who runs it, and both audits say so', async () => {
  const platform = platformOf();
  const { tenant, user, link } = await provision('melati', {}, { config: { features: { maxUsers: 1 } } });
  const clinic = await tenants.openTenant(held.database, tenant.id, system);
  expect(user).toMatchObject({ role: 'admin', hasPassword: false });
  expect(await users.findByLink(clinic, link.tokenHash)).toEqual(user);
  expect(await tenants.get(platform, tenant.id)).toMatchObject({
    usage: { maxUsers: { used: 1, limit: 1 }, maxBookings: { used: 0, limit: 1000 } },
    lastActivityAt: morning,
    awaits: { name: 'Rani', email: 'rani@melati.id', expiresAt: inAWeek },
  });
  const said = (await recorded(platform, 'tenants', tenant.id)).map(({ action, changes }) => [action, changes['administrator']]); // prettier-ignore
  expect(said).toEqual([
    ['tenants.create', undefined],
    ['tenants.invite', { to: 'rani@melati.id' }],
  ]);
  expect(await recorded(clinic, 'tenants', tenant.id)).toMatchObject([{ action: 'tenants.create' }]);
  expect(await recorded(clinic, 'users', user.id)).toMatchObject([{ action: 'users.invite' }]);
});

test('what is wrong with the clinic or its administrator leaves neither', async () => {
  await provision('taken', {}, { domain: 'taken.example' });
  const before = await tallyOf(held.database);
  const people = [{ email: 'rani' }, { email: '' }, { email: { $ne: null } }, { name: 7 }, { name: 'x'.repeat(121) }, { role: 'platform_admin' }, { tokenHash: 'short' }]; // prettier-ignore
  expect(await codesOf(people.map((one) => provision('new', one)))).toEqual(people.map(() => 'VALIDATION'));
  const clinics = [{ slug: 'platform' }, { slug: 'a b' }, { domain: 'no domain' }, { config: { country: 'XX' } }, { config: { features: { maxUsers: 0 } } }]; // prettier-ignore
  expect(await codesOf(clinics.map((one) => provision('new', {}, one)))).toEqual(clinics.map(() => 'VALIDATION')); // prettier-ignore
  expect(await codesOf([provision('taken'), provision('new', {}, { domain: 'taken.example' })])).toEqual(['CONFLICT_DUPLICATE', 'CONFLICT_DUPLICATE']); // prettier-ignore
  expect(await codesOf([provision('new', { tokenHash: '1'.padStart(64, '0') })])).toEqual(['done']);
  expect(await codesOf([tenants.provision(held.database, await clinicOf('taken'), { clinic: { name: 'X', slug: 'x' }, administrator: { name: 'X', email: 'x@x.id', ...aToken() } })])).toEqual(['FORBIDDEN']); // prettier-ignore
  const after = await tallyOf(held.database);
  expect(Object.keys(after)).toEqual(Object.keys(before));
});

const clinicOf = (slug: string) => tenants.openTenantBySlug(held.database, slug, system);

test('of several at once under one slug one is done, and sent again under its key it is the same one', async () => {
  const codes = await codesOf([1, 2, 3].map(() => provision('kamboja')));
  expect(codes.toSorted()).toEqual(['CONFLICT_DUPLICATE', 'CONFLICT_DUPLICATE', 'done']);
  const keyed = once(platformOf(), 'the-same');
  const [first, again] = [await provision('mawar', {}, {}, keyed), await provision('mawar', {}, {}, keyed)];
  expect(again).toEqual(first);
});

test('who was invited gets another link until somebody runs the clinic', async () => {
  const platform = platformOf();
  const { tenant, user, link: first } = await provision('anggrek');
  const clinic = await clinicOf('anggrek');
  const second = await tenants.inviteAgain(platform, tenant.id, aToken());
  expect(await users.findByLink(clinic, first.tokenHash)).toBeUndefined();
  expect(await users.findByLink(clinic, second.tokenHash)).toMatchObject({ id: user.id });
  expect(await recorded(platform, 'tenants', tenant.id)).toMatchObject([
    {},
    {},
    { action: 'tenants.invite' },
  ]);
  // Somebody whom the clinic's own administrator invites is none of the platform's, even before he has come.
  await users.choosePassword(clinic, { tokenHash: second.tokenHash, passwordHash: 'x'.repeat(60) });
  await users.invite(clinic, { name: 'Other', email: 'other@melati.id', role: 'admin', ...aToken() });
  const refused = [
    tenants.inviteAgain(platform, tenant.id, aToken()),
    tenants.inviteAgain(clinic, tenant.id, aToken()),
    tenants.inviteAgain(platform, '0123456789abcdef01234567' as tenants.TenantId, aToken()),
    tenants.inviteAgain(platform, tenant.id, { tokenHash: 'x', expiresAt: inAWeek }),
  ];
  expect(await codesOf(refused)).toEqual(['ILLEGAL_TRANSITION', 'FORBIDDEN', 'NOT_FOUND', 'VALIDATION']);
  expect(await tenants.get(platform, tenant.id)).not.toHaveProperty('awaits');
});

test('clinics are found by words of name, slug and domain, with what they use, in two queries', async () => {
  const platform = platformOf();
  const { tenant } = await provision('cempaka', {}, { name: 'Klinik (Putih)', domain: 'cempaka.example' });
  const { tenant: closed } = await provision('cempaka-dua');
  await count(await clinicOf('cempaka'), 'bookings:2026-11', 3);
  await tenants.suspend(platform, closed.id, { reason: 'Moved' });
  const slugs = async (search: tenants.TenantSearch) => (await tenants.search(platform, search)).items.map(({ slug }) => slug); // prettier-ignore
  expect(await slugs({ text: 'CEMPAKA' })).toEqual(['cempaka', 'cempaka-dua']);
  expect(await slugs({ text: '(putih) .example' })).toEqual(['cempaka']);
  expect(await slugs({ text: 'cempaka', isActive: false })).toEqual(['cempaka-dua']);
  expect(await slugs({ text: 'cempaka', isActive: true })).toEqual(['cempaka']);
  for (const text of ['.*', '^', '\\', '$ne', 'nobody']) expect(await slugs({ text })).toEqual([]);
  const sent: string[] = [];
  const note = ({ commandName }: { commandName: string }) => void sent.push(commandName);
  held.database.client.on('commandStarted', note);
  const { items } = await tenants.search(platform);
  held.database.client.off('commandStarted', note);
  expect(sent).toEqual(['find', 'find']);
  expect(items.length).toBeGreaterThan(4);
  expect(items.find(({ id }) => id === tenant.id)).toMatchObject({
    usage: { maxUsers: { used: 1, limit: 100 }, maxBookings: { used: 3, limit: 1000 } },
  });
  const wrong = [{ text: { $ne: '' } }, { text: 'x'.repeat(255) }, { isActive: 'yes' }, { limit: 0 }, { tenantId: closed.id }]; // prettier-ignore
  expect(await codesOf(wrong.map((one) => tenants.search(platform, one as tenants.TenantSearch)))).toEqual(wrong.map(() => 'VALIDATION')); // prettier-ignore
  const clinic = await clinicOf('cempaka');
  expect(await codesOf([tenants.search(clinic), tenants.get(clinic, tenant.id), tenants.get(platform, 'x' as tenants.TenantId)])).toEqual(['FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND']); // prettier-ignore
});
