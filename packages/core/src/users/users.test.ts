import { expect, test } from 'vitest';
import * as sessions from '../sessions/index.ts';
import * as tenants from '../tenants/index.ts';
import { newClinic, testDatabase } from '../testing/index.ts';
import * as users from './index.ts';

const held = testDatabase();
const passwordHash = 'a hash that somebody else has made';

test('a user is known by email within the clinic, and the hash stays inside', async () => {
  const [jakarta, bali] = await Promise.all([newClinic(held.database), newClinic(held.database)]);
  const rani = await users.add(jakarta, { email: ' Rani@Klinik.ID ', name: 'Rani', passwordHash });
  expect(rani).toMatchObject({ email: 'rani@klinik.id', role: 'staff', isActive: true });
  expect(rani).not.toHaveProperty('password');
  expect(await users.findByEmailAndTenant(jakarta, 'RANI@klinik.id')).toEqual(rani);
  expect(await users.findByEmailAndTenant(bali, 'rani@klinik.id')).toBeUndefined();
  await users.add(bali, { email: 'rani@klinik.id', name: 'Rani', passwordHash });
  await expect(
    users.add(jakarta, { email: 'rani@klinik.id', name: 'Twin', passwordHash }),
  ).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE' });
  expect(JSON.stringify(await users.findByTenant(jakarta))).not.toContain(passwordHash);
});

test('a clinic has at most maxUsers users, also when they are added at once', async () => {
  const clinic = await newClinic(held.database, { features: { maxUsers: 4 } });
  const tried = await Promise.allSettled(
    Array.from({ length: 12 }, (_, n) =>
      users.add(clinic, { email: `u${n}@klinik.id`, name: 'U', passwordHash }),
    ),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  for (const one of tried)
    if (one.status === 'rejected')
      expect(one.reason).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { quota: 'maxUsers' } });
  expect((await users.findByTenant(clinic)).items).toHaveLength(4);
});

test('platform administrators exist on the platform only', async () => {
  const clinic = await newClinic(held.database);
  const platform = tenants.openPlatform(held.database, clinic.actor);
  await expect(
    users.add(clinic, { email: 'p@circe.id', name: 'P', role: 'platform_admin', passwordHash }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(
    users.add(platform, { email: 'p@circe.id', name: 'P', role: 'admin', passwordHash }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a session counts in its own clinic, and not for a user who was deactivated', async () => {
  const [jakarta, bali] = await Promise.all([newClinic(held.database), newClinic(held.database)]);
  const rani = await users.add(jakarta, { email: 'rani@klinik.id', name: 'Rani', passwordHash });
  const expiresAt = new Date('2026-11-25T02:00:00Z');
  const tokenHash = 'a'.repeat(64);
  await sessions.open(jakarta, { tokenHash, userId: rani.id, expiresAt });
  expect(await sessions.find(jakarta, tokenHash)).toMatchObject({ user: { id: rani.id } });
  expect(await sessions.find(bali, tokenHash)).toBeUndefined();
  await held.database.db
    .collection('users')
    .updateOne({ tenantId: jakarta.tenantId, email: rani.email }, { $set: { isActive: false } });
  expect(await sessions.find(jakarta, tokenHash)).toBeUndefined();
});

test('who is signed in is known with when, and no longer once the session is over', async () => {
  const clinic = await newClinic(held.database);
  const [rina, sari] = [
    await users.add(clinic, { email: 'rina@x.id', name: 'Rina', passwordHash }),
    await users.add(clinic, { email: 'sari@x.id', name: 'Sari', passwordHash }),
  ];
  const both = [rina.id, sari.id];
  const now = clinic.clock().getTime();
  const session = (tokenHash: string, userId: users.UserId, expiresAt = now + 60_000) =>
    sessions.open(clinic, { tokenHash: tokenHash.repeat(64), userId, expiresAt: new Date(expiresAt) });
  await session('a', rina.id);
  await session('b', rina.id);
  await session('c', sari.id, now - 1);
  expect(await sessions.signedIn(clinic, both)).toEqual([{ userId: rina.id, at: new Date(now) }]);
  await sessions.closeAllOf(clinic, rina.id);
  expect(await sessions.signedIn(clinic, both)).toEqual([]);
});
