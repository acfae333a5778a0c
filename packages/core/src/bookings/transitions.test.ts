import { afterEach, expect, test } from 'vitest';
import * as patients from '../patients/index.ts';
import * as queue from '../queue/index.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
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
  await expect(bookings.undo(clinic, booking.id)).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: { reasons: [{ code: 'BUSY', bookingId: other.id }] },
  });
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

test('undo takes back the act that was seen, not what another desk has done since', async () => {
  const { clinic, booking } = await booked('pending');
  const { revision } = await bookings.confirm(clinic, booking.id);
  const paid = await bookings.pay(clinic, booking.id, { method: 'cash', amount: 50_000 });
  await expect(bookings.undo(clinic, booking.id, { revision })).rejects.toMatchObject({
    code: 'STALE',
    details: { expected: revision, found: paid.revision },
  });
  expect(await bookings.get(clinic, booking.id)).toEqual(paid);
  expect(await bookings.undo(clinic, booking.id, { revision: paid.revision })).toMatchObject({
    status: 'confirmed',
    paymentStatus: 'unpaid',
  });
});

test('after a move and a payment only the payment is undone', async () => {
  const { clinic, booking } = await booked();
  await bookings.reschedule(clinic, booking.id, { startAt: at('15:00') });
  await bookings.pay(clinic, booking.id, { method: 'cash', amount: 50_000 });
  const after = await bookings.undo(clinic, booking.id);
  expect(after).toMatchObject({ localTime: '15:00', payments: [], paymentStatus: 'unpaid' });
  await expect(bookings.undo(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('a treatment for nothing is paid when it is completed, and takes no money', async () => {
  const { clinic, ayu, sari } = await booked();
  const gift = await treatments.add(clinic, {
    name: 'Gift',
    category: 'Facial',
    durationMin: 30,
    price: 0,
    assignedStaff: [sari.id],
  });
  const given = { patientId: ayu.id, treatmentId: gift.id, staffId: sari.id, source: 'online' } as const;
  const { id } = await bookings.book(clinic, { ...given, status: 'confirmed', startAt: at('12:00') });
  await expect(bookings.pay(clinic, id, { method: 'cash', amount: 1 })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  const done = await bookings.complete(clinic, id);
  expect(done).toMatchObject({ paymentStatus: 'paid', payments: [] });
  expect(await bookings.undo(clinic, id)).toMatchObject({ status: 'confirmed', paymentStatus: 'unpaid' });
});

test('a booking is paid in at most 50 parts, and completing it takes the rest', async () => {
  const { clinic, booking } = await booked();
  for (let n = 0; n < 50; n++) await bookings.pay(clinic, booking.id, { method: 'cash', amount: 1 });
  await expect(bookings.pay(clinic, booking.id, { method: 'cash', amount: 1 })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  expect(await bookings.complete(clinic, booking.id)).toMatchObject({ paymentAmount: 250_000 });
});

test('what has begun is not moved, and nothing begins on a later day', async () => {
  const { clinic, booking, again } = await booked();
  await queue.start(clinic, booking.id);
  await expect(bookings.reschedule(clinic, booking.id, { startAt: at('15:00') })).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    details: { from: 'started' },
  });
  const tomorrow = await again(at('10:00', '25'));
  await expect(queue.start(clinic, tomorrow.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('whoever has an appointment arrives once, until that is undone', async () => {
  const { clinic, booking } = await booked('confirmed', '10:00');
  held.clock.now = at('09:50');
  const arrived = await bookings.arrive(clinic, booking.id, { revision: booking.revision });
  expect(arrived).toMatchObject({ status: 'confirmed', arrivedAt: at('09:50'), revision: 2 });
  await expect(bookings.arrive(clinic, booking.id)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    details: { from: 'arrived', to: 'arrived' },
  });
  held.clock.now = at('10:04');
  expect(await bookings.undo(clinic, booking.id)).not.toHaveProperty('arrivedAt');
  await bookings.arrive(clinic, booking.id);
  held.clock.now = at('10:20');
  await expect(bookings.undo(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const started = await queue.start(clinic, booking.id);
  expect(started).toMatchObject({ arrivedAt: at('10:04'), startedAt: at('10:20') });
});

test('nobody arrives who is a walk-in, has not confirmed, has begun, is done or comes on a later day', async () => {
  const { clinic, again, facial, ayu } = await booked();
  const refused = (id: bookings.BookingId, from: string) =>
    expect(bookings.arrive(clinic, id)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      details: { from, to: 'arrived' },
    });
  const walkIn = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  await refused(walkIn.id, 'a walk-in');
  const { id } = await again(at('12:00'));
  await queue.start(clinic, id);
  await refused(id, 'started');
  await bookings.cancel(clinic, id);
  await refused(id, 'cancelled');
  await refused((await again(at('10:00', '25'))).id, 'on a later day');
  const { clinic: other, booking: pending } = await booked('pending');
  await expect(bookings.arrive(other, pending.id)).rejects.toMatchObject({ details: { from: 'pending' } });
  expect(await bookings.get(other, pending.id)).toEqual(pending);
  // Of another clinic there is nobody.
  await expect(bookings.arrive(clinic, pending.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('of two desks that see the same patient come, one has marked it', async () => {
  const { clinic, booking } = await booked();
  const tried = await Promise.allSettled(
    Array.from({ length: 5 }, () => bookings.arrive(clinic, booking.id)),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await bookings.get(clinic, booking.id)).toMatchObject({ revision: 2, arrivedAt: morning });
});

test('whoever has arrived is still here at another time of the day, and not on another day', async () => {
  const { clinic, booking, dewi } = await booked();
  await bookings.arrive(clinic, booking.id);
  const later = await bookings.reschedule(clinic, booking.id, { startAt: at('15:00'), staffId: dewi.id });
  expect(later).toMatchObject({ localTime: '15:00', arrivedAt: morning });
  const tomorrow = await bookings.reschedule(clinic, booking.id, { startAt: at('15:00', '25') });
  expect(tomorrow).not.toHaveProperty('arrivedAt');
  expect(await bookings.undo(clinic, booking.id)).toMatchObject({ localTime: '15:00', arrivedAt: morning });
});

test('a booking that a colleague moved since is not moved again unseen, and the error says to when', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const seen = await bookings.book(clinic, { ...given, startAt: at('10:00') });
  const moved = await bookings.reschedule(clinic, seen.id, { startAt: at('12:00'), revision: seen.revision });
  const again = { startAt: at('15:00'), revision: seen.revision };
  await expect(bookings.reschedule(clinic, seen.id, again)).rejects.toMatchObject({
    code: 'STALE',
    details: { expected: 1, found: 2, changes: { startAt: { to: at('12:00') } } },
  });
  expect(await bookings.get(clinic, seen.id)).toEqual(moved);
  const last = { startAt: at('15:00'), revision: moved.revision };
  expect(await bookings.reschedule(clinic, seen.id, last)).toMatchObject({ localTime: '15:00' });
});
