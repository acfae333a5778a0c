import { CirceError, patients, sessions } from '@paper-circe/core';
import { morning, testDatabase } from '@paper-circe/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { createContext } from '../context.ts';
import type { CookieOptions, Cookies } from '../cookies.ts';
import { hashOf } from '../secrets.ts';
import { failureOf } from '../shared/failure.ts';
import { createCaller } from '../root.ts';
import { newStaffedPractice, password } from '../testing/accounts.ts';
import { endAllSessions, endSession, isSignedIn, readSession, startSession } from './index.ts';

const db = testDatabase();
beforeEach(() => {
  db.clock.now = morning;
});

const hours = (n: number) => new Date(morning.getTime() + n * 3_600_000);

function jar() {
  const kept = new Map<string, { value: string; options: CookieOptions }>();
  const cookies: Cookies = {
    get: (name) => kept.get(name)?.value,
    set: (name, value, options) => void kept.set(name, { value, options }),
    delete: (name) => void kept.delete(name),
  };
  return { kept, cookies };
}

async function signedIn(origin: string) {
  const { slug, accounts, clinic } = await newStaffedPractice(db.database);
  const { kept, cookies } = jar();
  const api = async () => {
    const request = new Request(`${origin}/${slug}`);
    return createCaller(
      await createContext({ database: db.database, tenant: slug, request, cookies, address: '' }),
    );
  };
  await (await api()).auth.login({ email: accounts.staff.email, password });
  return { clinic, slug, kept, api, user: accounts.staff.user };
}

test('the database holds a hash of the token and the token nowhere', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { token } = await startSession(clinic, accounts.staff.user.id);
  expect(token.length).toBeGreaterThanOrEqual(40);
  const { items: stored } = await sessions.findByUser(clinic, accounts.staff.user.id);
  expect(stored.map((session) => session.tokenHash)).toContain(hashOf(token));
  expect(JSON.stringify(stored)).not.toContain(token);
});

test('on http the cookie carries the slug, is for the server only and for every path', async () => {
  const { kept, slug } = await signedIn('http://circe.test');
  expect([...kept.keys()]).toEqual([`circe_${slug}`]);
  expect(kept.get(`circe_${slug}`)?.options).toEqual({
    path: '/', httpOnly: true, secure: false, sameSite: 'lax', maxAge: 30 * 86_400,
  }); // prettier-ignore
});

test('on https the cookie belongs to the host alone', async () => {
  const { kept, slug, api } = await signedIn('https://circe.test');
  expect([...kept.keys()]).toEqual([`__Host-circe_${slug}`]);
  expect(kept.get(`__Host-circe_${slug}`)?.options).toMatchObject({
    secure: true,
    path: '/',
    httpOnly: true,
  });
  expect(await (await api()).auth.me()).toMatchObject({ name: 'The staff' });
});

test('a session that was ended is none from that moment on', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { id } = accounts.staff.user;
  const [here, there] = await Promise.all([startSession(clinic, id), startSession(clinic, id)]);
  await endSession(clinic, here.token);
  expect(await readSession(clinic, here.token)).toBeUndefined();
  expect(await readSession(clinic, there.token)).toMatchObject({ id });
  await endAllSessions(clinic, id);
  expect(await readSession(clinic, there.token)).toBeUndefined();
  await endSession(clinic, here.token);
});

test('signing out ends the session and takes the cookie away', async () => {
  const { kept, api, clinic, slug } = await signedIn('http://circe.test');
  const { value } = kept.get(`circe_${slug}`)!;
  await (await api()).auth.logout();
  expect(kept.size).toBe(0);
  expect(await readSession(clinic, value)).toBeUndefined();
});

test('signing in again ends the session before', async () => {
  const { kept, api, clinic, slug } = await signedIn('http://circe.test');
  const before = kept.get(`circe_${slug}`)!.value;
  const { email } = await (await api()).auth.me();
  await (await api()).auth.login({ email, password });
  expect(kept.get(`circe_${slug}`)!.value).not.toBe(before);
  expect(await readSession(clinic, before)).toBeUndefined();
});

test('deactivating a user ends what he was signed in to at once', async () => {
  const { api, user } = await signedIn('http://circe.test');
  expect(await (await api()).auth.me()).toMatchObject({ id: user.id });
  const raw = db.database.db.collection('users');
  await raw.updateOne(
    { $and: [{ tenantId: user.tenantId }, { email: user.email }] },
    { $set: { isActive: false } },
  );
  await expect((await api()).auth.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

test('a session runs out when nobody uses it for half a day', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { token } = await startSession(clinic, accounts.staff.user.id);
  db.clock.now = hours(12.1);
  expect(await readSession(clinic, token)).toBeUndefined();
});

test('listening does not renew a session', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { token } = await startSession(clinic, accounts.staff.user.id);
  for (const hour of [3, 6, 9, 11.9]) {
    db.clock.now = hours(hour);
    expect(await isSignedIn(db.database, clinic, token)).toBe(true);
  }
  db.clock.now = hours(12.1);
  expect(await isSignedIn(db.database, clinic, token)).toBe(false);
});

test('use renews a session, for thirty days at most', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { token } = await startSession(clinic, accounts.staff.user.id);
  for (let hour = 11; hour < 30 * 24; hour += 11) {
    db.clock.now = hours(hour);
    expect(await readSession(clinic, token)).toBeDefined();
  }
  db.clock.now = hours(30 * 24);
  expect(await readSession(clinic, token)).toBeUndefined();
});

test('a session says where it was opened and when it was used, to five minutes', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { id } = accounts.staff.user;
  const { token } = await startSession(clinic, id, { address: '203.0.113.7', agent: 'Firefox' });
  const stored = async () => (await sessions.findByUser(clinic, id)).items[0];
  expect(await stored()).toMatchObject({ address: '203.0.113.7', agent: 'Firefox', lastUsedAt: morning });
  const uses = [[4, 0], [5, 5], [9, 5], [10, 10]] as const; // prettier-ignore
  for (const [minutes, known] of uses) {
    db.clock.now = hours(minutes / 60);
    await readSession(clinic, token);
    expect((await stored())?.lastUsedAt).toEqual(hours(known / 60));
  }
  db.clock.now = hours(1);
  expect(await isSignedIn(db.database, clinic, token)).toBe(true);
  expect((await stored())?.lastUsedAt).toEqual(hours(10 / 60));
});

test('somebody sees his sessions and ends one or all but this one, each from then on', async () => {
  const { api, clinic, user } = await signedIn('http://circe.test');
  const [lost, other] = [await startSession(clinic, user.id), await startSession(clinic, user.id)];
  const { items } = await (await api()).auth.sessions();
  expect(items.map(({ current }) => current)).toEqual([false, false, true, false]);
  expect(JSON.stringify(items)).not.toMatch(/tokenHash|tenantId/);
  await (await api()).auth.revokeSession({ id: items[1]!.id });
  expect(await readSession(clinic, lost.token)).toBeUndefined();
  await expect((await api()).auth.revokeSession({ id: items[1]!.id })).rejects.toMatchObject({ code: 'NOT_FOUND' }); // prettier-ignore
  expect(await readSession(clinic, other.token)).toBeDefined();
  await (await api()).auth.revokeOtherSessions();
  expect(await readSession(clinic, other.token)).toBeUndefined();
  expect((await (await api()).auth.sessions()).items).toMatchObject([{ current: true }]);
});

test('sessions that have run out are not shown, and go with the next sign-in', async () => {
  const { clinic, accounts } = await newStaffedPractice(db.database);
  const { id } = accounts.staff.user;
  db.clock.now = hours(13);
  expect((await sessions.findByUser(clinic, id)).items).toEqual([]);
  await startSession(clinic, id);
  db.clock.now = morning;
  expect((await sessions.findByUser(clinic, id)).items).toHaveLength(1);
});

test('a bearer token is as good as a cookie, and one that is worth nothing is not replaced by one', async () => {
  const { slug, accounts } = await newStaffedPractice(db.database);
  const { cookies } = jar();
  const api = async (authorization: string) => {
    const request = new Request('http://circe.test', { headers: { authorization } });
    return createCaller(
      await createContext({ database: db.database, tenant: slug, request, cookies, address: '' }),
    );
  };
  expect(await (await api(`Bearer ${accounts.admin.token}`)).auth.me()).toMatchObject({ role: 'admin' });
  const { token, value } = { token: accounts.admin.token, value: 'Basic YTpi' };
  cookies.set(`circe_${slug}`, token, {
    path: '/',
    httpOnly: true,
    secure: false,
    sameSite: 'lax',
    maxAge: 1,
  });
  await expect((await api(value)).auth.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

test('a caller in this process gets errors whose cause is the error of the list', async () => {
  const { api } = await signedIn('http://circe.test');
  const caller = await api();
  const missing = patients.PatientId.parse('0123456789abcdef01234567');
  const error = await caller.patients.get({ id: missing }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'NOT_FOUND', cause: expect.any(CirceError) as CirceError });
  expect(failureOf(error)).toMatchObject({ code: 'NOT_FOUND', details: { what: 'patient' } });
  const invalid = await caller.patients
    .register({ name: '', phone: '0812' })
    .catch((thrown: unknown) => thrown);
  expect(failureOf(invalid)).toMatchObject({ code: 'VALIDATION', details: { issues: [{ path: 'name' }] } });
});
