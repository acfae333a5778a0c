import { expect, test } from 'vitest';
import { find } from './audit-search.ts';
import * as patients from './patients/index.ts';
import { actingAs } from './tenancy.ts';
import { morning, newClinic, testDatabase } from './testing/index.ts';
import * as users from './users/index.ts';

const held = testDatabase();
const actions = async (...[clinic, search]: Parameters<typeof find>) =>
  (await find(clinic, search)).items.map(({ action }) => action);

test('what was done is found by who did it, the act, the document and the local day', async () => {
  held.clock.now = morning;
  const clinic = await newClinic(held.database);
  const passwordHash = 'a hash of at least twenty';
  const { id } = await users.add(clinic, { email: 'rina@x.id', name: 'Rina', role: 'admin', passwordHash });
  const rina = actingAs(clinic, { kind: 'user', id, name: 'Rina', role: 'admin' });
  held.clock.now = new Date(morning.getTime() + 24 * 3_600_000);
  const ayu = await patients.register(rina, { name: 'Ayu', phone: '081234567890' });
  await patients.update(clinic, ayu.id, { notes: 'Nuts' });

  expect(await actions(clinic)).toEqual([
    'patients.update',
    'patients.register',
    'users.add',
    'tenants.create',
  ]);
  expect(await actions(clinic, { actorId: id })).toEqual(['patients.register']);
  expect(await actions(clinic, { action: 'users.add' })).toEqual(['users.add']);
  expect(
    await actions(clinic, { collection: 'patients', documentId: ayu.id, action: 'patients.update' }),
  ).toEqual(['patients.update']);
  expect(await actions(clinic, { from: '2026-11-24', to: '2026-11-24' })).toEqual([
    'users.add',
    'tenants.create',
  ]);
  expect(await actions(clinic, { from: '2026-11-25' })).toEqual(['patients.update', 'patients.register']);
  expect(await actions(clinic, { from: '2026-11-26' })).toEqual([]);
});
