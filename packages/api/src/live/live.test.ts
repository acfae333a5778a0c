import { bookings, openDatabase, patients, tenants, users } from '@paper-circe/core';
import { testDatabase } from '@paper-circe/core/testing';
import { databaseUri } from '@paper-circe/testing';
import { expect, test, vi } from 'vitest';
import { setPassword } from '../accounts.ts';
import { createClient } from '../client/index.ts';
import { feedOf } from './feed.ts';
import type { LiveMessage } from './message.ts';
import { endSession, startSession } from '../sessions/index.ts';
import { failureOf, type Failure } from '../shared/failure.ts';
import { newStaffedPractice, type StaffedPractice } from '../testing/accounts.ts';
import { call } from '../testing/call.ts';
import { aToken } from '../testing/procedures.ts';
import { testServer } from '../testing/server.ts';

const db = testDatabase();
const server = testServer(() => ({ database: db.database }));

/** Less than the 15 seconds to the next ping, which would tell a screen too; how fast it is, `npm run bench -- live` shows. */
const patience = 12_000;

/** One open screen. */
function watch({ slug, accounts }: StaffedPractice, token = accounts.staff.token, lastEventId?: string) {
  const client = createClient({ url: server.url, tenant: slug, token });
  const got: LiveMessage[] = [];
  const ended: (Failure | undefined)[] = [];
  const subscription = client.live.events.subscribe(lastEventId === undefined ? undefined : { lastEventId }, {
    onData: ({ data }) => got.push(data),
    onError: (error) => ended.push(failureOf(error)),
  });
  const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: patience, interval: 10 }); // prettier-ignore
  return { got, ended, until, leave: () => subscription.unsubscribe() };
}

const changes = (got: LiveMessage[]) => got.filter((message) => message.kind === 'change');

let hour = 0;
function book({ clinic, ayu, facial }: StaffedPractice) {
  const startAt = new Date(Date.UTC(2026, 10, 25 + Math.floor(hour / 10), 2 + (hour++ % 10)));
  return bookings.book(clinic, {
    patientId: ayu.id, treatmentId: facial.id, staffId: 'any', startAt, source: 'online', notes: 'Private',
  }); // prettier-ignore
}

test('every open screen sees a booking by itself', async () => {
  const practice = await newStaffedPractice(db.database);
  const screens = [watch(practice), watch(practice, practice.accounts.admin.token)];
  await Promise.all(screens.map(({ until, got }) => until(() => got[0]?.kind === 'position')));
  const booking = await book(practice);
  await Promise.all(screens.map(({ until, got }) => until(() => changes(got).length === 1)));
  const [first] = screens.map(({ got }) => got);
  expect(first![1]).toMatchObject({
    kind: 'change',
    action: 'bookings.book',
    collection: 'bookings',
    documentId: booking.id,
    seq: first![0]!.seq + 1,
    booking: { id: booking.id, startAt: booking.startAt, revision: 1 },
  });
  expect(JSON.stringify(first)).not.toMatch(/Private|"holds"|"tenantId"|searchWords/);
  screens.forEach(({ leave }) => leave());
});

test('fifty screens are told everything of their clinic once, and asked for together whether they may listen', async () => {
  const both = [await newStaffedPractice(db.database), await newStaffedPractice(db.database)];
  const opened = both.map(async (practice) => {
    const users = Array.from({ length: 25 }, () =>
      startSession(practice.clinic, practice.accounts.staff.user.id),
    );
    return (await Promise.all(users)).map(({ token }) => watch(practice, token));
  });
  const screens = await Promise.all(opened);
  await Promise.all(screens.flat().map(({ until, got }) => until(() => got.length === 1)));
  let looks = 0;
  const count = ({ command }: { command: Record<string, unknown> }) =>
    void (command['find'] === 'sessions' && looks++);
  db.database.client.on('commandStarted', count);
  const booked = await Promise.all(
    both.map(async (practice) => [await book(practice), await book(practice)]),
  );
  await Promise.all(screens.flat().map(({ until, got }) => until(() => changes(got).length >= 2)));
  db.database.client.off('commandStarted', count);
  screens.forEach((ofClinic, n) => {
    const ids = booked[n]!.map(({ id }) => id);
    for (const { got } of ofClinic) expect(changes(got).map(({ documentId }) => documentId)).toEqual(ids);
  });
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(50);
  screens.flat().forEach(({ leave }) => leave());
});

test('a screen sees what another process wrote', async () => {
  const practice = await newStaffedPractice(db.database);
  const screen = watch(practice);
  await screen.until(() => screen.got.length === 1);
  // Another process has its own connection, and wakes nobody here.
  const name = db.database.db.databaseName;
  const elsewhere = await openDatabase({ uri: databaseUri(), name, clock: db.database.clock });
  try {
    const clinic = await tenants.openTenant(elsewhere, practice.clinic.tenantId, {
      kind: 'system',
      name: 'elsewhere',
    });
    await patients.register(clinic, { name: 'Rina', phone: '0812 5555 0001' });
    await screen.until(() => changes(screen.got).length === 1);
    expect(changes(screen.got)[0]).toMatchObject({ action: 'patients.register' });
    expect(JSON.stringify(screen.got)).not.toMatch(/Rina|5555/);
  } finally {
    screen.leave();
    await elsewhere.close();
  }
});

test('a screen that lost its connection goes on where it was, without loss and without doubles', async () => {
  const practice = await newStaffedPractice(db.database);
  const screen = watch(practice);
  await screen.until(() => screen.got.length === 1);
  await book(practice);
  await screen.until(() => changes(screen.got).length === 1);
  server.disconnect();
  await Promise.all([book(practice), book(practice), book(practice)]);
  await screen.until(() => changes(screen.got).length === 4);
  server.disconnect();
  await book(practice);
  await screen.until(() => changes(screen.got).length === 5);
  const numbers = screen.got.map(({ seq }) => seq);
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
  screen.leave();
});

test('a screen that names a number gets everything after it, and nothing of other clinics', async () => {
  const [practice, other] = [await newStaffedPractice(db.database), await newStaffedPractice(db.database)];
  const made = [await book(practice), await book(practice)];
  await book(other);
  const screen = watch(practice, practice.accounts.staff.token, '0');
  await screen.until(() => changes(screen.got).length >= 2 && screen.got.at(-1)!.seq === feedOf(db.database, practice.clinic).newest); // prettier-ignore
  expect(screen.got.map(({ seq }) => seq)).toEqual(screen.got.map((_, i) => i + 1));
  const booked = changes(screen.got).filter(({ action }) => action === 'bookings.book');
  expect(booked.map(({ documentId }) => documentId)).toEqual(made.map(({ id }) => id));
  screen.leave();
  // A number that was never given means that the database was put back: begin at the newest.
  const lost = watch(practice, practice.accounts.staff.token, '999999');
  await lost.until(() => lost.got.length === 1);
  expect(lost.got[0]).toEqual({ kind: 'position', seq: screen.got.at(-1)!.seq });
  lost.leave();
});

test('the position read before a page loses nothing that happens until the page listens', async () => {
  const practice = await newStaffedPractice(db.database);
  const client = createClient({
    url: server.url,
    tenant: practice.slug,
    token: practice.accounts.staff.token,
  });
  const { seq } = await client.live.position.query();
  const booking = await book(practice);
  const screen = watch(practice, practice.accounts.staff.token, String(seq));
  await screen.until(() => screen.got.length === 1);
  expect(screen.got[0]).toMatchObject({ kind: 'change', documentId: booking.id, seq: seq + 1 });
  screen.leave();
});

test('listening ends at once with the session, and nobody listens afterwards', async () => {
  const practice = await newStaffedPractice(db.database);
  const { staff, admin } = practice.accounts;
  const [screen, other] = [watch(practice, staff.token), watch(practice, admin.token)];
  await Promise.all([screen.until(() => screen.got.length === 1), other.until(() => other.got.length === 1)]);
  await endSession(practice.clinic, staff.token);
  await screen.until(() => screen.ended.length === 1);
  expect(screen.ended[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
  await book(practice);
  await other.until(() => changes(other.got).length === 1);
  expect(changes(screen.got)).toEqual([]);
  other.leave();
});

test.each<[string, (practice: StaffedPractice, id: users.UserId) => Promise<unknown>]>([
  ['another password', ({ clinic }, id) => setPassword(clinic, id, { password: 'another battery horse' })],
  ['a lesser role', ({ clinic }, id) => users.changeRole(clinic, id, { role: 'user' })],
  ['deactivation', ({ clinic }, id) => users.deactivate(clinic, id)],
])('listening ends at once with %s', async (_, act) => {
  const practice = await newStaffedPractice(db.database);
  const { staff, admin } = practice.accounts;
  const [screen, other] = [watch(practice, staff.token), watch(practice, admin.token)];
  await Promise.all([screen.until(() => screen.got.length === 1), other.until(() => other.got.length === 1)]);
  await act(practice, staff.user.id);
  await screen.until(() => screen.ended.length === 1);
  expect(screen.ended[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
  await book(practice);
  await other.until(() => changes(other.got).some(({ action }) => action === 'bookings.book'));
  expect(changes(screen.got)).toEqual([]);
  other.leave();
});

test('a program listens with its token until that is revoked', async () => {
  const practice = await newStaffedPractice(db.database);
  const { id, token } = await aToken(practice.clinic, 'live:read');
  const screen = watch(practice, token);
  await screen.until(() => screen.got.length === 1);
  const { cookie } = practice.accounts.admin;
  await call(db.database, { tenant: practice.slug, path: 'apiTokens.revoke', type: 'mutation', cookie, input: { id } }); // prettier-ignore
  await screen.until(() => screen.ended.length === 1);
  expect(screen.ended[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('people and programs listen until their clinic is suspended', async () => {
  const practice = await newStaffedPractice(db.database);
  const { token } = await aToken(practice.clinic, 'live:read');
  const screens = [watch(practice), watch(practice, token)];
  await Promise.all(screens.map(({ until, got }) => until(() => got.length === 1)));
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  await tenants.suspend(platform, practice.clinic.tenant.id, { reason: 'Unpaid' });
  await Promise.all(screens.map(({ until, ended }) => until(() => ended.length === 1)));
  for (const { ended, got } of screens) {
    expect(ended[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(changes(got)).toEqual([]);
  }
});

test('a deactivated user is sent nothing more', async () => {
  const practice = await newStaffedPractice(db.database);
  const screen = watch(practice);
  await screen.until(() => screen.got.length === 1);
  const { tenantId, email } = practice.accounts.staff.user;
  await db.database.db
    .collection('users')
    .updateOne({ $and: [{ tenantId }, { email }] }, { $set: { isActive: false } });
  await book(practice);
  await screen.until(() => screen.ended.length === 1);
  expect(changes(screen.got)).toEqual([]);
});

test('a feed without listeners stops', async () => {
  const practice = await newStaffedPractice(db.database);
  const screen = watch(practice);
  await screen.until(() => screen.got.length === 1);
  const feed = feedOf(db.database, practice.clinic);
  screen.leave();
  await vi.waitFor(() => expect(feedOf(db.database, practice.clinic)).not.toBe(feed), { timeout: patience });
  const { wakes } = feed;
  await book(practice);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(feed.wakes).toBe(wakes);
});
