import { expect, test } from 'vitest';
import { findByTenant as usersOf } from '../users/index.ts';
import { codesOf, recorded, testDatabase, tallyOf } from '../testing/index.ts';
import * as tenants from './index.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;
const passwordHash = 'a hash that somebody else has made';
const setUp = (slug: string, administrator: object = {}) =>
  tenants.setUp(held.database, tenants.openPlatform(held.database, system), {
    clinic: { name: 'Klinik Melati', slug },
    administrator: { name: 'Rani', email: 'rani@melati.id', passwordHash, ...administrator },
  });

test('what is wrong with the administrator leaves no clinic', async () => {
  const before = await tallyOf(held.database);
  const wrong = [{ email: 'rani' }, { name: '' }, { passwordHash: 'short' }, { role: 'platform_admin' }, { email: { $ne: null } }]; // prettier-ignore
  expect(await codesOf(wrong.map((one) => setUp('melati', one)))).toEqual(wrong.map(() => 'VALIDATION'));
  expect(await codesOf([setUp('platform')])).toEqual(['VALIDATION']);
  expect(await tallyOf(held.database)).toEqual(before);
  expect(await tenants.isEmpty(held.database)).toBe(true);
});

test('of several who set up an installation at once one does, and nobody after him', async () => {
  const codes = await codesOf(['melati', 'kamboja', 'melati'].map((slug) => setUp(slug)));
  expect(codes.toSorted()).toEqual(['FORBIDDEN', 'FORBIDDEN', 'done']);
  expect(await tenants.isEmpty(held.database)).toBe(false);
  const { items } = await tenants.findActive(held.database);
  expect(items).toHaveLength(1);
  const clinic = await tenants.openTenant(held.database, items[0]!.id, system);
  expect((await usersOf(clinic)).items).toMatchObject([{ email: 'rani@melati.id', role: 'admin' }]);
  expect((await recorded(clinic, 'tenants', clinic.tenantId)).map(({ action }) => action)).toEqual([
    'tenants.create',
  ]);
  expect(await codesOf([setUp('mawar')])).toEqual(['FORBIDDEN']);
});
