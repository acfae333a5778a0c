import { expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import { newPractice, testDatabase } from '../testing/index.ts';
import { localTime } from '../time.ts';
import { search } from './index.ts';

const held = testDatabase();

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
