import { expect, test } from 'vitest';
import * as sessions from '../sessions/index.ts';
import * as tenants from '../tenants/index.ts';
import { codesOf, newClinic, recorded, testDatabase } from '../testing/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as users from './index.ts';

const held = testDatabase();
const passwordHash = 'a hash that somebody else has made';

let made = 0;
const add = (clinic: TenantScope, role: users.Role) =>
  users.add(clinic, { email: `u${++made}@klinik.id`, name: 'U', role, passwordHash });

async function signIn(clinic: TenantScope, userId: users.UserId): Promise<string> {
  const tokenHash = `${++made}`.padStart(64, '0');
  await sessions.open(clinic, { tokenHash, userId, expiresAt: new Date('2027-01-01') });
  return tokenHash;
}

const active = async (clinic: TenantScope) =>
  (await users.findByTenant(clinic)).items.filter(({ isActive }) => isActive).length;

test('a user gets another name and another address, which stays his alone', async () => {
  const clinic = await newClinic(held.database);
  const [rani, other] = [await add(clinic, 'staff'), await add(clinic, 'staff')];
  const after = await users.update(clinic, rani.id, { name: 'Rani', email: ' Rani@Klinik.ID', revision: 1 });
  expect(after).toMatchObject({ name: 'Rani', email: 'rani@klinik.id', role: 'staff', revision: 2 });
  expect(after).not.toHaveProperty('password');
  expect(await users.findByEmailAndTenant(clinic, 'rani@klinik.id')).toEqual(after);
  const refused = (changes: unknown, scope = clinic) =>
    users.update(scope, other.id, changes as users.UserChanges).then(() => 'done', ({ code }) => code as string); // prettier-ignore
  expect(await refused({ email: 'RANI@klinik.id' })).toBe('CONFLICT_DUPLICATE');
  expect(await refused({ name: 'X', revision: 3 })).toBe('STALE');
  expect(await refused({ name: 'X' }, await newClinic(held.database))).toBe('NOT_FOUND');
  for (const wrong of [{ email: 'x' }, { name: '' }, { role: 'admin' }, { isActive: false }, { password: 'x' }, { tenantId: 'x' }]) {
    expect(await refused(wrong)).toBe('VALIDATION');
  } // prettier-ignore
});

test('who may do less, is deactivated or has another password is signed out everywhere', async () => {
  const clinic = await newClinic(held.database);
  await add(clinic, 'admin');
  const rani = await add(clinic, 'staff');
  const signedIn = async (act: Promise<unknown>, token: string) => {
    await act;
    return (await sessions.find(clinic, token)) !== undefined;
  };
  let token = await signIn(clinic, rani.id);
  expect(await signedIn(users.changeRole(clinic, rani.id, { role: 'admin', revision: 1 }), token)).toBe(true);
  expect(await signedIn(users.update(clinic, rani.id, { name: 'R' }), token)).toBe(true);
  expect(await signedIn(users.changeRole(clinic, rani.id, { role: 'user' }), token)).toBe(false);
  token = await signIn(clinic, rani.id);
  expect(await signedIn(users.setPassword(clinic, rani.id, { passwordHash: 'another hash of a password' }), token)).toBe(false); // prettier-ignore
  expect((await users.findWithPassword(clinic, rani.email))?.password).toBe('another hash of a password');
  token = await signIn(clinic, rani.id);
  expect(await signedIn(users.deactivate(clinic, rani.id), token)).toBe(false);
  await users.reactivate(clinic, rani.id);
  expect(await sessions.find(clinic, token)).toBeUndefined();
  const history = await recorded(clinic, 'users', rani.id);
  expect(history.map(({ action }) => action)).toEqual(['users.add', 'users.changeRole', 'users.update', 'users.changeRole', 'users.setPassword', 'users.deactivate', 'users.reactivate']); // prettier-ignore
  expect(JSON.stringify(history)).not.toContain('hash of a password');
});

test('maxUsers counts the active ones: a place that gets free is taken once', async () => {
  const clinic = await newClinic(held.database, { features: { maxUsers: 3 } });
  const [admin, one, two] = [
    await add(clinic, 'admin'),
    await add(clinic, 'staff'),
    await add(clinic, 'staff'),
  ];
  await expect(add(clinic, 'staff')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  const gone = await users.deactivate(clinic, one.id, { revision: 1 });
  await expect(users.deactivate(clinic, one.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const tried = await Promise.allSettled([
    users.reactivate(clinic, one.id, { revision: gone.revision }),
    ...Array.from({ length: 4 }, () => add(clinic, 'staff')),
  ]);
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await active(clinic)).toBe(3);
  await users.deactivate(clinic, two.id);
  const back = await Promise.allSettled([users.reactivate(clinic, two.id), users.reactivate(clinic, two.id)]);
  expect(back.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await active(clinic)).toBe(3);
  await expect(users.reactivate(clinic, admin.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('a clinic keeps an administrator, also when two take each other away', async () => {
  const clinic = await newClinic(held.database);
  const [one, two] = [await add(clinic, 'admin'), await add(clinic, 'admin')];
  const tried = await Promise.allSettled([
    users.changeRole(clinic, one.id, { role: 'staff' }),
    users.deactivate(clinic, two.id),
  ]);
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const { items } = await users.findByTenant(clinic);
  const left = items.find(({ role, isActive }) => role === 'admin' && isActive)!;
  await expect(users.deactivate(clinic, left.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await expect(users.changeRole(clinic, left.id, { role: 'user' })).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  expect(await users.changeRole(clinic, left.id, { role: 'admin' })).toMatchObject({ role: 'admin' });
});

test('who was invited and has not come is no administrator that a place can be left to', async () => {
  const platform = tenants.openPlatform(held.database, (await newClinic(held.database)).actor);
  for (const [place, role] of [
    [await newClinic(held.database), 'admin'],
    [platform, 'platform_admin'],
  ] as const) {
    const one = await add(place, role);
    const link = { tokenHash: `${++made}`.padStart(64, '0'), expiresAt: new Date('2027-01-01') };
    const { user } = await users.invite(place, { email: `u${made}@klinik.id`, name: 'I', role, ...link });
    const others = (await users.findByTenant(place)).items.filter(({ id, hasPassword, isActive }) => hasPassword && isActive && id !== one.id); // prettier-ignore
    for (const { id } of others) await users.deactivate(place, id);
    await expect(users.deactivate(place, one.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    await users.choosePassword(place, { tokenHash: link.tokenHash, passwordHash });
    await users.deactivate(place, one.id);
    await expect(users.deactivate(place, user.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  }
});

test('roles are those of the place', async () => {
  const clinic = await newClinic(held.database);
  const platform = tenants.openPlatform(held.database, clinic.actor);
  const [rani, boss] = [await add(clinic, 'staff'), await add(platform, 'platform_admin')];
  const refused = await codesOf([
    users.changeRole(clinic, rani.id, { role: 'platform_admin' }),
    users.changeRole(platform, boss.id, { role: 'admin' }),
  ]);
  expect(new Set(refused)).toEqual(new Set(['FORBIDDEN']));
  const bali = await newClinic(held.database);
  const foreign = await codesOf([
    users.changeRole(bali, rani.id, { role: 'user' }),
    users.deactivate(bali, rani.id),
    users.reactivate(bali, rani.id),
    users.setPassword(bali, rani.id, { passwordHash }),
  ]);
  expect(new Set(foreign)).toEqual(new Set(['NOT_FOUND']));
});
