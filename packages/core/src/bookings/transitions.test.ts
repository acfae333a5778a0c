import { afterEach, expect, test } from 'vitest';
import * as patients from '../patients/index.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string, day = '24') => new Date(`2026-11-${day}T${time}:00+07:00`);

async function booked(status: 'pending' | 'confirmed' = 'confirmed', time = '09:00') {
  const practice = await newPractice(held.database);
  const { clinic, ayu, facial, sari } = practice;
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const again = (startAt = at(time)) => bookings.book(clinic, { ...given, status, startAt });
  return { ...practice, again, booking: await again() };
}

test('confirm sets the status to confirmed, once', async () => {
  const { clinic, booking } = await booked('pending');
  expect(await bookings.confirm(clinic, booking.id)).toMatchObject({ status: 'confirmed', revision: 2 });
  await expect(bookings.confirm(clinic, booking.id)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    details: { from: 'confirmed', to: 'confirmed' },
  });
});

test('cancel releases the time for somebody else', async () => {
  const { clinic, booking, again } = await booked();
  const cancelled = await bookings.cancel(clinic, booking.id);
  expect(cancelled).toMatchObject({ status: 'cancelled' });
  expect(cancelled).not.toHaveProperty('holds');
  expect(cancelled).not.toHaveProperty('holding');
  await again();
});

test('complete pays the balance and counts the visit, once', async () => {
  const { clinic, booking, ayu } = await booked();
  await bookings.pay(clinic, booking.id, { method: 'transfer', amount: 100_000 });
  const done = await bookings.complete(clinic, booking.id, { method: 'qris' });
  expect(done).toMatchObject({
    status: 'completed',
    paymentStatus: 'paid',
    paymentAmount: 250_000,
    paymentMethod: 'qris',
  });
  expect(done.payments.map(({ method, amount }) => [method, amount])).toEqual([
    ['transfer', 100_000],
    ['qris', 150_000],
  ]);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 1, lastVisitAt: booking.startAt });
  await expect(bookings.complete(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('complete at once from many desks counts one visit', async () => {
  const { clinic, booking, ayu } = await booked();
  const tried = await Promise.allSettled(
    Array.from({ length: 10 }, () => bookings.complete(clinic, booking.id)),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 1 });
});

test('a no-show is one only after the start, and a later day cannot be completed', async () => {
  const { clinic, booking, again } = await booked('confirmed', '10:00');
  await expect(bookings.noShow(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  held.clock.now = at('10:20');
  expect(await bookings.noShow(clinic, booking.id)).toMatchObject({ status: 'no-show' });
  const tomorrow = await again(at('10:00', '25'));
  await expect(bookings.complete(clinic, tomorrow.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('a status that is final stays', async () => {
  const { clinic, booking } = await booked();
  await bookings.cancel(clinic, booking.id);
  for (const act of [bookings.confirm, bookings.cancel, bookings.noShow, bookings.complete]) {
    await expect(act(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  }
  await expect(bookings.reschedule(clinic, booking.id, { startAt: at('15:00') })).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  await expect(bookings.pay(clinic, booking.id, { method: 'cash', amount: 1 })).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
});

test('money adds up and never exceeds the price', async () => {
  const { clinic, booking } = await booked();
  expect(await bookings.pay(clinic, booking.id, { method: 'cash', amount: 50_000 })).toMatchObject({
    paymentStatus: 'deposit',
    paymentAmount: 50_000,
  });
  for (const amount of [200_001, 0, -5, 1.5, Number.NaN]) {
    await expect(bookings.pay(clinic, booking.id, { method: 'cash', amount })).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  }
  expect(await bookings.pay(clinic, booking.id, { method: 'card', amount: 200_000 })).toMatchObject({
    paymentStatus: 'paid',
    paymentAmount: 250_000,
  });
});

test('payments at once do not lose one another', async () => {
  const { clinic, booking } = await booked();
  await Promise.all(
    Array.from({ length: 5 }, () => bookings.pay(clinic, booking.id, { method: 'cash', amount: 10_000 })),
  );
  expect(await bookings.get(clinic, booking.id)).toMatchObject({ paymentAmount: 50_000 });
});

test('rescheduling moves the holds, and the old time is free at once', async () => {
  const { clinic, booking, again, dewi } = await booked();
  const moved = await bookings.reschedule(clinic, booking.id, { startAt: at('09:30') });
  expect(moved).toMatchObject({
    startAt: at('09:30'),
    endAt: at('10:30'),
    localTime: '09:30',
    staffId: booking.staffId,
  });
  await expect(again()).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  await bookings.reschedule(clinic, booking.id, { startAt: at('09:30'), staffId: dewi.id });
  const second = await again();
  await expect(
    bookings.reschedule(clinic, booking.id, { startAt: at('09:30'), staffId: second.staffId }),
  ).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: { reasons: [{ code: 'BUSY', bookingId: second.id }] },
  });
  expect(await bookings.get(clinic, booking.id)).toMatchObject({ staffId: dewi.id });
});

test('each act can be undone to exactly what was before', async () => {
  const { clinic, booking, ayu, sari } = await booked('pending');
  const same = (after: bookings.Booking, before: bookings.Booking) => {
    const plain = ({ revision: _r, updatedAt: _u, lastChange: _l, ...rest }: bookings.Booking) => rest;
    expect(plain(after)).toEqual(plain(before));
  };
  await bookings.confirm(clinic, booking.id);
  same(await bookings.undo(clinic, booking.id), booking);
  await bookings.cancel(clinic, booking.id);
  same(await bookings.undo(clinic, booking.id), booking);
  await bookings.reschedule(clinic, booking.id, { startAt: at('15:00') });
  same(await bookings.undo(clinic, booking.id), booking);
  await bookings.pay(clinic, booking.id, { method: 'cash', amount: 1000 });
  same(await bookings.undo(clinic, booking.id), booking);
  const confirmed = await bookings.confirm(clinic, booking.id);
  await bookings.complete(clinic, booking.id, { method: 'qris' });
  same(await bookings.undo(clinic, booking.id), confirmed);
  const patient = await patients.get(clinic, ayu.id);
  expect(patient).toMatchObject({ totalVisits: 0 });
  expect(patient).not.toHaveProperty('lastVisitAt');
  expect(confirmed.staffId).toBe(sari.id);
});

test('undo is refused when there is nothing, when it is late, and when the time is taken', async () => {
  const { clinic, booking, again } = await booked();
  await expect(bookings.undo(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await bookings.cancel(clinic, booking.id);
  const other = await again();
  await expect(bookings.undo(clinic, booking.id)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  await bookings.cancel(clinic, other.id);
  held.clock.now = at('09:16');
  await expect(bookings.undo(clinic, other.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('visits agree with completed bookings after any undo', async () => {
  const { clinic, booking, again, ayu } = await booked();
  const later = await again(at('12:00'));
  await bookings.complete(clinic, booking.id);
  await bookings.complete(clinic, later.id);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 2, lastVisitAt: later.startAt });
  await bookings.undo(clinic, later.id);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 1, lastVisitAt: booking.startAt });
});
