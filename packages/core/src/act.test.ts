import { expect, test } from 'vitest';
import { dryRun, once } from './act.ts';
import * as audit from './audit.ts';
import * as bookings from './bookings/index.ts';
import * as patients from './patients/index.ts';
import * as queue from './queue/index.ts';
import { keyLifeMs } from './idempotency.ts';
import { actingAs } from './tenancy.ts';
import { morning, newClinic, newPractice, testDatabase } from './testing/index.ts';

const held = testDatabase();
const ayu = { name: 'Ayu', phone: '0812-0000-0001' };
const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);

async function practice() {
  held.clock.now = morning;
  const made = await newPractice(held.database);
  const wish = {
    patientId: made.ayu.id,
    treatmentId: made.facial.id,
    staffId: made.sari.id,
    startAt: at('10:00'),
    source: 'online',
  } as const;
  return { ...made, wish };
}

test('the same key and input answer what was answered first, and do it once', async () => {
  const { clinic, wish } = await practice();
  const first = await bookings.book(once(clinic, 'order-1'), wish);
  const again = await bookings.book(once(clinic, 'order-1'), { ...wish });
  expect(again).toEqual(first);
  expect(again.startAt).toBeInstanceOf(Date);
  expect((await bookings.findByTenant(clinic)).items).toHaveLength(1);
  expect((await audit.historyOf(clinic, 'bookings', first.id)).items).toHaveLength(1);
});

test("a visitor's key is his own: another one who sends the same is neither refused nor answered for him", async () => {
  const { clinic } = await practice();
  const visitor = once(actingAs(clinic, { kind: 'public' }), 'key-1');
  const first = await patients.register(visitor, ayu);
  const other = await patients.register(visitor, { name: 'Budi', phone: '0812-0000-0002' });
  expect(other).toMatchObject({ name: 'Budi' });
  expect(await patients.register(visitor, ayu)).toEqual(first);
  const desk = once(clinic, 'key-1');
  await expect(patients.register(desk, ayu)).rejects.toMatchObject({ details: { field: 'phone' } });
});

test('many at once with one key are one act, also where the second alone would be a conflict', async () => {
  const clinic = await newClinic(held.database);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => patients.register(once(clinic, 'same'), ayu)),
  );
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  const { clinic: other, wish } = await practice();
  const booked = await Promise.all(
    Array.from({ length: 20 }, () => bookings.book(once(other, 'same'), wish)),
  );
  expect(new Set(booked.map(({ id }) => id)).size).toBe(1);
});

test('the same key with another input, or for another act, is refused and changes nothing', async () => {
  const { clinic, wish } = await practice();
  const booking = await bookings.book(once(clinic, 'k'), wish);
  const refused = { code: 'CONFLICT_DUPLICATE', details: { field: 'idempotencyKey' } };
  await expect(bookings.book(once(clinic, 'k'), { ...wish, startAt: at('12:00') })).rejects.toMatchObject(
    refused,
  );
  await expect(bookings.cancel(once(clinic, 'k'), booking.id)).rejects.toMatchObject(refused);
  expect(await bookings.get(clinic, booking.id)).toEqual(booking);
});

test("a key is its tenant's and its actor's own", async () => {
  const clinic = await newClinic(held.database);
  const other = await newClinic(held.database);
  const desk = (id: string) =>
    once(actingAs(clinic, { kind: 'user', id, name: 'Desk', role: 'staff' }), 'shared');
  const mine = await patients.register(desk('one'), ayu);
  const theirs = await patients.register(desk('two'), { ...ayu, phone: '0812-0000-0002' });
  const elsewhere = await patients.register(once(other, 'shared'), ayu);
  expect(new Set([mine.id, theirs.id, elsewhere.id]).size).toBe(3);
});

test('an error is not remembered, and a key lives for a day', async () => {
  const { clinic, wish } = await practice();
  const early = { ...wish, startAt: at('07:00') };
  await expect(bookings.book(once(clinic, 'retry'), early)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  const booking = await bookings.book(once(clinic, 'retry'), wish);
  held.clock.now = new Date(morning.getTime() + keyLifeMs - 1);
  expect((await bookings.book(once(clinic, 'retry'), wish)).id).toBe(booking.id);
  held.clock.now = new Date(morning.getTime() + keyLifeMs);
  await expect(bookings.book(once(clinic, 'retry'), wish)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
});

test.each(['', 'a b', 'ä', 'x'.repeat(201), '\n', '\u0000'])('%j is no key', async (key) => {
  const clinic = await newClinic(held.database);
  expect(() => once(clinic, key)).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
});

test('a dry run answers and refuses as the act would, and leaves nothing', async () => {
  const { clinic, wish, ayu: patient } = await practice();
  const tried = await bookings.book(dryRun(clinic), wish);
  expect(tried).toMatchObject({ status: 'pending', localTime: '10:00' });
  await expect(bookings.get(clinic, tried.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await audit.historyOf(clinic, 'bookings', tried.id)).items).toEqual([]);
  const walkIn = { patientId: patient.id, treatmentId: wish.treatmentId };
  expect((await queue.join(dryRun(clinic), walkIn)).queueNumber).toBe(1);
  expect((await queue.join(clinic, walkIn)).queueNumber).toBe(1);
  const booking = await bookings.book(clinic, wish);
  await expect(bookings.book(dryRun(clinic), wish)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  expect(
    await bookings.complete(dryRun(clinic), (await bookings.confirm(clinic, booking.id)).id),
  ).toMatchObject({
    status: 'completed',
  });
  expect(await bookings.get(clinic, booking.id)).toMatchObject({ status: 'confirmed' });
  expect(await patients.get(clinic, patient.id)).toMatchObject({ totalVisits: 0 });
});

test('a dry run does not use up a key', async () => {
  const { clinic, wish } = await practice();
  const tried = await bookings.book(dryRun(once(clinic, 'k')), wish);
  const booking = await bookings.book(once(clinic, 'k'), wish);
  expect(booking.id).not.toBe(tried.id);
  expect(await bookings.book(dryRun(once(clinic, 'k')), wish)).toEqual(booking);
});

test('STALE tells what changed since, by whom and when, as one step', async () => {
  const { clinic, ayu: seen } = await practice();
  const desk = actingAs(clinic, { kind: 'user', id: 'two', name: 'Second desk', role: 'staff' });
  await patients.update(desk, seen.id, { name: 'Ayu L.', notes: 'Allergic' });
  await patients.update(desk, seen.id, { name: 'Ayu Lestari', email: 'ayu@example.com' });
  await expect(
    patients.update(clinic, seen.id, { notes: 'x', revision: seen.revision }),
  ).rejects.toMatchObject({
    code: 'STALE',
    details: {
      expected: 1,
      found: 3,
      changes: { notes: { to: 'Allergic' }, email: { to: 'ayu@example.com' } },
      by: { name: 'Second desk' },
      at: morning,
    },
  });
  await expect(patients.update(clinic, seen.id, { notes: 'x', revision: 99 })).rejects.toMatchObject({
    code: 'STALE',
    details: { found: 3, changes: {} },
  });
});
