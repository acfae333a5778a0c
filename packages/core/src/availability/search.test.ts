import { afterEach, expect, test } from 'vitest';
import { bookingsCollection } from '../bookings/collection.ts';
import { placed } from '../bookings/place.ts';
import { actingAs, within } from '../tenancy.ts';
import * as bookings from '../bookings/index.ts';
import * as staff from '../staff/index.ts';
import { daily, morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import { localTime } from '../time.ts';
import { explain, nextFree, search } from './index.ts';

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

/** How many commands a piece of work sends, those that fetch the rest of an answer with them. */
async function commandsOf(work: () => Promise<unknown>): Promise<number> {
  let sent = 0;
  const listener = () => void sent++;
  held.database.client.on('commandStarted', listener);
  await work();
  held.database.client.off('commandStarted', listener);
  return sent;
}

test('the number of queries does not grow with staff, days and bookings', async () => {
  const { clinic, facial, ayu, sari, dewi } = await newPractice(held.database);
  const counts = async (treatmentId: treatments.TreatmentId, days: number) => [
    await commandsOf(() => search(clinic, { treatmentId, from: '2026-11-24', days })),
    await commandsOf(() => explain(clinic, { treatmentId, startAt: morning })),
    await commandsOf(() => nextFree(clinic, { days: Math.min(days, 14) })),
  ];
  expect(await counts(facial.id, 1)).toEqual([3, 3, 2]);
  const more = [];
  for (let n = 0; n < 5; n++)
    more.push(await staff.add(clinic, { name: `S${n}`, role: 'T', workingHours: daily('09:00-20:00') }));
  const massage = await treatments.add(clinic, {
    name: 'Massage',
    category: 'Body',
    durationMin: 15,
    price: 1,
    assignedStaff: [sari, dewi, ...more].map(({ id }) => id),
  });
  const given = { patientId: ayu.id, treatmentId: massage.id, staffId: sari.id, source: 'online' } as const;
  const booking = await bookings.book(clinic, { ...given, startAt: morning });
  const {
    id: _i,
    tenantId: _t,
    createdAt: _c,
    updatedAt: _u,
    version: _v,
    revision: _r,
    ...document
  } = booking;
  await within(clinic, bookingsCollection).insertMany(
    Array.from({ length: 150 }, (_, n) => {
      const startAt = new Date(
        morning.getTime() + (1 + Math.floor(n / 20)) * 86_400_000 + (n % 20) * 1_800_000,
      );
      return { ...document, ...placed(clinic, massage, { staffId: sari.id, startAt }) };
    }),
  );
  expect(await counts(massage.id, 62)).toEqual([3, 3, 2]);
});

test('a time is explained for each who could do it, and for nobody once', async () => {
  const { clinic, facial, ayu, sari, dewi } = await newPractice(held.database);
  const startAt = new Date('2026-11-24T10:00:00+07:00');
  const given = { patientId: ayu.id, treatmentId: facial.id, source: 'online' } as const;
  const taken = await bookings.book(clinic, { ...given, staffId: sari.id, startAt });
  const wanted = { treatmentId: facial.id, startAt };
  const busy = { code: 'BUSY', bookingId: taken.id };
  expect(await explain(clinic, wanted)).toEqual({
    staffIds: [dewi.id],
    reasons: [],
    staff: [
      { staffId: dewi.id, reasons: [] },
      { staffId: sari.id, reasons: [busy] },
    ],
  });
  expect(await explain(clinic, { ...wanted, staffId: sari.id })).toMatchObject({ reasons: [busy] });
  expect(await explain(clinic, { ...wanted, staffId: sari.id, moving: taken.id })).toMatchObject({
    staffIds: [sari.id],
  });
  const early = { ...wanted, startAt: new Date('2026-11-24T08:00:00+07:00') };
  expect(await explain(clinic, early)).toMatchObject({
    staffIds: [],
    reasons: [{ code: 'PAST' }, { code: 'CLOSED' }, { code: 'OFF_SHIFT' }],
  });
});

test('the next free moment of each is now, after what is booked, or on another day', async () => {
  const { clinic, facial, ayu, sari, dewi } = await newPractice(held.database);
  const off = await staff.add(clinic, { name: 'Aan', role: 'T', workingHours: ['thu 13:00-15:00'] });
  const never = await staff.add(clinic, { name: 'Budi', role: 'T' });
  const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);
  const given = { patientId: ayu.id, treatmentId: facial.id, source: 'online' } as const;
  await bookings.book(clinic, { ...given, staffId: sari.id, startAt: at('09:30') });
  await bookings.book(clinic, { ...given, staffId: sari.id, startAt: at('10:40') });
  await bookings.book(clinic, { ...given, staffId: dewi.id, startAt: at('12:00') });
  held.clock.now = new Date('2026-11-24T09:41:30+07:00');
  const thursday = (time: string) => new Date(`2026-11-26T${time}:00+07:00`);
  expect(await nextFree(clinic)).toEqual([
    { staffId: off.id, from: thursday('13:00'), to: thursday('15:00') },
    { staffId: never.id },
    { staffId: dewi.id, from: held.clock.now, to: at('12:00') },
    { staffId: sari.id, from: at('11:40'), to: at('20:00') },
  ]);
  expect((await nextFree(clinic, { minutes: 10, days: 1 }))[0]).toEqual({ staffId: off.id });
  expect((await nextFree(clinic, { minutes: 5 })).at(-1)).toMatchObject({ from: at('10:30') });
});

test.each([
  [{ days: 63 }],
  [{ days: 0 }],
  [{ from: '2026-02-30' }],
  [{ stepMin: 7 }],
  [{ staffId: { $ne: null } }],
  [{ treatmentId: 'x' }],
  [{ tenantId: 'other' }],
])('a search that makes no sense is refused: %j', async (wrong) => {
  const { clinic, facial } = await newPractice(held.database);
  const input = { treatmentId: facial.id, from: '2026-11-24', ...wrong } as Parameters<typeof search>[1];
  await expect(search(clinic, input)).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('what another clinic has is not there', async () => {
  const [here, there] = [await newPractice(held.database), await newPractice(held.database)];
  const startAt = new Date('2026-11-24T10:00:00+07:00');
  for (const wanted of [
    { treatmentId: there.facial.id },
    { treatmentId: here.facial.id, staffId: there.sari.id },
  ]) {
    const refused = { code: 'NOT_FOUND' };
    await expect(search(here.clinic, { ...wanted, from: '2026-11-24' })).rejects.toMatchObject(refused);
    await expect(explain(here.clinic, { ...wanted, startAt })).rejects.toMatchObject(refused);
  }
  expect((await nextFree(here.clinic)).map(({ staffId }) => staffId).sort()).toEqual(
    [here.sari.id, here.dewi.id].sort(),
  );
});

test('who has done more that day is asked later, also when it is done', async () => {
  const { clinic, facial, ayu, sari, dewi } = await newPractice(held.database);
  const given = { patientId: ayu.id, treatmentId: facial.id, source: 'online', status: 'confirmed' } as const;
  const startAt = new Date('2026-11-24T09:00:00+07:00');
  for (const { id: staffId } of [dewi, sari]) {
    const { id } = await bookings.book(clinic, { ...given, staffId, startAt });
    if (staffId === dewi.id) await bookings.complete(clinic, id);
    else await bookings.cancel(clinic, id);
  }
  const next = await bookings.book(clinic, {
    ...given,
    staffId: 'any',
    startAt: new Date('2026-11-24T12:00:00+07:00'),
  });
  expect(next.staffId).toBe(sari.id);
});
