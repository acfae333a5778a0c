import { openDatabase, tenants } from '@paper-circe/core';
import { databaseUri } from '@paper-circe/testing';
import { testDatabase } from '@paper-circe/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { dryRunHeader, idempotencyHeader } from './shared/headers.ts';
import { createContext } from './context.ts';
import { cookiesOf } from './cookies.ts';
import { createCaller } from './root.ts';
import { cookieName, readSession, startSession } from './sessions/index.ts';
import { failureOf } from './shared/failure.ts';
import { newStaffedPractice, password, type StaffedPractice } from './testing/accounts.ts';
import { AddressThrottle, beginSignIn, network, SlidingWindow } from './throttle.ts';

const db = testDatabase();

let place = 0;
let address = '';
beforeEach(() => {
  address = `198.51.100.${++place}`;
});

async function failed({ slug }: StaffedPractice, email: string, tried: string, from = address) {
  const request = new Request('http://circe.test');
  const cookies = cookiesOf(request.headers);
  const context = await createContext({
    database: db.database,
    tenant: slug,
    request,
    cookies,
    address: from,
  });
  return createCaller(context)
    .auth.login({ email, password: tried })
    .then(() => undefined, failureOf); // prettier-ignore
}

test('an unknown address, a wrong password and a deactivated account answer the same', async () => {
  const practice = await newStaffedPractice(db.database);
  const { staff, user } = practice.accounts;
  const raw = db.database.db.collection('users');
  const { tenantId, email } = user.user;
  await raw.updateOne({ $and: [{ tenantId }, { email }] }, { $set: { isActive: false } });
  const answers = [
    await failed(practice, 'nobody@clinic.test', password),
    await failed(practice, staff.email, 'wrong password'),
    await failed(practice, email, password),
  ];
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({
    code: 'UNAUTHENTICATED',
    message: 'The email or the password is wrong.',
  });
  expect(await failed(practice, ` ${staff.email.toUpperCase()} `, password)).toBeUndefined();
});

test('an unknown account takes the time of a known one', async () => {
  const practice = await newStaffedPractice(db.database);
  const fastest = { known: Infinity, unknown: Infinity };
  const emails = { known: practice.accounts.staff.email, unknown: 'nobody@clinic.test' };
  // In turn, and the fastest of each: whatever else the machine does can only make a call slower.
  for (let i = 0; i < 7; i++) {
    for (const kind of ['known', 'unknown'] as const) {
      const before = performance.now();
      await failed(practice, emails[kind], 'wrong password');
      fastest[kind] = Math.min(fastest[kind], performance.now() - before);
    }
  }
  // Without the hash it would be a small part of it.
  expect(fastest.unknown / fastest.known).toBeGreaterThan(0.4);
});

test('an account is closed after ten failures, however they are spread over addresses, and opens again', async () => {
  const practice = await newStaffedPractice(db.database);
  const { email } = practice.accounts.staff;
  // All at once: each is counted before its password is looked at.
  const answers = await Promise.all(
    Array.from({ length: 14 }, (_, i) => failed(practice, email, 'wrong password', `203.0.113.${i}`)),
  );
  const codes = answers.map((answer) => answer?.code);
  expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(4);
  const closed = await failed(practice, email, password);
  expect(closed).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 900 } });
  expect(await failed(practice, practice.accounts.admin.email, password)).toBeUndefined();
  db.clock.now = new Date(db.clock.now.getTime() + 15 * 60_000);
  expect(await failed(practice, email, password)).toBeUndefined();
});

test('an address is closed after sixty failures, and signing in well never counts', () => {
  const throttle = new AddressThrottle();
  const now = db.clock.now.getTime();
  const begin = (from = address) => throttle.begin(from, now);
  for (let i = 0; i < 100; i++) begin()();
  for (let i = 0; i < 60; i++) begin();
  expect(() => begin()).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(() => begin('192.0.2.200')).not.toThrow();
});

test('two processes count the failures of an account together, and whoever knows the password starts anew', async () => {
  const { clinic } = await newStaffedPractice(db.database);
  const other = await openDatabase({
    uri: databaseUri(),
    name: db.database.db.databaseName,
    clock: db.database.clock,
  });
  const there = await tenants.openTenant(other, clinic.tenant.id, { kind: 'public' });
  const email = 'sari@clinic.test';
  const asked = { idempotencyKey: undefined, dryRun: false };
  const from = (n: number) => ({ ...(n % 2 ? { clinic, database: db.database } : { clinic: there, database: other }), asked, address: `203.0.113.${n}` }); // prettier-ignore
  const flood = await Promise.allSettled(Array.from({ length: 24 }, (_, n) => beginSignIn(from(n), email)));
  const through = flood.filter((one) => one.status === 'fulfilled');
  expect(through).toHaveLength(10);
  const more = beginSignIn(from(30), ` ${email.toUpperCase()}`);
  await expect(more).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await through[9]?.value();
  for (let n = 0; n < 15; n++) {
    const succeeded = await beginSignIn(from(n), email);
    await succeeded();
  }
  await other.close();
});

test('a window remembers a bounded number of keys', () => {
  const window = new SlidingWindow(2, 1_000, 100);
  for (let i = 0; i < 1_000; i++) window.add(`key ${i}`, i);
  expect(window.size).toBe(100);
  window.add('mine', 1_000);
  expect(window.wait('mine', 1_000)).toBe(0);
  window.add('mine', 1_400);
  expect(window.wait('mine', 1_500)).toBe(500);
  expect(window.wait('mine', 2_000)).toBe(0);
});

test('an IPv6 customer is his /64', () => {
  expect(network('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(network('2001:DB8:1:2::1')).toBe('2001:db8:1:2');
  expect(network('2001:db8::1')).toBe('2001:db8:0:0');
  expect(network('::1')).toBe('0:0:0:0');
  expect(network('::ffff:192.0.2.1')).toBe('192.0.2.1');
});

test('a password is changed by who knows it, who stays signed in here and nowhere else', async () => {
  const practice = await newStaffedPractice(db.database);
  const { clinic, slug, accounts } = practice;
  const { user, token } = accounts.staff;
  const elsewhere = await startSession(clinic, user.id);
  const context = (session: string) => {
    const headers = { cookie: `${cookieName(slug, false)}=${session}` };
    const request = new Request('http://circe.test', { headers });
    const cookies = cookiesOf(request.headers);
    return createContext({ database: db.database, tenant: slug, request, cookies, address }).then((made) => ({
      api: createCaller(made),
      cookies,
    }));
  };
  const { api, cookies } = await context(token);
  const change = (currentPassword: string, chosen = 'kopi tubruk hangat') =>
    api.auth.changePassword({ currentPassword, password: chosen }).then(() => undefined, failureOf); // prettier-ignore
  expect(await change('wrong password')).toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'currentPassword' }] },
  });
  expect(await change(password, 'the staff 2026!')).toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'password' }] },
  });
  expect(await readSession(clinic, token)).toBeDefined();
  expect(await change(password)).toBeUndefined();
  expect([await readSession(clinic, token), await readSession(clinic, elsewhere.token)]).toEqual([undefined, undefined]); // prettier-ignore
  const answer = new Headers();
  cookies.writeTo(answer);
  const renewed = /=([^;]+)/.exec(answer.getSetCookie()[0] ?? '')?.[1] ?? '';
  expect(await readSession(clinic, renewed)).toMatchObject({ id: user.id });
  expect(await failed(practice, user.email, password)).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await failed(practice, user.email, 'kopi tubruk hangat')).toBeUndefined();
});

test.each([
  ['', {}],
  [', nor by trying the change only', { [dryRunHeader]: '1' }],
  [', nor under one key', { [idempotencyHeader]: 'one-for-all' }],
])('whoever found an open screen cannot try passwords on it without end%s', async (_, headers) => {
  const practice = await newStaffedPractice(db.database);
  const { staff } = practice.accounts;
  const request = new Request('http://circe.test', { headers: { cookie: staff.cookie, ...headers } });
  const cookies = cookiesOf(request.headers);
  const tenant = practice.slug;
  const api = createCaller(await createContext({ database: db.database, tenant, request, cookies, address }));
  const guess = { currentPassword: 'wrong password', password: 'kopi tubruk hangat' };
  const codes = await Promise.all(
    Array.from({ length: 12 }, () => api.auth.changePassword(guess).then(() => 'ok', (error: unknown) => failureOf(error)?.code)), // prettier-ignore
  );
  expect(codes.filter((code) => code === 'VALIDATION')).toHaveLength(10);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(2);
});
