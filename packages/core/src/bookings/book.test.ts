import { afterEach, expect, test } from 'vitest';
import { counted } from '../counters.ts';
import { historyOf } from '../audit.ts';
import * as availability from '../availability/index.ts';
import { within } from '../tenancy.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import { bookingsCollection } from './collection.ts';
import * as bookings from './index.ts';
import { occupied } from './holds.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);

test('an appointment is stored as documented, with what it was booked for', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const booking = await bookings.book(clinic, { ...given, startAt: at('10:00'), notes: ' window seat ' });
  expect(booking).toMatchObject({
    tenantId: clinic.tenantId,
    patientId: ayu.id,
    patientName: 'Ayu Lestari',
    staffId: sari.id,
    treatmentId: facial.id,
    startAt: at('10:00'),
    endAt: at('11:00'),
    status: 'pending',
    source: 'online',
    paymentStatus: 'unpaid',
    notes: 'window seat',
    localDate: '2026-11-24',
    localTime: '10:00',
    treatmentName: 'Facial',
    price: 250_000,
    version: 1,
    revision: 1,
  });
  expect(await bookings.get(clinic, booking.id)).toEqual(booking);
  const [event] = (await historyOf(clinic, 'bookings', booking.id)).items;
  expect(event).toMatchObject({ action: 'bookings.book', actor: clinic.actor });
});

test('a taken time is refused with the booking in the way, and nothing is written', async () => {
  const { clinic, facial, ayu, sari, dewi } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const first = await bookings.book(clinic, { ...given, startAt: at('10:00') });
  for (const time of ['09:15', '10:00', '10:30', '10:55']) {
    await expect(bookings.book(clinic, { ...given, startAt: at(time) })).rejects.toMatchObject({
      code: 'CONFLICT_SLOT',
      details: { reasons: [{ code: 'BUSY', bookingId: first.id }] },
    });
  }
  await bookings.book(clinic, { ...given, startAt: at('09:00') });
  await bookings.book(clinic, { ...given, startAt: at('11:00') });
  await bookings.book(clinic, { ...given, staffId: dewi.id, startAt: at('10:00') });
  expect(await bookings.findByTenantAndDate(clinic, '2026-11-24')).toHaveLength(4);
  expect(await counted(clinic, 'bookings:2026-11')).toBe(4);
});

test('any staff member is the least loaded one, the better rated of two equals', async () => {
  const { clinic, facial, ayu, sari, dewi } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', source: 'online' } as const;
  const first = await bookings.book(clinic, { ...given, startAt: at('10:00') });
  const second = await bookings.book(clinic, { ...given, startAt: at('15:00') });
  expect(new Set([first.staffId, second.staffId])).toEqual(new Set([sari.id, dewi.id]));
  await bookings.book(clinic, { ...given, startAt: at('10:00') });
  await expect(bookings.book(clinic, { ...given, startAt: at('10:00') })).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
  });
});

test('200 bookings at once that overlap in different ways: afterwards no two overlap', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const half = await treatments.add(clinic, {
    name: 'Half',
    category: 'Facial',
    durationMin: 30,
    price: 1,
    bufferAfterMin: 10,
    assignedStaff: [sari.id],
  });
  const tried = await Promise.allSettled(
    Array.from({ length: 200 }, (_, n) =>
      bookings.book(clinic, {
        patientId: ayu.id,
        treatmentId: n % 2 ? facial.id : half.id,
        staffId: sari.id,
        source: 'online',
        startAt: new Date(at('09:00').getTime() + ((n * 35) % 600) * 60_000),
      }),
    ),
  );
  for (const one of tried)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT_SLOT' });
  const kept = await within(clinic, bookingsCollection).find(
    { holding: true },
    { sort: { startAt: 1 }, limit: 1000 },
  );
  expect(kept.length).toBe(tried.filter(({ status }) => status === 'fulfilled').length);
  expect(kept.length).toBeGreaterThan(5);
  for (const [index, booking] of kept.slice(1).entries()) {
    const before = kept[index]!;
    expect(occupied(before.startAt, before).to).toBeLessThanOrEqual(occupied(booking.startAt, booking).from);
  }
  expect(await counted(clinic, 'bookings:2026-11')).toBe(kept.length);
});

test('200 bookings at once of the same time: exactly one wins, the others get CONFLICT_SLOT', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const tried = await Promise.allSettled(
    Array.from({ length: 200 }, () => bookings.book(clinic, { ...given, startAt: at('10:00') })),
  );
  const lost = tried.filter((one) => one.status === 'rejected');
  expect(lost).toHaveLength(199);
  for (const { reason } of lost) expect(reason).toMatchObject({ code: 'CONFLICT_SLOT' });
});

test('two processes that race past each other are told apart by the database alone', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const booking = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const won = await bookings.book(clinic, { ...booking, startAt: at('10:00') });
  const copy = { ...won, startAt: at('10:20'), endAt: at('11:20'), localTime: '10:20' };
  const { id: _i, tenantId: _t, createdAt: _c, updatedAt: _u, version: _v, revision: _r, ...document } = copy;
  // As another process would write it, had it read the calendar before the first booking was there.
  await expect(within(clinic, bookingsCollection).insert(document)).rejects.toMatchObject({ code: 11000 });
});

test('every time that is offered can be booked', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, source: 'online' } as const;
  await bookings.book(clinic, { ...given, staffId: sari.id, startAt: at('12:30') });
  for (let taken = 0; ; taken++) {
    const [day] = await availability.search(clinic, {
      treatmentId: facial.id,
      staffId: sari.id,
      from: '2026-11-24',
    });
    const slot = day!.slots[Math.floor(day!.slots.length / 2)];
    if (!slot) {
      expect(taken).toBeGreaterThan(4);
      break;
    }
    await bookings.book(clinic, { ...given, staffId: sari.id, startAt: slot.startAt });
  }
});

test('the number of bookings in a month is a limit, also for bookings made at once', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database, { features: { maxBookings: 3 } });
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', source: 'online' } as const;
  const tried = await Promise.allSettled(
    ['09:00', '10:00', '11:00', '12:00', '13:00', '14:00'].map((time) =>
      bookings.book(clinic, { ...given, startAt: at(time) }),
    ),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  for (const one of tried) {
    if (one.status === 'rejected') {
      expect(one.reason).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        details: { quota: 'maxBookings', limit: 3 },
      });
    }
  }
});

test.each([
  [{ startAt: 'tomorrow' }],
  [{ staffId: { $ne: null } }],
  [{ patientId: 'short' }],
  [{ source: 'phone' }],
  [{ notes: 'x'.repeat(2001) }],
  [{ tenantId: 'other' }],
  [{ _id: '0123456789abcdef01234567' }],
  [{ status: 'completed' }],
])('input that is wrong is refused and changes nothing: %j', async (wrong) => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const input = {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    source: 'online',
    startAt: at('10:00'),
    ...wrong,
  };
  await expect(bookings.book(clinic, input as bookings.NewBooking)).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  expect(await bookings.findByTenantAndDate(clinic, '2026-11-24')).toEqual([]);
});
