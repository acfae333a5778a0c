import { expect, test } from 'vitest';
import { once } from '../act.ts';
import * as sessions from '../sessions/index.ts';
import { codesOf, morning, newClinic, recorded, testDatabase } from '../testing/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as users from './index.ts';

const held = testDatabase();

let made = 0;
const newHash = () => `${++made}`.padStart(64, '0');
const passwordHash = 'a hash that somebody else has made';
const tomorrow = new Date(morning.getTime() + 86_400_000);
const invite = (clinic: TenantScope, tokenHash: string) =>
  users.invite(clinic, { email: `u${++made}@klinik.id`, name: 'Rani', tokenHash, expiresAt: tomorrow });

test('somebody who was invited chooses his password once, by the link of his own clinic', async () => {
  const [jakarta, bali] = [await newClinic(held.database), await newClinic(held.database)];
  const tokenHash = newHash();
  const { user } = await invite(jakarta, tokenHash);
  expect(user).toMatchObject({ role: 'staff', isActive: true, hasPassword: false });
  expect(await users.findByLink(bali, tokenHash)).toBeUndefined();
  expect(await users.findByLink(jakarta, tokenHash)).toEqual(user);
  const choose = (clinic: TenantScope, hash = tokenHash) =>
    users.choosePassword(clinic, { tokenHash: hash, passwordHash });
  const answers = await codesOf([choose(bali), choose(jakarta, newHash()), choose(jakarta), choose(jakarta)]);
  expect(answers.toSorted()).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'done']);
  expect(await users.findByLink(jakarta, tokenHash)).toBeUndefined();
  expect(await users.get(jakarta, user.id)).toMatchObject({ hasPassword: true, revision: 2 });
  const history = JSON.stringify(await recorded(jakarta, 'users', user.id));
  expect(history).toMatch(/users\.invite.*users\.choosePassword/);
  expect(history).not.toMatch(new RegExp(`${tokenHash}|hash that|"none"`));
});

test('an invitation takes one of maxUsers, and asked for twice with one key it is one', async () => {
  const clinic = await newClinic(held.database, { features: { maxUsers: 2 } });
  const given = { email: 'rani@klinik.id', name: 'Rani', expiresAt: tomorrow };
  const twice = await Promise.all(
    [newHash(), newHash()].map((tokenHash) => users.invite(once(clinic, 'key'), { ...given, tokenHash })),
  );
  expect(twice[0]).toEqual(twice[1]);
  const tried = await codesOf(Array.from({ length: 3 }, () => invite(clinic, newHash())));
  expect(tried.toSorted()).toEqual(['QUOTA_EXCEEDED', 'QUOTA_EXCEEDED', 'done']);
  expect(await codesOf([users.invite(clinic, { ...given, tokenHash: newHash() })])).toEqual([
    'QUOTA_EXCEEDED',
  ]);
});

test('a new link takes the place of the one before, also when two are made at once', async () => {
  const clinic = await newClinic(held.database);
  const first = newHash();
  const { user } = await invite(clinic, first);
  const hashes = [newHash(), newHash(), newHash()];
  await Promise.all(
    hashes.map((tokenHash) => users.allowReset(clinic, user.id, { tokenHash, expiresAt: tomorrow })),
  );
  const good = await Promise.all([first, ...hashes].map((hash) => users.findByLink(clinic, hash)));
  expect(good.filter(Boolean)).toHaveLength(1);
  const taken = users.allowReset(clinic, user.id, { tokenHash: newHash(), expiresAt: tomorrow, revision: 9 });
  expect(await codesOf([taken])).toEqual(['STALE']);
});

test('a link is good until its last moment, and no longer when the password or the user has changed', async () => {
  const clinic = await newClinic(held.database);
  await users.add(clinic, { email: 'admin@klinik.id', name: 'Admin', role: 'admin', passwordHash });
  const { user } = await invite(clinic, newHash());
  const link = async () => {
    const tokenHash = newHash();
    await users.allowReset(clinic, user.id, { tokenHash, expiresAt: tomorrow });
    return tokenHash;
  };
  const late = await link();
  held.clock.now = new Date(tomorrow.getTime() - 1);
  expect(await users.findByLink(clinic, late)).toBeDefined();
  held.clock.now = tomorrow;
  expect(await users.findByLink(clinic, late)).toBeUndefined();
  expect(await codesOf([users.choosePassword(clinic, { tokenHash: late, passwordHash })])).toEqual([
    'NOT_FOUND',
  ]);
  held.clock.now = morning;
  const changed = await link();
  await users.setPassword(clinic, user.id, { passwordHash });
  expect(await users.findByLink(clinic, changed)).toBeUndefined();
  const deactivated = await link();
  await users.deactivate(clinic, user.id);
  expect(await codesOf([link()])).toEqual(['ILLEGAL_TRANSITION']);
  await users.reactivate(clinic, user.id);
  expect(await users.findByLink(clinic, deactivated)).toBeUndefined();
});

test('a password that was chosen by a link ends the sessions of before', async () => {
  const clinic = await newClinic(held.database);
  const [tokenHash, session] = [newHash(), newHash()];
  const { user } = await invite(clinic, tokenHash);
  await sessions.open(clinic, { tokenHash: session, userId: user.id, expiresAt: tomorrow });
  await users.choosePassword(clinic, { tokenHash, passwordHash });
  expect(await sessions.find(clinic, session)).toBeUndefined();
});
