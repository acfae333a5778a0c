import { afterEach, expect, test } from 'vitest';
import * as audit from '../audit.ts';
import { dryRun, once } from '../act.ts';
import * as dayCloses from '../day-closes/index.ts';
import * as patients from '../patients/index.ts';
import { replay } from '../replay.ts';
import * as reports from '../reports/index.ts';
import { actingAs, type TenantScope } from '../tenancy.ts';
import { codesOf, morning, newPractice, recorded, testDatabase } from '../testing/index.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const [tuesday, wednesday] = ['2026-11-24', '2026-11-25'];
const nextMorning = new Date(morning.getTime() + 86_400_000);
const rina = { kind: 'user', id: 'u1', name: 'Rina', role: 'staff' } as const;

/** Tuesday's facial for 250,000: 100,000 were paid in cash by Rina. */
async function deposit() {
  const practice = await newPractice(held.database);
  const { ayu, facial, sari } = practice;
  const clinic = actingAs(practice.clinic, rina);
  const startAt = new Date('2026-11-24T05:00:00Z');
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, startAt } as const;
  const { id } = await bookings.book(clinic, { ...given, source: 'online', status: 'confirmed' });
  await bookings.pay(clinic, id, { method: 'cash', amount: 100_000 });
  return { ...practice, clinic, id };
}

const back = { method: 'cash', reason: 'She is ill' } as const;

test('money is given back in parts, never more than was paid, whatever became of the booking', async () => {
  const { clinic, id } = await deposit();
  await bookings.cancel(clinic, id);
  const tooMuch = bookings.refund(clinic, id, { ...back, amount: 100_001 });
  await expect(tooMuch).rejects.toMatchObject({ details: { issues: [{ path: 'amount' }] } });
  const part = await bookings.refund(clinic, id, { ...back, amount: 40_000 });
  expect(part).toMatchObject({
    status: 'cancelled',
    paymentStatus: 'deposit',
    paymentAmount: 60_000,
    paymentMethod: 'cash',
    payments: [{ amount: 100_000 }, { ...back, amount: -40_000, at: morning, localDate: tuesday, by: rina }],
  });
  expect(await bookings.refund(clinic, id, { ...back, method: 'transfer', amount: 60_000 })).toMatchObject({
    paymentStatus: 'unpaid',
    paymentAmount: 0,
    paymentMethod: 'cash',
  });
  await expect(bookings.refund(clinic, id, { ...back, amount: 1 })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  const event = (await recorded(clinic, 'bookings', id)).at(-1);
  expect(event).toMatchObject({
    action: 'bookings.refund',
    actor: rina,
    changes: { paymentAmount: { to: 0 } },
  });
});

test.each([
  [{ ...back }],
  [{ ...back, amount: 0 }],
  [{ ...back, amount: -5 }],
  [{ ...back, amount: 1.5 }],
  [{ ...back, amount: '5' }],
  [{ ...back, amount: 5, reason: ' ' }],
  [{ ...back, amount: 5, reason: 'x'.repeat(201) }],
  [{ amount: 5, method: 'cash' }],
  [{ ...back, amount: 5, method: 'gold' }],
  [{ ...back, amount: { $gt: 0 } }],
  [{ ...back, amount: 5, at: morning }],
])('a refund that is none is refused: %j', async (wrong) => {
  const { clinic, id } = await deposit();
  const refused = bookings.refund(clinic, id, wrong as bookings.NewRefund);
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('two desks that give the same money back give it once', async () => {
  const { clinic, id } = await deposit();
  const all = { ...back, amount: 100_000 };
  const codes = await codesOf([bookings.refund(clinic, id, all), bookings.refund(clinic, id, all)]);
  expect(codes.toSorted()).toEqual(['VALIDATION', 'done']);
  const { revision } = await bookings.pay(clinic, id, { method: 'cash', amount: 50_000 });
  const some = { ...back, amount: 10_000, revision };
  const again = await codesOf([bookings.refund(clinic, id, some), bookings.refund(clinic, id, some)]);
  expect(again.toSorted()).toEqual(['STALE', 'done']);
});

test('a refund is tried, repeated and undone as every act', async () => {
  const { clinic, id } = await deposit();
  const before = await bookings.get(clinic, id);
  const all = { ...back, amount: 100_000 };
  expect(await bookings.refund(dryRun(clinic), id, all)).toMatchObject({ paymentStatus: 'unpaid' });
  expect(await bookings.get(clinic, id)).toEqual(before);
  const first = await bookings.refund(once(clinic, 'refund-1'), id, all);
  expect(await bookings.refund(once(clinic, 'refund-1'), id, all)).toEqual(first);
  const { payments, paymentAmount, paymentStatus } = await bookings.undo(clinic, id, {
    revision: first.revision,
  });
  expect({ payments, paymentAmount, paymentStatus }).toEqual({
    payments: before.payments,
    paymentAmount: 100_000,
    paymentStatus: 'deposit',
  });
});

test('what is given back counts on the day on which it is given, and the closed day stays', async () => {
  const { clinic, id, ayu } = await deposit();
  await bookings.complete(clinic, id, { method: 'qris' });
  const closed = await dayCloses.close(clinic, { date: tuesday, countedCash: 100_000 });
  const till = await dayCloses.till(clinic, tuesday);
  held.clock.now = nextMorning;
  const done = await bookings.refund(clinic, id, { ...back, amount: 250_000 });
  expect(done).toMatchObject({ status: 'completed', paymentStatus: 'unpaid', paymentAmount: 0 });

  expect(await dayCloses.till(clinic, tuesday)).toEqual(till);
  expect(till.close).toEqual(closed);
  const next = await dayCloses.till(clinic, wednesday);
  expect(next).toMatchObject({
    total: { amount: -250_000, count: 1 },
    byMethod: [{ method: 'cash', amount: -250_000, refunded: 250_000 }],
    byTaker: [{ by: rina, amount: -250_000 }],
    payments: [{ bookingId: id, payment: 2, amount: -250_000, reason: 'She is ill' }],
  });
  const counted = { date: wednesday, openingCash: 300_000, countedCash: 50_000 };
  expect(await dayCloses.close(clinic, counted)).toMatchObject({
    expectedCash: 50_000,
    difference: 0,
    byMethod: [{ refunded: 250_000 }],
  });

  const on = (day: string) => ({ from: day, to: day });
  expect((await reports.receipts(clinic, on(tuesday))).total.amount).toBe(250_000);
  expect((await reports.receipts(clinic, on(wednesday))).total.amount).toBe(-250_000);
  expect((await reports.revenue(clinic, on(tuesday))).total).toEqual({ amount: 0, count: 1 });
  expect((await patients.history(clinic, ayu.id)).paid).toBe(0);

  await bookings.pay(clinic, id, { method: 'qris', amount: 250_000 });
  expect((await reports.revenue(clinic, on(tuesday))).total.amount).toBe(250_000);
  expect((await patients.history(clinic, ayu.id)).paid).toBe(250_000);
  expect(await Array.fromAsync(replay(clinic))).toEqual([]);
  await audit.seal(clinic);
  expect(await audit.firstBrokenLink(clinic)).toBeUndefined();
});

const right = { payment: 0, method: 'qris', reason: 'It was QRIS' } as const;

test('the method of a payment is corrected with a reason, and undone', async () => {
  const { clinic, id } = await deposit();
  const corrected = await bookings.correctPayment(clinic, id, right);
  expect(corrected).toMatchObject({
    paymentMethod: 'qris',
    paymentAmount: 100_000,
    payments: [
      { method: 'qris', amount: 100_000, corrected: { from: 'cash', reason: 'It was QRIS', by: rina } },
    ],
  });
  expect((await dayCloses.till(clinic, tuesday)).byMethod).toEqual([
    { method: 'qris', amount: 100_000, count: 1 },
  ]);
  expect((await bookings.undo(clinic, id)).payments).toMatchObject([{ method: 'cash' }]);
});

test('the method of a refund is corrected, and the booking keeps that of its payment', async () => {
  const { clinic, id } = await deposit();
  await bookings.refund(clinic, id, { ...back, amount: 100_000 });
  const { paymentMethod, payments } = await bookings.correctPayment(clinic, id, { ...right, payment: 1 });
  expect([paymentMethod, payments[1]]).toMatchObject(['cash', { method: 'qris', amount: -100_000 }]);
});

test.each([
  [{ ...right, payment: 1 }],
  [{ ...right, payment: -1 }],
  [{ ...right, payment: '0' }],
  [{ ...right, method: 'cash' }],
  [{ ...right, method: ['qris'] }],
  [{ ...right, reason: '' }],
  [{ payment: 0, method: 'qris' }],
])('a correction that is none is refused: %j', async (wrong) => {
  const { clinic, id } = await deposit();
  const refused = bookings.correctPayment(clinic, id, wrong as bookings.PaymentCorrection);
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a method is corrected on its own day alone, until that is closed', async () => {
  const { clinic, id } = await deposit();
  await dayCloses.close(clinic, { date: tuesday, countedCash: 100_000 });
  const refused = { code: 'ILLEGAL_TRANSITION', details: { from: 'on a closed day' } };
  await expect(bookings.correctPayment(clinic, id, right)).rejects.toMatchObject(refused);
  const owner = actingAs(clinic, { ...rina, role: 'admin' });
  await dayCloses.reopen(owner, { date: tuesday, reason: 'The method is wrong' });
  await bookings.correctPayment(clinic, id, right);
  held.clock.now = nextMorning;
  const late = bookings.correctPayment(clinic, id, { ...right, method: 'card' });
  await expect(late).rejects.toMatchObject({ details: { from: 'on an earlier day' } });
});

type Act = (clinic: TenantScope, id: bookings.BookingId) => Promise<bookings.Booking>;
const minuteLater = () => void (held.clock.now = new Date(held.clock.now.getTime() + 60_000));

test.each<[string, Act]>([
  ['a payment', (clinic, id) => bookings.pay(clinic, id, { method: 'card', amount: 50_000 })],
  ['a refund', (clinic, id) => bookings.refund(clinic, id, { ...back, amount: 40_000 })],
  ['a correction', (clinic, id) => bookings.correctPayment(clinic, id, right)],
  ['a completion', (clinic, id) => bookings.complete(clinic, id, { method: 'card' })],
])('%s that a close has counted is undone only when the day was opened again', async (_, perform) => {
  const { clinic, id } = await deposit();
  const before = await bookings.get(clinic, id);
  const { revision } = await perform(clinic, id);
  minuteLater();
  const counted = { date: tuesday, countedCash: 0, notes: 'As it is' };
  const { byMethod } = await dayCloses.close(clinic, counted);
  minuteLater();
  const refused = { code: 'ILLEGAL_TRANSITION', details: { from: 'on a closed day', to: 'undone' } };
  await expect(bookings.undo(clinic, id, { revision })).rejects.toMatchObject(refused);
  expect((await dayCloses.till(clinic, tuesday)).byMethod).toEqual(byMethod);
  const owner = actingAs(clinic, { ...rina, role: 'admin' });
  await dayCloses.reopen(owner, { date: tuesday, reason: 'It was the wrong row' });
  expect((await bookings.undo(clinic, id, { revision })).payments).toEqual(before.payments);
});

test('what no close has counted is undone as ever: money that came later, and what was no money', async () => {
  const { clinic, id } = await deposit();
  await bookings.cancel(clinic, id);
  const { byMethod } = await dayCloses.close(clinic, { date: tuesday, countedCash: 100_000 });
  expect(await bookings.undo(clinic, id)).toMatchObject({ status: 'confirmed' });
  minuteLater();
  await bookings.refund(clinic, id, { ...back, amount: 100_000 });
  expect(await bookings.undo(clinic, id)).toMatchObject({ paymentAmount: 100_000 });
  expect((await dayCloses.till(clinic, tuesday)).byMethod).toEqual(byMethod);
});

test('a day that is closed while a payment is undone was counted as it is then, or nothing is undone', async () => {
  const { clinic, id } = await deposit();
  const close = { date: tuesday, countedCash: 0, notes: 'Counted' };
  const [, undone] = await codesOf([dayCloses.close(clinic, close), bookings.undo(clinic, id)]);
  const { byMethod, close: closed } = await dayCloses.till(clinic, tuesday);
  expect(closed?.byMethod).toEqual(byMethod);
  expect(byMethod).toHaveLength(undone === 'done' ? 0 : 1);
});

test('a day that is closed while a method is corrected was counted as it is then, or the correction is refused', async () => {
  const { clinic, id } = await deposit();
  const close = { date: tuesday, countedCash: 100_000, notes: 'Counted' };
  const [, correction] = await codesOf([
    dayCloses.close(clinic, close),
    bookings.correctPayment(clinic, id, right),
  ]);
  const { byMethod, close: closed } = await dayCloses.till(clinic, tuesday);
  expect(closed?.byMethod).toEqual(byMethod);
  expect(byMethod[0]?.method).toBe(correction === 'done' ? 'qris' : 'cash');
});
