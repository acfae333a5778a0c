import { afterEach, expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import * as dayCloses from '../day-closes/index.ts';
import * as queue from '../queue/index.ts';
import { actingAs } from '../tenancy.ts';
import { codesOf, morning, newPractice, recorded, testDatabase } from '../testing/index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string, day = '24') => new Date(`2026-11-${day}T${time}:00+07:00`);
const date = '2026-11-24';
const rina = { kind: 'user', id: 'u1', name: 'Rina', role: 'staff' } as const;
const tono = { kind: 'user', id: 'u2', name: 'Tono', role: 'staff' } as const;
const owner = { kind: 'user', id: 'u3', name: 'Bu Ani', role: 'admin' } as const;

/** Rina took 100,000 in cash and 250,000 by QRIS, Tono 50,000 in cash; 100,000 are still to be paid. */
async function aDay() {
  const practice = await newPractice(held.database);
  const { clinic, ayu, facial, sari, dewi } = practice;
  const given = { patientId: ayu.id, treatmentId: facial.id, source: 'online', status: 'confirmed' } as const;
  const [first, second] = [
    await bookings.book(clinic, { ...given, staffId: sari.id, startAt: at('10:00') }),
    await bookings.book(clinic, { ...given, staffId: dewi.id, startAt: at('10:00') }),
  ];
  await bookings.pay(actingAs(clinic, rina), first.id, { method: 'cash', amount: 100_000 });
  await bookings.pay(actingAs(clinic, tono), first.id, { method: 'cash', amount: 50_000 });
  await bookings.complete(actingAs(clinic, rina), second.id, { method: 'qris' });
  return { ...practice, clinic: actingAs(clinic, rina), first, second };
}

test('a day says what came in by which method, by whom it was taken, and what is still to be paid', async () => {
  const { clinic, first, second } = await aDay();
  const { payments, unpaid, ...till } = await dayCloses.till(clinic, date);
  expect(till).toEqual({
    date,
    open: 1,
    total: { amount: 400_000, count: 3 },
    byMethod: [
      { method: 'qris', amount: 250_000, count: 1 },
      { method: 'cash', amount: 150_000, count: 2 },
    ],
    byTaker: [
      {
        by: rina,
        amount: 350_000,
        count: 2,
        byMethod: [
          { method: 'qris', amount: 250_000, count: 1 },
          { method: 'cash', amount: 100_000, count: 1 },
        ],
      },
      { by: tono, amount: 50_000, count: 1, byMethod: [{ method: 'cash', amount: 50_000, count: 1 }] },
    ],
  });
  expect(payments.map(({ bookingId, by }) => [bookingId, by])).toEqual([
    [first.id, rina],
    [first.id, tono],
    [second.id, rina],
  ]);
  expect(unpaid).toMatchObject([{ bookingId: first.id, balance: 100_000, patientName: 'Ayu Lestari' }]);
});

test('a payment counts on the day on which it was received, whenever the appointment is', async () => {
  const { clinic, ayu, facial } = await newPractice(held.database);
  const booking = await bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: 'any',
    startAt: at('10:00', '25'),
    source: 'online',
  });
  held.clock.now = at('23:59');
  await bookings.pay(clinic, booking.id, { method: 'cash', amount: 1 });
  held.clock.now = at('00:00', '25');
  await bookings.pay(clinic, booking.id, { method: 'cash', amount: 2 });
  expect((await dayCloses.till(clinic, date)).total).toEqual({ amount: 1, count: 1 });
  expect((await dayCloses.till(clinic, '2026-11-25')).total).toEqual({ amount: 2, count: 1 });
});

test('a close keeps what was counted and what came in, by whom and when, and money that comes later', async () => {
  const { clinic, first } = await aDay();
  const counted = { date, openingCash: 500_000, cashOut: 30_000, countedCash: 615_000 };
  await expect(dayCloses.close(clinic, counted)).rejects.toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'notes' }] },
  });
  const close = await dayCloses.close(clinic, { ...counted, notes: 'Change given twice' });
  expect(close).toMatchObject({
    ...counted,
    status: 'closed',
    expectedCash: 620_000,
    difference: -5_000,
    total: { amount: 400_000, count: 3 },
    closedAt: morning,
    closedBy: rina,
  });
  await bookings.pay(clinic, first.id, { method: 'cash', amount: 100_000 });
  const later = await dayCloses.till(clinic, date);
  expect([later.total.amount, later.close?.total.amount]).toEqual([500_000, 400_000]);
  const [event] = await recorded(clinic, 'dayCloses', close.id);
  expect(event).toMatchObject({ action: 'dayCloses.close', actor: rina });
  expect(await dayCloses.findByTenant(clinic)).toEqual({ items: [close] });
});

test('a day is closed once, also by two desks at once', async () => {
  const { clinic } = await aDay();
  const close = () => dayCloses.close(clinic, { date, countedCash: 150_000 });
  expect((await codesOf([close(), close(), close()])).toSorted()).toEqual([
    'ILLEGAL_TRANSITION',
    'ILLEGAL_TRANSITION',
    'done',
  ]);
  expect((await dayCloses.findByTenant(clinic)).items).toHaveLength(1);
});

test('only an administrator opens a day again, says why, and it is counted anew', async () => {
  const { clinic } = await aDay();
  const reopening = { date, reason: 'A payment was missing' };
  const admin = actingAs(clinic, owner);
  await expect(dayCloses.reopen(admin, reopening)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { id } = await dayCloses.close(clinic, { date, countedCash: 140_000, notes: 'Ten missing' });
  await expect(dayCloses.reopen(clinic, reopening)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    details: { needs: 'admin' },
  });
  expect(await dayCloses.reopen(admin, reopening)).toMatchObject({
    status: 'reopened',
    reopened: { by: owner, at: morning, reason: reopening.reason },
  });
  await expect(dayCloses.reopen(admin, reopening)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const again = await dayCloses.close(clinic, { date, countedCash: 150_000 });
  expect(again).toMatchObject({ id, status: 'closed', difference: 0 });
  expect(again).not.toHaveProperty('notes');
  const actions = (await recorded(clinic, 'dayCloses', id)).map(({ action }) => action);
  expect(actions).toEqual(['dayCloses.close', 'dayCloses.reopen', 'dayCloses.close']);
});

test('a day that is still to come is not closed, and yesterday is', async () => {
  const { clinic } = await newPractice(held.database);
  const close = (day: string) => dayCloses.close(clinic, { date: day, countedCash: 0 });
  await expect(close('2026-11-25')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await close('2026-11-23')).toMatchObject({ date: '2026-11-23', total: { amount: 0, count: 0 } });
});

test('who takes the money of a walk-in is kept with it', async () => {
  const { clinic, ayu, facial } = await newPractice(held.database);
  const walkIn = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  const { payments } = await bookings.complete(actingAs(clinic, tono), walkIn.id);
  expect(payments).toMatchObject([{ method: 'cash', amount: 250_000, by: tono }]);
});
