import { expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import { newClinic, newPractice, testDatabase } from '../testing/index.ts';
import * as patients from './index.ts';

const held = testDatabase();

type Practice = Awaited<ReturnType<typeof newPractice>>;

const at = (hour: number, day = 24) => new Date(Date.UTC(2026, 10, day, hour));
const book = ({ clinic, ayu, facial, sari }: Practice, startAt: Date) =>
  bookings.book(clinic, {
    patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, startAt, source: 'online', status: 'confirmed',
  }); // prettier-ignore

test('a patient is taken off the lists and put back', async () => {
  const { clinic, ayu } = await newPractice(held.database);
  const gone = await patients.deactivate(clinic, ayu.id, { revision: ayu.revision });
  expect(gone).toMatchObject({ isActive: false, revision: 2 });
  expect((await patients.findByTenant(clinic)).items).toEqual([]);
  expect((await patients.findInactive(clinic)).items).toEqual([gone]);
  expect(await patients.get(clinic, ayu.id)).toEqual(gone);
  await expect(patients.deactivate(clinic, ayu.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await expect(patients.restore(clinic, ayu.id, { revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { isActive: { from: true, to: false } } },
  });
  const back = await patients.restore(clinic, ayu.id, { revision: 2 });
  expect((await patients.findByTenant(clinic)).items).toEqual([back]);
  await expect(patients.restore(clinic, ayu.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const bali = await newClinic(held.database);
  for (const act of [patients.deactivate, patients.restore]) {
    await expect(act(bali, ayu.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(act(clinic, ayu.id, { revision: 0 })).rejects.toMatchObject({ code: 'VALIDATION' });
  }
});

test('the phone of an inactive patient is still his', async () => {
  const { clinic, ayu } = await newPractice(held.database);
  await patients.deactivate(clinic, ayu.id);
  await expect(patients.register(clinic, { name: 'X', phone: ayu.phone })).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
    message: expect.stringContaining('no longer active'),
    details: { field: 'phone', id: ayu.id },
  });
  expect(await patients.findByTenantAndPhone(clinic, ayu.phone)).toMatchObject({
    id: ayu.id,
    isActive: false,
  });
});

test('nobody goes who is expected: the answer names his bookings, the next one first', async () => {
  const practice = await newPractice(held.database);
  const { clinic, ayu } = practice;
  const later = await book(practice, at(9));
  const next = await book(practice, at(3));
  const done = await book(practice, at(4));
  await bookings.complete(clinic, done.id);
  await expect(patients.deactivate(clinic, ayu.id)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    details: { from: 'booked', to: 'inactive', bookingIds: [next.id, later.id] },
  });
  await bookings.cancel(clinic, next.id);
  await bookings.cancel(clinic, later.id);
  expect(await patients.deactivate(clinic, ayu.id)).toMatchObject({ isActive: false });
  await expect(book(practice, at(5))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(bookings.undo(clinic, later.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('of a booking and a deactivation at once one is refused', async () => {
  for (let round = 0; round < 4; round++) {
    const practice = await newPractice(held.database);
    const { clinic, ayu } = practice;
    const [gone, booked] = await Promise.allSettled([
      patients.deactivate(clinic, ayu.id),
      book(practice, at(3, 25)),
    ]);
    expect(gone.status).not.toBe(booked.status);
  }
});

test('the history has visits, payments, spending and changes, a page at a time', async () => {
  const practice = await newPractice(held.database);
  const { clinic, ayu } = practice;
  const visit = await book(practice, at(3));
  await bookings.pay(clinic, visit.id, { method: 'cash', amount: 50_000 });
  await bookings.complete(clinic, visit.id, { method: 'qris' });
  const dropped = await book(practice, at(5));
  await bookings.cancel(clinic, dropped.id);
  const ahead = await book(practice, at(7));
  await bookings.pay(clinic, ahead.id, { method: 'cash', amount: 100_000 });
  await patients.update(clinic, ayu.id, { notes: 'Alergi lateks.' });

  const first = await patients.history(clinic, ayu.id, { limit: 2 });
  expect(first).toMatchObject({
    patient: { id: ayu.id, totalVisits: 1 },
    merged: [],
    paid: 350_000,
    counts: { pending: 0, confirmed: 1, completed: 1, cancelled: 1, 'no-show': 0 },
  });
  expect(first.bookings.items.map(({ id }) => id)).toEqual([ahead.id, dropped.id]);
  expect(first.changes.items.map(({ action }) => action)).toEqual(['patients.update', 'patients.incrementVisits']); // prettier-ignore
  const second = await patients.history(clinic, ayu.id, {
    limit: 2,
    bookings: first.bookings.next,
    changes: first.changes.next,
  });
  expect(second.bookings.items).toMatchObject([
    { id: visit.id, payments: [{ method: 'cash', amount: 50_000 }, { method: 'qris', amount: 200_000 }] },
  ]); // prettier-ignore
  expect(second.changes.items.map(({ action }) => action)).toEqual(['patients.register']);
  expect([second.bookings.next, second.changes.next]).toEqual([undefined, undefined]);

  const bali = await newPractice(held.database);
  await expect(patients.history(bali.clinic, ayu.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const page of [{ limit: 0 }, { bookings: first.changes.next }, { changes: 'x' }]) {
    await expect(patients.history(clinic, ayu.id, page)).rejects.toMatchObject({ code: 'VALIDATION' });
  }
});

test('a new name is written to every booking, and each change is in the audit', async () => {
  const practice = await newPractice(held.database);
  const { clinic, ayu } = practice;
  const booked = await book(practice, at(3));
  await patients.update(clinic, ayu.id, { name: 'Ayu Baru' });
  const stale = bookings.undo(clinic, booked.id, { revision: booked.revision });
  await expect(stale).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { patientName: { from: 'Ayu Lestari', to: 'Ayu Baru' } } },
  });
});
