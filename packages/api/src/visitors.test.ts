import { CirceError, type Database } from '@paper-circe/core';
import { morning, newClinic, testDatabase } from '@paper-circe/core/testing';
import { expect, test } from 'vitest';
import { idempotencyHeader } from './shared/headers.ts';
import { newStaffedPractice } from './testing/accounts.ts';
import { call } from './testing/call.ts';
import { Visitors } from './visitors.ts';

const db = testDatabase();
const phoneOf = (n: number) => `0812-5555-${String(1000 + n)}`;

/** What became of a booking, without its wait. */
async function booked(visitors: Visitors, database: Database, from: { address: string; phone: string }[]) {
  const clinic = await newClinic(database);
  const tried = from.map((one) => visitors.booking(clinic, one, () => Promise.resolve('done')));
  return (await Promise.allSettled(tried)).map((one) =>
    one.status === 'fulfilled' ? one.value : (one.reason as CirceError).code,
  );
}

test('ten bookings an hour come from one address, however many are asked for at once', async () => {
  const visitors = new Visitors();
  const from = Array.from({ length: 12 }, (_, n) => ({ address: '192.0.2.7', phone: phoneOf(n) }));
  const answers = await booked(visitors, db.database, from);
  expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'done'));
  expect(answers.slice(10)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  // Of another clinic, and an hour later.
  expect(await booked(visitors, db.database, from.slice(0, 1))).toEqual(['done']);
  db.clock.now = new Date(morning.getTime() + 60 * 60_000);
  expect(await booked(visitors, db.database, from.slice(0, 1))).toEqual(['done']);
  db.clock.now = morning;
});

test('five an hour are for one phone number in whatever spelling, from wherever', async () => {
  const spellings = [
    '0812-5555-0000',
    '+62 812 5555 0000',
    '6281255550000',
    '(0812) 55550000',
    '081255550000',
  ];
  const from = [...spellings, '0812 5555 0000'].map((phone, n) => ({ address: `192.0.2.${n}`, phone }));
  expect((await booked(new Visitors(), db.database, from)).at(-1)).toBe('RATE_LIMITED');
});

test('a time that was taken, or what was typed wrongly, is not counted', async () => {
  const visitors = new Visitors();
  const clinic = await newClinic(db.database);
  const from = { address: '192.0.2.9', phone: phoneOf(1) };
  for (let n = 0; n < 20; n++) {
    const taken = () => Promise.reject(new CirceError('CONFLICT_SLOT', 'Taken.', { reasons: [] }));
    await expect(visitors.booking(clinic, from, taken)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  }
  await expect(visitors.booking(clinic, from, () => Promise.resolve('done'))).resolves.toBe('done');
});

test('what was booked is changed thirty times an hour from one address, whether the links are good or not', async () => {
  const [visitors, clinic] = [new Visitors(), await newClinic(db.database)];
  for (let n = 0; n < 30; n++) visitors.change(clinic, '192.0.2.9');
  expect(() => visitors.change(clinic, '192.0.2.9')).toThrow('Too much');
  visitors.change(clinic, '192.0.2.10');
});

test('a page is looked at a few hundred times a minute from one address', () => {
  const visitors = new Visitors();
  for (let n = 0; n < 300; n++) visitors.look('2001:db8::1', 0);
  expect(() => visitors.look('2001:db8::2', 0)).toThrow('too often');
  visitors.look('2001:db8:1::1', 0);
  visitors.look('2001:db8::1', 60_000);
});

test('anybody books by the API, once under one key, and learns nothing of anybody else', async () => {
  const { slug, quick, maya } = await newStaffedPractice(db.database);
  const input = {
    ...{ name: 'Somebody', phone: maya.phone, steps: [{ treatmentId: quick.id }] },
    startAt: new Date('2026-11-25T03:00:00Z'),
  };
  const send = () =>
    call(db.database, {
      ...{ tenant: slug, path: 'publicPage.book', type: 'mutation', input },
      headers: { [idempotencyHeader]: 'the-form' },
    });
  const first = await send();
  expect(first).toMatchObject({ ok: true, data: [{ status: 'pending', treatmentName: quick.name }] });
  expect(JSON.stringify(first)).not.toMatch(/Maya|patient|Somebody|phone/);
  expect(await send()).toEqual(first);
});
