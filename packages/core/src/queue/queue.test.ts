import { afterEach, expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import * as staff from '../staff/index.ts';
import { actingAs } from '../tenancy.ts';
import { daily, morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as queue from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string, day = '24') => new Date(`2026-11-${day}T${time}:00+07:00`);

test('a walk-in gets the earliest free time of anybody and the next number', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database);
  const walkIn = { patientId: ayu.id, treatmentId: facial.id };
  const joined = [];
  for (let n = 0; n < 3; n++) joined.push(await queue.join(clinic, walkIn));
  expect(joined.map(({ queueNumber, localTime }) => [queueNumber, localTime])).toEqual([
    [1, '09:00'],
    [2, '09:00'],
    [3, '10:00'],
  ]);
  expect(joined[0]).toMatchObject({ source: 'walk-in', status: 'confirmed' });
  expect(joined[0]!.staffId).not.toBe(joined[1]!.staffId);
  expect((await queue.findToday(clinic)).map(({ state, waitMin }) => [state, waitMin])).toEqual([
    ['waiting', 0],
    ['waiting', 0],
    ['waiting', 60],
  ]);
});

test('walk-ins at once get numbers without a gap, and appointments keep their time', async () => {
  const { clinic, ayu, sari, dewi } = await newPractice(held.database);
  const quick = await treatments.add(clinic, {
    name: 'Quick',
    category: 'Facial',
    durationMin: 15,
    price: 1,
    assignedStaff: [sari.id, dewi.id],
  });
  const appointment = await bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: quick.id,
    staffId: sari.id,
    startAt: at('09:30'),
    source: 'online',
  });
  const joined = await Promise.all(
    Array.from({ length: 40 }, () => queue.join(clinic, { patientId: ayu.id, treatmentId: quick.id })),
  );
  expect(joined.map(({ queueNumber }) => queueNumber).toSorted((a, b) => a! - b!)).toEqual(
    Array.from({ length: 40 }, (_, n) => n + 1),
  );
  expect(await bookings.get(clinic, appointment.id)).toEqual(appointment);
});

test('numbers begin again at the midnight of the clinic, not of UTC', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database);
  const walkIn = { patientId: ayu.id, treatmentId: facial.id };
  held.clock.now = at('19:00');
  expect(await queue.join(clinic, walkIn)).toMatchObject({ queueNumber: 1 });
  held.clock.now = at('09:00', '25');
  expect(await queue.join(clinic, walkIn)).toMatchObject({ queueNumber: 1, localDate: '2026-11-25' });
});

test('a night that passes midnight is one queue, with the numbers of the day on which somebody came', async () => {
  const night = daily('18:00-03:00');
  const { clinic, ayu } = await newPractice(held.database, { openingHours: night });
  const tini = await staff.add(clinic, { name: 'Tini', role: 'Nurse', workingHours: night });
  const drip = await treatments.add(clinic, {
    name: 'Drip',
    category: 'Injection',
    durationMin: 60,
    price: 1,
    assignedStaff: [tini.id],
  });
  const walkIn = { patientId: ayu.id, treatmentId: drip.id };
  held.clock.now = at('23:20');
  const joined = [];
  for (let n = 0; n < 3; n++) joined.push(await queue.join(clinic, walkIn));
  expect(joined.map((one) => [one.queueNumber, one.localDate, one.localTime])).toEqual([
    [1, '2026-11-24', '23:20'],
    [2, '2026-11-25', '00:20'],
    [3, '2026-11-25', '01:20'],
  ]);
  const numbers = async () => (await queue.findToday(clinic)).map(({ booking }) => booking.queueNumber);
  expect(await numbers()).toEqual([1, 2, 3]);
  held.clock.now = at('00:10', '25');
  expect(await numbers()).toEqual([1, 2, 3]);
  await expect(queue.join(clinic, walkIn)).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: {
      reasons: [
        { code: 'BUSY', bookingId: joined[0]!.id },
        { code: 'BUSY', bookingId: joined[1]!.id },
      ],
    },
  });
  await bookings.complete(clinic, joined[0]!.id);
  expect(await queue.callIn(clinic, joined[1]!.id)).toMatchObject({ localTime: '00:10', queueNumber: 2 });
  held.clock.now = at('18:00', '25');
  expect(await numbers()).toEqual([2, 3]);
  held.clock.now = at('03:30', '26');
  expect(await numbers()).toEqual([]);
});

test('who comes when nobody is at work is told so', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database, { openingHours: daily('00:00-24:00') });
  held.clock.now = at('21:00');
  await expect(queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id })).rejects.toMatchObject({
    details: { reasons: [{ code: 'OFF_SHIFT' }] },
  });
});

test('when nobody is free today the walk-in is refused and no number is used up', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database);
  const walkIn = { patientId: ayu.id, treatmentId: facial.id };
  held.clock.now = at('19:30');
  await expect(queue.join(clinic, walkIn)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  held.clock.now = at('18:30');
  expect(await queue.join(clinic, walkIn)).toMatchObject({ queueNumber: 1 });
});

test('calling moves a walk-in to now when its therapist is free, and undo puts it back', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const first = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id });
  const second = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id });
  held.clock.now = at('09:20');
  expect(await queue.callIn(clinic, second.id)).toMatchObject({ localTime: '10:00', calledAt: at('09:20') });
  await bookings.undo(clinic, second.id);
  await bookings.complete(clinic, first.id);
  const called = await queue.callIn(clinic, second.id);
  expect(called).toMatchObject({ localTime: '09:20', calledAt: at('09:20') });
  await expect(queue.callIn(clinic, second.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await queue.start(clinic, second.id)).toMatchObject({ startedAt: at('09:20') });
  await expect(queue.start(clinic, second.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect((await queue.findToday(clinic)).map(({ state }) => state)).toEqual(['in-treatment']);
});

test('who does not come at the call is passed over, keeps his number, and is called again', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database);
  const { id } = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  await expect(queue.skip(clinic, id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await queue.callIn(clinic, id);
  held.clock.now = at('09:20');
  const skipped = await queue.skip(clinic, id);
  expect(skipped).toMatchObject({ queueNumber: 1, skippedAt: at('09:20') });
  expect(skipped).not.toHaveProperty('calledAt');
  expect(await queue.findToday(clinic)).toMatchObject([{ state: 'waiting' }]);
  await expect(queue.skip(clinic, id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const undone = await bookings.undo(clinic, id);
  expect(undone).toHaveProperty('calledAt');
  expect(undone).not.toHaveProperty('skippedAt');
  await queue.skip(clinic, id);
  const again = await queue.callIn(clinic, id);
  expect(again).toMatchObject({ queueNumber: 1, calledAt: at('09:20') });
  expect(again).not.toHaveProperty('skippedAt');
  await queue.start(clinic, id);
  await expect(queue.skip(clinic, id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('an administrator takes a walk-in for whom no free time is left, now and over what is in the way', async () => {
  const practice = await newPractice(held.database);
  const { facial, ayu, sari } = practice;
  const clinic = actingAs(practice.clinic, { kind: 'user', id: 'u1', name: 'Rina', role: 'admin' });
  const walkIn = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id };
  const override = { reason: 'Came from far' };
  expect(await queue.join(clinic, { ...walkIn, override })).not.toHaveProperty('override');
  held.clock.now = at('19:10');
  const { id } = await bookings.book(clinic, { ...walkIn, startAt: at('19:00'), source: 'online', override });
  await expect(queue.join(clinic, walkIn)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  expect(await queue.join(clinic, { ...walkIn, override })).toMatchObject({
    queueNumber: 2,
    localTime: '19:10',
    overlapping: true,
    override: { ...override, against: [{ code: 'CLOSED' }, { code: 'OFF_SHIFT' }, { code: 'BUSY', bookingId: id }] }, // prettier-ignore
  });
  await expect(queue.join(clinic, { ...walkIn, staffId: 'any', override })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  await expect(queue.join(practice.clinic, { ...walkIn, override: { reason: ' ' } })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
  const tini = actingAs(clinic, { kind: 'user', id: 'u2', name: 'Tini', role: 'staff' });
  await expect(queue.join(tini, { ...walkIn, override })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('an appointment is not called from the queue', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database);
  const booking = await bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: 'any',
    startAt: at('10:00'),
    source: 'online',
    status: 'confirmed',
  });
  await expect(queue.callIn(clinic, booking.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('a walk-in that is moved keeps its number today, and is an appointment on another day', async () => {
  const { clinic, facial, ayu } = await newPractice(held.database);
  const walkIn = { patientId: ayu.id, treatmentId: facial.id };
  const { id } = await queue.join(clinic, walkIn);
  const later = await bookings.reschedule(clinic, id, { startAt: at('15:00') });
  expect(later).toMatchObject({ queueNumber: 1, source: 'walk-in' });
  const tomorrow = await bookings.reschedule(clinic, id, { startAt: at('15:00', '25') });
  expect(tomorrow).toMatchObject({ source: 'online' });
  expect(tomorrow).not.toHaveProperty('queueNumber');
  expect(await queue.findToday(clinic)).toEqual([]);
  await bookings.undo(clinic, id);
  expect((await queue.findToday(clinic)).map(({ booking }) => booking.queueNumber)).toEqual([1]);
  await bookings.reschedule(clinic, id, { startAt: at('15:00', '25') });
  held.clock.now = at('10:00', '25');
  expect(await queue.join(clinic, walkIn)).toMatchObject({ queueNumber: 1 });
  expect((await queue.findToday(clinic)).map(({ booking }) => booking.queueNumber)).toEqual([1]);
});
