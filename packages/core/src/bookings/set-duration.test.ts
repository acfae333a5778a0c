import { afterEach, expect, test } from 'vitest';
import { dryRun, once } from '../act.ts';
import { historyOf } from '../audit.ts';
import * as availability from '../availability/index.ts';
import { actingAs, within } from '../tenancy.ts';
import { codesOf, morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import { bookingsCollection } from './collection.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);
const override = { reason: 'Agreed with Sari' };
const admin = { kind: 'user', id: 'u1', name: 'Rina', role: 'admin' } as const;
const receptionist = { kind: 'user', id: 'u2', name: 'Tini', role: 'staff' } as const;

/** A facial of an hour with ten minutes of cleaning behind it, from ten to eleven, by Sari. */
async function treating() {
  const practice = await newPractice(held.database);
  const { ayu, sari, dewi } = practice;
  const clinic = actingAs(practice.clinic, admin);
  const peel = await treatments.add(clinic, {
    name: 'Peel', category: 'Facial', durationMin: 60, price: 300_000, bufferAfterMin: 10,
    assignedStaff: [sari.id, dewi.id],
  }); // prettier-ignore
  const book = (time: string, more: object = {}) =>
    bookings.book(clinic, {
      patientId: ayu.id, treatmentId: peel.id, staffId: sari.id, source: 'online', status: 'confirmed',
      startAt: at(time), ...more,
    }); // prettier-ignore
  const booking = await book('10:00');
  const lasting = (durationMin: number, more: object = {}) =>
    bookings.setDuration(clinic, booking.id, { durationMin, ...more });
  const asked = (durationMin: number) =>
    availability.explainDuration(clinic, { bookingId: booking.id, durationMin });
  return { ...practice, clinic, peel, book, booking, lasting, asked };
}

test('a booking is made longer and shorter: its time is held and released, its price stays, and it is undone', async () => {
  const { clinic, booking, lasting, book, dewi } = await treating();
  const longer = await lasting(95, { revision: 1 });
  expect(longer).toMatchObject({ endAt: at('11:35'), durationMin: 95, bufferAfterMin: 10, price: 300_000 });
  await expect(book('11:40')).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  const [event] = (await historyOf(clinic, 'bookings', booking.id)).items;
  expect(event).toMatchObject({
    action: 'bookings.setDuration',
    actor: admin,
    changes: { durationMin: { from: 60, to: 95 }, endAt: { from: at('11:00'), to: at('11:35') } },
  });
  const back = await bookings.undo(clinic, booking.id, { revision: longer.revision });
  expect(back).toMatchObject({ durationMin: 60, endAt: at('11:00'), holds: booking.holds });
  expect(await lasting(30)).toMatchObject({ endAt: at('10:30') });
  await book('10:40');
  await expect(bookings.undo(clinic, booking.id)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  expect(await bookings.reschedule(clinic, booking.id, { startAt: at('14:00'), staffId: dewi.id })).toMatchObject({
    endAt: at('14:30'),
  }); // prettier-ignore
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('what is in the way of the time that is added is said before, and refused with', async () => {
  const { clinic, booking, lasting, asked, book } = await treating();
  const next = await book('12:00');
  const busy = [{ code: 'BUSY', bookingId: next.id }];
  expect(await asked(60)).toEqual({ reasons: [], longestMin: 110, later: [] });
  for (const minutes of [15, 60, 61, 109, 110])
    expect(await asked(minutes)).toMatchObject({ reasons: [], longestMin: 110 });
  expect(await asked(111)).toMatchObject({ reasons: busy });
  await expect(lasting(111)).rejects.toMatchObject({ code: 'CONFLICT_SLOT', details: { reasons: busy } });
  expect(await bookings.get(clinic, booking.id)).toEqual(booking);
  await lasting(110);
  const evening = await book('18:30');
  const late = await availability.explainDuration(clinic, { bookingId: evening.id, durationMin: 120 });
  expect(late).toMatchObject({ longestMin: 90, reasons: [{ code: 'CLOSED' }, { code: 'OFF_SHIFT' }] });
});

test('a treatment that takes longer than planned is lengthened while it is done, and after its end', async () => {
  const { clinic, booking, lasting } = await treating();
  held.clock.now = at('11:20');
  expect(await lasting(90)).toMatchObject({ endAt: at('11:30') });
  await bookings.complete(clinic, booking.id);
  await expect(lasting(60)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', details: { from: 'completed' } });
}); // prettier-ignore

test('what follows in the same visit begins later, all of it or nothing, and is undone with it', async () => {
  const { clinic, ayu, sari, dewi, peel, facial, book } = await treating();
  const steps = [
    { treatmentId: peel.id, staffId: sari.id },
    { treatmentId: facial.id, staffId: dewi.id },
    { treatmentId: facial.id, staffId: sari.id },
  ];
  const visit = { patientId: ayu.id, source: 'online', startAt: at('13:00'), steps } as const;
  const [first, second, third] = await bookings.bookVisit(clinic, visit);
  const asked = (durationMin: number) =>
    availability.explainDuration(clinic, { bookingId: first!.id, durationMin });
  expect(await asked(60)).toMatchObject({ longestMin: 60, later: [] });
  expect(await asked(80)).toEqual({
    reasons: [],
    longestMin: 60,
    later: [
      { bookingId: second!.id, startAt: at('14:20'), endAt: at('15:20') },
      { bookingId: third!.id, startAt: at('15:20'), endAt: at('16:20') },
    ],
  });
  const longer = await bookings.setDuration(clinic, first!.id, { durationMin: 80 });
  expect(longer).toMatchObject({ durationMin: 80, lastChange: { together: 3 } });
  const times = async () => {
    const all = await bookings.findByVisit(clinic, first!.visitId!);
    return all.map(({ localTime, durationMin }) => `${localTime} ${durationMin}`);
  };
  expect(await times()).toEqual(['13:00 80', '14:20 60', '15:20 60']);
  const seen = { id: longer.id, revision: longer.revision };
  await bookings.undoVisit(clinic, first!.visitId!, { seen });
  expect(await times()).toEqual(['13:00 60', '14:00 60', '15:00 60']);
  const other = await book('16:00', { staffId: sari.id });
  const busy = [{ code: 'BUSY', bookingId: other.id }];
  expect(await asked(80)).toMatchObject({ reasons: busy });
  await expect(bookings.setDuration(clinic, first!.id, { durationMin: 80 })).rejects.toMatchObject({
    details: { reasons: busy },
  });
  expect(await times()).toEqual(['13:00 60', '14:00 60', '15:00 60']);
  const over = await bookings.setDuration(clinic, first!.id, { durationMin: 80, override });
  expect(over).not.toHaveProperty('override');
  expect(await bookings.get(clinic, third!.id)).toMatchObject({ overlapping: true, override });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('an administrator adds time that is taken: it says so until it is short enough again, and undo overlaps again', async () => {
  const { clinic, booking, lasting, book } = await treating();
  const next = await book('11:30');
  const over = await lasting(120, { override });
  expect(over).toMatchObject({
    overlapping: true,
    override: { ...override, by: admin, at: morning, against: [{ code: 'BUSY', bookingId: next.id }] },
  });
  expect(over).not.toHaveProperty('holds');
  await expect(book('10:30')).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
  expect(await lasting(100)).toMatchObject({ override: over.override, overlapping: true });
  const short = await lasting(75);
  expect(short).toMatchObject({ holding: true });
  expect(short).not.toHaveProperty('override');
  expect(await bookings.undo(clinic, booking.id)).toMatchObject({ durationMin: 100, overlapping: true });
  expect(await lasting(75, { override })).not.toHaveProperty('override');
  const late = await book('18:30');
  const closed = await bookings.setDuration(clinic, late.id, { durationMin: 120, override });
  expect(closed).toMatchObject({ holding: true, override: { against: [{ code: 'CLOSED' }, { code: 'OFF_SHIFT' }] } });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
}); // prettier-ignore

test('it is done once, tried without a trace, refused to who may not and to who has not seen the newest', async () => {
  const { clinic, booking, lasting } = await treating();
  const ask = (scope: typeof clinic, input: object) =>
    bookings.setDuration(scope, booking.id, { durationMin: 90, ...input });
  expect(await ask(dryRun(clinic), {})).toMatchObject({ durationMin: 90, revision: 2 });
  expect(await bookings.get(clinic, booking.id)).toEqual(booking);
  const tini = actingAs(clinic, receptionist);
  await expect(ask(tini, { override })).rejects.toMatchObject({ code: 'FORBIDDEN', details: { needs: 'admin' } });
  const key = once(tini, 'longer');
  expect((await Promise.all([ask(key, {}), ask(key, {})])).map(({ revision }) => revision)).toEqual([2, 2]);
  await expect(lasting(75, { revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { durationMin: { from: 60, to: 90 } }, by: receptionist },
  });
  expect((await lasting(90)).revision).toBe(2);
  const bali = await newPractice(held.database);
  expect(
    await codesOf([
      bookings.setDuration(bali.clinic, booking.id, { durationMin: 90 }),
      availability.explainDuration(bali.clinic, { bookingId: booking.id, durationMin: 90 }),
    ]),
  ).toEqual(['NOT_FOUND', 'NOT_FOUND']);
}); // prettier-ignore

test('a length that is none is refused and writes nothing', async () => {
  const { clinic, booking } = await treating();
  const lengths = [undefined, 14, 481, 60.5, '60', { $gt: 0 }].map((durationMin) => ({ durationMin }));
  for (const wrong of [...lengths, { durationMin: 60, endAt: 1 }])
    await expect(bookings.setDuration(clinic, booking.id, wrong as never)).rejects.toMatchObject({ code: 'VALIDATION' });
  expect(await bookings.get(clinic, booking.id)).toEqual(booking);
}); // prettier-ignore

test('of those who want the same time at once, by a longer booking or by another one, one has it', async () => {
  const { clinic, lasting, book } = await treating();
  const tried = await codesOf([lasting(90), book('11:10'), lasting(95), book('11:20')]);
  const done = await bookings.findByTenantAndDate(clinic, '2026-11-24');
  expect(tried.filter((code) => code !== 'done').every((code) => code === 'CONFLICT_SLOT')).toBe(true);
  expect(done.length).toBeLessThanOrEqual(2);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('what was done before durations could change is undone without one', async () => {
  const { clinic, booking } = await treating();
  const { lastChange } = await bookings.reschedule(clinic, booking.id, { startAt: at('12:00') });
  const { durationMin: _, ...before } = lastChange!.before;
  await within(clinic, bookingsCollection).update({ id: booking.id }, { $set: { lastChange: { ...lastChange!, before } } });
  expect(await bookings.undo(clinic, booking.id)).toMatchObject({ durationMin: 60, startAt: at('10:00') });
}); // prettier-ignore
