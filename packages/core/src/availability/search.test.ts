import { afterEach, expect, test } from 'vitest';
import { actingAs } from '../tenancy.ts';
import * as bookings from '../bookings/index.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import { localTime } from '../time.ts';
import { search } from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

test('a booking that moves is not in its own way', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const booking = await bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    startAt: new Date('2026-11-24T10:00:00+07:00'),
    source: 'online',
  });
  const wanted = { treatmentId: facial.id, staffId: sari.id, from: '2026-11-24' };
  const times = async (moving?: bookings.BookingId) => {
    const [day] = await search(clinic, { ...wanted, moving });
    return day?.slots.map(({ startAt }) => localTime(startAt, 'Asia/Jakarta'));
  };
  expect(await times()).not.toContain('10:00');
  expect(await times(booking.id)).toEqual(expect.arrayContaining(['09:30', '10:00', '10:15']));
});

test('times lie as close together as they are asked for', async () => {
  const { clinic, facial } = await newPractice(held.database);
  const [day] = await search(clinic, { treatmentId: facial.id, from: '2026-11-24', stepMin: 5 });
  const [first, second] = day?.slots ?? [];
  expect(Number(second?.startAt) - Number(first?.startAt)).toBe(5 * 60_000);
});

test('a wide step offers nothing that has passed', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  held.clock.now = new Date('2026-11-24T11:50:00+07:00');
  const wanted = { treatmentId: facial.id, staffId: sari.id, from: '2026-11-24' };
  for (const stepMin of [60, 120]) {
    const [day] = await search(clinic, { ...wanted, stepMin });
    expect(localTime(day!.slots[0]!.startAt, 'Asia/Jakarta')).toBe('12:00');
  }
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const eleven = new Date('2026-11-24T11:00:00+07:00');
  await expect(bookings.book(clinic, { ...given, startAt: eleven })).rejects.toMatchObject({
    details: { reasons: [{ code: 'PAST' }] },
  });
});

test('a patient who books alone is bound to grid, notice and window, the desk is not', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database, {
    booking: { gridMin: 30, noticeMin: 60, windowDays: 2 },
  });
  held.clock.now = new Date('2026-11-24T09:20:00+07:00');
  const patient = actingAs(clinic, { kind: 'public' });
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const refused = {
    '2026-11-24T10:40': 'OFF_GRID',
    '2026-11-24T10:00': 'NOTICE',
    '2026-11-26T10:00': 'WINDOW',
  };
  for (const [local, code] of Object.entries(refused)) {
    const startAt = new Date(`${local}:00+07:00`);
    await expect(bookings.book(patient, { ...given, startAt })).rejects.toMatchObject({
      details: { reasons: [{ code }] },
    });
    const booked = await bookings.book(clinic, { ...given, startAt });
    await bookings.cancel(clinic, booked.id);
  }
  const [day] = await search(patient, { treatmentId: facial.id, from: '2026-11-24', stepMin: 5 });
  expect(day!.slots.map(({ startAt }) => localTime(startAt, 'Asia/Jakarta')).slice(0, 3)).toEqual([
    '10:30',
    '11:00',
    '11:30',
  ]);
});
