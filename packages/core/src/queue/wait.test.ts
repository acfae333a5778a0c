import { Temporal } from 'temporal-polyfill';
import { afterEach, expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import * as staff from '../staff/index.ts';
import { daily, morning, newClinic, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as patients from '../patients/index.ts';
import * as queue from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string, day = '24') => new Date(`2026-11-${day}T${time}:00+07:00`);

test('the expected wait moves with the day, and the times of appointments do not', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const walkIn = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id };
  const first = await queue.join(clinic, walkIn);
  const appointment = await bookings.book(clinic, {
    ...walkIn,
    startAt: at('10:30'),
    source: 'online',
    status: 'confirmed',
  });
  const second = await queue.join(clinic, walkIn);
  const waits = async () =>
    (await queue.findToday(clinic)).map(({ booking, expectedAt, waitMin }) => [
      booking.queueNumber,
      expectedAt.toISOString().slice(11, 16),
      waitMin,
    ]);
  expect(await waits()).toEqual([
    [1, '02:00', 0],
    [2, '04:30', 150],
  ]);
  held.clock.now = at('09:10');
  await queue.start(clinic, first.id);
  held.clock.now = at('09:40');
  expect(await waits()).toEqual([
    [1, '02:10', 0],
    [2, '04:30', 110],
  ]);
  // The appointment does not come, and somebody else is done early.
  await bookings.cancel(clinic, appointment.id);
  expect(await waits()).toEqual([
    [1, '02:10', 0],
    [2, '03:10', 30],
  ]);
  await bookings.complete(clinic, first.id);
  expect(await waits()).toEqual([[2, '02:40', 0]]);
  expect(await bookings.get(clinic, second.id)).toEqual(second);
});

test('a treatment that takes longer lets the others wait longer', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const walkIn = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id };
  const first = await queue.join(clinic, walkIn);
  await queue.join(clinic, walkIn);
  held.clock.now = at('09:30');
  await queue.start(clinic, first.id);
  const second = async () => (await queue.findToday(clinic))[1];
  expect(await second()).toMatchObject({ expectedAt: at('10:30'), waitMin: 60 });
  held.clock.now = at('10:45');
  expect(await second()).toMatchObject({ expectedAt: at('10:45'), waitMin: 0 });
});

test.each([
  ['Asia/Jakarta', '2026-11-25'],
  ['Asia/Makassar', '2026-01-01'],
  // The night before is 23 hours long, 25 hours long, and has no midnight at all.
  ['Australia/Sydney', '2026-10-05'],
  ['America/New_York', '2026-11-02'],
  ['Africa/Cairo', '2026-04-24'],
])("in %s the numbers of %s begin at the clinic's midnight", async (timezone, date) => {
  const always = daily('00:00-24:00');
  const clinic = await newClinic(held.database, { timezone, openingHours: always });
  const sari = await staff.add(clinic, { name: 'Sari', role: 'Therapist', workingHours: always });
  const peel = await treatments.add(clinic, {
    name: 'Peel',
    category: 'Facial',
    durationMin: 15,
    price: 1,
    assignedStaff: [sari.id],
  });
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: '+6281234567890' });
  const join = async (instant: number) => {
    held.clock.now = new Date(instant);
    return (await queue.join(clinic, { patientId: ayu.id, treatmentId: peel.id })).queueNumber;
  };
  const day = Temporal.PlainDate.from(date).toZonedDateTime(timezone);
  const [before, midnight, after] = [day.subtract({ days: 1 }), day, day.add({ days: 1 }).startOfDay()].map(
    ({ epochMilliseconds }) => epochMilliseconds,
  ) as [number, number, number];
  expect(await join(before)).toBe(1);
  expect(await join(midnight - 1)).toBe(2);
  expect(await join(midnight)).toBe(1);
  expect(await join(after - 1)).toBe(2);
  expect(await join(after)).toBe(1);
});

test('a thousand walk-ins at once get the numbers 1 to 1,000', async () => {
  const always = daily('00:00-24:00');
  const clinic = await newClinic(held.database, { openingHours: always });
  const team: staff.Staff[] = [];
  for (let n = 0; n < 25; n++) {
    team.push(await staff.add(clinic, { name: `S${n}`, role: 'Therapist', workingHours: always }));
  }
  const peel = await treatments.add(clinic, {
    name: 'Peel',
    category: 'Facial',
    durationMin: 15,
    price: 1,
    assignedStaff: team.map(({ id }) => id),
  });
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: '081234567890' });
  const joined = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      queue.join(clinic, { patientId: ayu.id, treatmentId: peel.id, staffId: team[n % team.length]!.id }),
    ),
  );
  const numbers = joined.map(({ queueNumber }) => queueNumber ?? 0).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1));
}, 300_000);
