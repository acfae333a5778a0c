import { afterEach, expect, test } from 'vitest';
import { historyOf } from '../audit.ts';
import * as availability from '../availability/index.ts';
import { counted } from '../counters.ts';
import * as patients from '../patients/index.ts';
import * as queue from '../queue/index.ts';
import { actingAs } from '../tenancy.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import type * as tenants from '../tenants/index.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string, day = '24') => new Date(`2026-11-${day}T${time}:00+07:00`);

/** A facial by either of two, and a drip by Dewi with preparation and cleaning. */
async function spa(config: tenants.NewTenantConfig = {}) {
  const practice = await newPractice(held.database, config);
  const { clinic, ayu, dewi, facial } = practice;
  const drip = await treatments.add(clinic, {
    name: 'Drip',
    category: 'Injection',
    durationMin: 33,
    price: 400_000,
    bufferBeforeMin: 5,
    bufferAfterMin: 10,
    assignedStaff: [dewi.id],
  });
  const steps = [{ treatmentId: facial.id }, { treatmentId: drip.id }, { treatmentId: facial.id }];
  const given = { patientId: ayu.id, source: 'online', status: 'confirmed', steps } as const;
  const book = (time: string, more: Partial<bookings.NewVisit> = {}) =>
    bookings.bookVisit(clinic, { ...given, startAt: at(time), ...more });
  return { ...practice, drip, steps, given, book };
}

test('the steps of a visit follow each other, each with its own staff', async () => {
  const { clinic, book, dewi, sari, facial, drip } = await spa();
  const made = await book('10:00', { notes: 'Allergic to latex' });
  expect(
    made.map((one) => [one.treatmentId, one.localTime, one.staffId, one.durationMin, one.status, one.notes]),
  ).toEqual([
    [facial.id, '10:00', sari.id, 60, 'confirmed', 'Allergic to latex'],
    [drip.id, '11:00', dewi.id, 33, 'confirmed', 'Allergic to latex'],
    [facial.id, '11:35', sari.id, 60, 'confirmed', 'Allergic to latex'],
  ]);
  const [first] = made;
  expect(new Set(made.map(({ visitId }) => visitId)).size).toBe(1);
  expect(await bookings.findByVisit(clinic, first!.visitId!)).toEqual(made);
  expect((await historyOf(clinic, 'bookings', first!.id)).items[0]).toMatchObject({
    action: 'bookings.bookVisit',
  });
  expect(await counted(clinic, 'bookings:2026-11')).toBe(3);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('a step waits for what its own staff member has to do, and for nothing else', async () => {
  const { book, dewi, facial, drip } = await spa();
  const staffId = dewi.id;
  const made = await book('10:00', {
    steps: [
      { treatmentId: drip.id, staffId },
      { treatmentId: drip.id, staffId },
      { treatmentId: facial.id, staffId },
    ],
  });
  // 10:00-10:33 and cleaning to 10:45; preparing from there to 10:50.
  expect(made.map(({ localTime }) => localTime)).toEqual(['10:00', '10:50', '11:35']);
});

test('when a step fits nowhere nothing is booked, and the step is named', async () => {
  const { clinic, book, given, dewi, facial } = await spa();
  const taken = await bookings.book(clinic, {
    patientId: given.patientId,
    source: 'online',
    staffId: dewi.id,
    treatmentId: facial.id,
    startAt: at('11:30'),
  });
  await expect(book('10:00')).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: { reasons: [{ code: 'BUSY', bookingId: taken.id, step: 1 }] },
  });
  expect(await bookings.findByTenantAndDate(clinic, '2026-11-24')).toEqual([taken]);
  expect(await counted(clinic, 'bookings:2026-11')).toBe(1);
  await expect(book('17:45')).rejects.toMatchObject({
    details: { reasons: expect.arrayContaining([{ code: 'CLOSED', step: 2 }]) },
  });
});

test('what is offered for a visit can be booked, as it was offered', async () => {
  const { clinic, book, steps, dewi, sari, facial, given } = await spa();
  for (const [staffId, time] of [
    [dewi.id, '11:00'],
    [sari.id, '13:00'],
    [dewi.id, '16:20'],
  ] as const)
    // prettier-ignore
    await bookings.book(clinic, {
      patientId: given.patientId,
      source: 'online',
      treatmentId: facial.id,
      staffId,
      startAt: at(time),
    });
  const [day] = await availability.visits(clinic, { steps, from: '2026-11-24' });
  expect(day!.starts.length).toBeGreaterThan(10);
  const offered = new Map(day!.starts.map((start) => [start.startAt.getTime(), start]));
  for (let time = at('09:00').getTime(); time < at('20:00').getTime(); time += 15 * 60_000) {
    const startAt = new Date(time);
    const start = offered.get(time);
    const tried = await bookings.bookVisit(clinic, { ...given, startAt }).catch((error: unknown) => error);
    if (!start) expect(tried).toMatchObject({ code: 'CONFLICT_SLOT' });
    else {
      expect(tried).toMatchObject(start.steps);
      const [first] = tried as bookings.Booking[];
      await bookings.cancelVisit(clinic, first!.visitId!);
    }
  }
  await book('09:00', { startAt: at('09:00', '25') });
});

test('a visit is moved as a whole, over its own time too, or stays', async () => {
  const { clinic, book, steps, dewi, sari } = await spa();
  const made = await book('10:00');
  const visitId = made[0]!.visitId!;
  const moved = await bookings.rescheduleVisit(clinic, visitId, { startAt: at('10:35') });
  expect(moved.map((one) => [one.id, one.localTime, one.staffId])).toEqual([
    [made[0]!.id, '10:35', sari.id],
    [made[1]!.id, '11:35', dewi.id],
    [made[2]!.id, '12:10', sari.id],
  ]);
  await bookings.rescheduleVisit(clinic, visitId, { startAt: at('10:00') });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
  const other = await book('13:00');
  const before = await bookings.findByVisit(clinic, visitId);
  await expect(
    bookings.rescheduleVisit(clinic, visitId, { startAt: at('12:00') }),
  ).rejects.toMatchObject({ code: 'CONFLICT_SLOT', details: { reasons: [{ bookingId: other[0]!.id, step: 2 }] } }); // prettier-ignore
  expect(await bookings.findByVisit(clinic, visitId)).toEqual(before);
  const wanted = { steps, from: '2026-11-24', moving: visitId } as const;
  const [day] = await availability.visits(clinic, wanted);
  expect(day!.starts.map(({ startAt }) => startAt.getTime())).toContain(at('10:15').getTime());
  await expect(availability.visits(clinic, { ...wanted, steps: steps.slice(1) })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test('a visit is cancelled as a whole, and each step can be undone', async () => {
  const { clinic, book } = await spa();
  const made = await book('10:00');
  const visitId = made[0]!.visitId!;
  await bookings.cancel(clinic, made[2]!.id);
  const cancelled = await bookings.cancelVisit(clinic, visitId);
  expect(cancelled.map(({ id, status }) => [id, status])).toEqual([
    [made[0]!.id, 'cancelled'],
    [made[1]!.id, 'cancelled'],
  ]);
  await expect(bookings.cancelVisit(clinic, visitId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await bookings.undo(clinic, made[1]!.id)).toMatchObject({ status: 'confirmed', visitId });
  const again = await book('12:00');
  await bookings.complete(clinic, again[0]!.id);
  for (const whole of [
    () => bookings.cancelVisit(clinic, again[0]!.visitId!),
    () => bookings.rescheduleVisit(clinic, again[0]!.visitId!, { startAt: at('15:00') }),
  ])
    await expect(whole()).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      details: { from: 'completed' },
    });
  expect((await bookings.findByVisit(clinic, again[0]!.visitId!)).map(({ status }) => status)).toEqual([
    'completed',
    'confirmed',
    'confirmed',
  ]);
});

test('a visit is confirmed as a whole, what is pending of it, and undone so', async () => {
  const { clinic, book } = await spa();
  const made = await book('10:00', { status: 'pending' });
  const visitId = made[0]!.visitId!;
  await bookings.confirm(clinic, made[0]!.id);
  await bookings.cancel(clinic, made[1]!.id);
  const statuses = async () => (await bookings.findByVisit(clinic, visitId)).map(({ status }) => status);
  const desks = await Promise.allSettled([
    bookings.confirmVisit(clinic, visitId),
    bookings.confirmVisit(clinic, visitId),
  ]);
  expect(desks.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await statuses()).toEqual(['confirmed', 'cancelled', 'confirmed']);
  await expect(bookings.confirmVisit(clinic, visitId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await bookings.undoVisit(clinic, visitId);
  expect(await statuses()).toEqual(['confirmed', 'cancelled', 'pending']);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('whoever comes for a visit comes once: all of that day has arrived, and is undone so', async () => {
  const { clinic, book } = await spa();
  const made = await book('10:00', { status: 'pending' });
  const ids = made.map(({ id }) => id);
  const visitId = made[0]!.visitId!;
  await bookings.confirmVisit(clinic, visitId);
  await bookings.reschedule(clinic, ids[2]!, { startAt: at('10:00', '25') });
  held.clock.now = at('09:50');
  const before = await bookings.findByVisit(clinic, visitId);
  await expect(bookings.arrive(clinic, ids[1]!, { revision: 1 })).rejects.toMatchObject({ code: 'STALE' });
  expect(await bookings.findByVisit(clinic, visitId)).toEqual(before);

  const arrived = await bookings.arrive(clinic, ids[1]!, { revision: before[1]!.revision });
  expect(arrived).toMatchObject({ id: ids[1], arrivedAt: at('09:50'), lastChange: { together: 2 } });
  const all = await bookings.findByVisit(clinic, visitId);
  expect(all.map(({ arrivedAt }) => arrivedAt)).toEqual([at('09:50'), at('09:50'), undefined]);
  expect((await historyOf(clinic, 'bookings', ids[0]!)).items[0]).toMatchObject({
    action: 'bookings.arrive',
  });
  await expect(bookings.arrive(clinic, ids[0]!)).rejects.toMatchObject({ details: { from: 'arrived' } });

  const seen = { id: ids[1]!, revision: arrived.revision };
  const undone = await bookings.undoVisit(clinic, visitId, { seen });
  expect(undone.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  for (const one of await bookings.findByVisit(clinic, visitId)) expect(one).not.toHaveProperty('arrivedAt');
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('a step that is off does not arrive with the others, and a pending one is confirmed by it', async () => {
  const { clinic, book } = await spa();
  const steps = await book('10:00');
  held.clock.now = at('10:05');
  await bookings.cancel(clinic, steps[1]!.id);
  expect((await bookings.arrive(clinic, steps[2]!.id)).lastChange).toMatchObject({ together: 2 });
  const all = await bookings.findByVisit(clinic, steps[0]!.visitId!);
  expect(all.map(({ arrivedAt }) => arrivedAt)).toEqual([at('10:05'), undefined, at('10:05')]);
  const pending = await book('14:00', { status: 'pending' });
  await bookings.confirm(clinic, pending[0]!.id);
  const visitId = pending[0]!.visitId!;
  await expect(bookings.arrive(clinic, pending[1]!.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await bookings.arrive(clinic, pending[0]!.id);
  for (const one of await bookings.findByVisit(clinic, visitId))
    expect(one).toMatchObject({ status: 'confirmed', arrivedAt: at('10:05'), lastChange: { together: 3 } });
  await bookings.undoVisit(clinic, visitId);
  const back = await bookings.findByVisit(clinic, visitId);
  expect(back.map(({ status }) => status)).toEqual(['confirmed', 'pending', 'pending']);
  for (const one of back) expect(one).not.toHaveProperty('arrivedAt');
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('whoever is treated is here for the rest of the visit too, which is undone as one', async () => {
  const { clinic, book } = await spa();
  const [first, second, third] = await book('10:00', { status: 'pending' });
  const visitId = first!.visitId!;
  await bookings.confirm(clinic, first!.id);
  held.clock.now = at('10:05');
  const begun = await queue.start(clinic, first!.id);
  expect(begun).toMatchObject({ startedAt: at('10:05'), lastChange: { together: 3 } });
  expect(begun).not.toHaveProperty('arrivedAt');
  const here = { status: 'confirmed', arrivedAt: at('10:05') };
  expect(await bookings.findByVisit(clinic, visitId)).toMatchObject([{ status: 'confirmed' }, here, here]);
  await bookings.undoVisit(clinic, visitId, { seen: { id: begun.id, revision: begun.revision } });
  const back = await bookings.findByVisit(clinic, visitId);
  expect(back.map(({ status }) => status)).toEqual(['confirmed', 'pending', 'pending']);
  for (const one of back)
    for (const field of ['arrivedAt', 'startedAt']) expect(one).not.toHaveProperty(field);

  // Who was seen to come has begun alone.
  await bookings.arrive(clinic, first!.id);
  expect((await queue.start(clinic, first!.id)).lastChange).not.toHaveProperty('together');
  await bookings.complete(clinic, first!.id);
  expect((await queue.start(clinic, third!.id)).lastChange).not.toHaveProperty('together');
  expect(await bookings.get(clinic, second!.id)).toMatchObject({ arrivedAt: at('10:05') });
});

test('whoever was treated without Start is here for the rest, and one undo takes back visit, money and arrival', async () => {
  const { clinic, book, ayu } = await spa();
  const [first, second, third] = await book('10:00', { status: 'pending' });
  const visitId = first!.visitId!;
  await bookings.confirm(clinic, first!.id);
  await bookings.reschedule(clinic, third!.id, { startAt: at('16:00') });
  held.clock.now = at('11:00');
  const done = await bookings.complete(clinic, first!.id);
  expect(done).toMatchObject({ status: 'completed', lastChange: { together: 2 } });
  const [, next, later] = await bookings.findByVisit(clinic, visitId);
  expect(next).toMatchObject({ status: 'confirmed', arrivedAt: at('11:00') });
  expect(later, 'he comes again for it').toMatchObject({ status: 'pending' });
  await bookings.undoVisit(clinic, visitId, { seen: { id: done.id, revision: done.revision } });
  const back = await bookings.findByVisit(clinic, visitId);
  expect(back).toMatchObject([
    { status: 'confirmed', paymentStatus: 'unpaid', payments: [] },
    { status: 'pending' },
    { status: 'pending' },
  ]);
  for (const one of back) expect(one).not.toHaveProperty('arrivedAt');
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 0 });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);

  // Whoever closes a day afterwards says no more than what he closes.
  held.clock.now = at('12:34', '25');
  expect((await bookings.complete(clinic, first!.id)).lastChange).not.toHaveProperty('together');
  expect(await bookings.get(clinic, second!.id)).toMatchObject({ status: 'pending' });
});

test('whoever goes over a pause of more than an hour comes again', async () => {
  const { clinic, book } = await spa();
  const [first, second, third] = await book('10:00');
  await bookings.reschedule(clinic, third!.id, { startAt: new Date(+second!.endAt + 65 * 60_000) });
  held.clock.now = at('09:50');
  await bookings.arrive(clinic, first!.id);
  const arrivals = async () =>
    (await bookings.findByVisit(clinic, first!.visitId!)).map(({ arrivedAt }) => arrivedAt);
  expect(await arrivals()).toEqual([at('09:50'), at('09:50'), undefined]);
  held.clock.now = at('14:00');
  expect((await bookings.arrive(clinic, third!.id)).lastChange).not.toHaveProperty('together');
  expect(await arrivals()).toEqual([at('09:50'), at('09:50'), at('14:00')]);

  const others = await book('15:00');
  await bookings.arrive(clinic, others[0]!.id);
  const to = (time: string) => bookings.reschedule(clinic, others[2]!.id, { startAt: at(time) });
  const later = await to('18:30');
  expect(later, 'hours after the rest').not.toHaveProperty('arrivedAt');
  expect(await bookings.undo(clinic, later.id)).toMatchObject({ arrivedAt: at('14:00') });
});

test('a step that moves into a coming that is under way finds its patient here', async () => {
  const { clinic, book, ayu } = await spa();
  const [first, second, third] = await book('10:00');
  const reschedule = (id: bookings.BookingId, time: string, day?: string) =>
    bookings.reschedule(clinic, id, { startAt: at(time, day) });
  await reschedule(third!.id, '16:00');
  held.clock.now = at('09:50');
  await bookings.arrive(clinic, first!.id);
  const here = { status: 'confirmed', arrivedAt: at('09:50') };
  held.clock.now = at('10:20');
  const back = await reschedule(third!.id, '12:00');
  expect(back).toMatchObject(here);
  expect(await bookings.undo(clinic, back.id)).not.toHaveProperty('arrivedAt');
  await reschedule(third!.id, '12:00', '25');
  expect(await reschedule(third!.id, '12:00'), 'from another day').toMatchObject(here);

  // What stays decides: a step that joins one of later goes from here, and the first that moves alone does too.
  await reschedule(third!.id, '16:00');
  expect(await reschedule(second!.id, '15:00')).not.toHaveProperty('arrivedAt');
  expect(await bookings.get(clinic, first!.id)).toMatchObject(here);
  await reschedule(second!.id, '11:00');
  expect(await reschedule(first!.id, '13:30')).not.toHaveProperty('arrivedAt');
  expect(await bookings.get(clinic, second!.id)).toMatchObject(here);
  const whole = await bookings.rescheduleVisit(clinic, first!.visitId!, { startAt: at('17:00') });
  expect(whole.map(({ arrivedAt }) => arrivedAt), 'one coming again').toEqual([1, 2, 3].map(() => at('09:50'))); // prettier-ignore

  // A patient who moves what he asked for does not confirm it by that.
  const [treated, asked] = await book('10:25', { status: 'pending', steps: [1, 2].map(() => ({ treatmentId: second!.treatmentId })) }); // prettier-ignore
  await reschedule(asked!.id, '14:00');
  await bookings.confirm(clinic, treated!.id);
  await queue.start(clinic, treated!.id);
  const own = actingAs(clinic, { kind: 'public' });
  expect(await bookings.reschedule(own, asked!.id, { startAt: at('12:00') })).toMatchObject({ status: 'pending' }); // prettier-ignore
  expect(await reschedule(asked!.id, '11:45')).toMatchObject({ status: 'confirmed', arrivedAt: at('10:20') });
  expect(ayu.id).toBe(treated!.patientId);
});

test('each step is an ordinary booking, and counts as a visit of the patient', async () => {
  const { clinic, book, ayu } = await spa();
  const made = await book('10:00');
  for (const { id } of made) await bookings.complete(clinic, id);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 3 });
  const later = await book('15:00');
  expect(await bookings.reschedule(clinic, later[2]!.id, { startAt: at('18:30') })).toMatchObject({
    visitId: later[0]!.visitId,
  });
});

test('a visit counts in full against the month, or not at all', async () => {
  const { clinic, book } = await spa({ features: { maxBookings: 4 } });
  await book('10:00');
  await expect(book('14:00')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  expect(await counted(clinic, 'bookings:2026-11')).toBe(3);
});

test('visits at once over the same time: whole ones only', async () => {
  const { clinic, book } = await spa();
  const tried = await Promise.allSettled(
    ['10:00', '10:30', '10:00', '10:15', '11:00', '10:00'].map((time) => book(time)),
  );
  const kept = tried.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  expect(kept.length).toBeGreaterThanOrEqual(3);
  expect(await bookings.findByTenantAndDate(clinic, '2026-11-24')).toHaveLength(kept.length);
  for (const one of tried)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT_SLOT' });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('a whole act is undone as a whole: a move, a cancellation, and last that it was booked', async () => {
  const { clinic, book } = await spa();
  const made = await book('10:00');
  const visitId = made[0]!.visitId!;
  const plain = (some: readonly bookings.Booking[]) =>
    some.map(({ revision: _r, updatedAt: _u, lastChange: _l, ...rest }) => rest);
  await bookings.rescheduleVisit(clinic, visitId, { startAt: at('10:35') });
  const [moved] = await bookings.findByVisit(clinic, visitId);
  const undone = await bookings.undoVisit(clinic, visitId, { seen: moved && { id: moved.id, revision: moved.revision } }); // prettier-ignore
  expect(plain(undone)).toEqual(plain(made));
  expect((await historyOf(clinic, 'bookings', made[0]!.id)).items[0]).toMatchObject({
    action: 'bookings.undoVisit',
    changes: { startAt: { from: at('10:35'), to: at('10:00') } },
  });
  await bookings.cancelVisit(clinic, visitId);
  expect(plain(await bookings.undoVisit(clinic, visitId))).toEqual(plain(made));
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
  await expect(bookings.undoVisit(clinic, visitId)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });

  const other = await book('15:00');
  const taken = await bookings.undoVisit(clinic, other[0]!.visitId!);
  expect(taken.map(({ id, status }) => [id, status])).toEqual(other.map(({ id }) => [id, 'cancelled']));
  await book('15:00');
  await expect(bookings.undoVisit(clinic, other[0]!.visitId!)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
});

test('nothing of a visit is undone when one of it cannot be', async () => {
  const { clinic, book, given, dewi, facial } = await spa();
  const made = await book('10:00');
  const [first, second] = made;
  const visitId = first!.visitId!;
  const refused = async (what: object, seen?: bookings.SeenVisit) => {
    const before = await bookings.findByVisit(clinic, visitId);
    await expect(bookings.undoVisit(clinic, visitId, seen)).rejects.toMatchObject(what);
    expect(await bookings.findByVisit(clinic, visitId)).toEqual(before);
  };
  await bookings.cancelVisit(clinic, visitId);
  const taken = await bookings.book(clinic, {
    patientId: given.patientId,
    treatmentId: facial.id,
    staffId: dewi.id,
    startAt: at('11:30'),
    source: 'online',
  });
  await refused({ code: 'CONFLICT_SLOT', details: { reasons: [{ code: 'BUSY', bookingId: taken.id }] } });
  await bookings.cancel(clinic, taken.id);
  await refused({ code: 'STALE' }, { seen: { id: first!.id, revision: first!.revision } });
  await refused({ code: 'NOT_FOUND' }, { seen: { id: taken.id, revision: 1 } });
  await bookings.undo(clinic, second!.id);
  await refused({ code: 'ILLEGAL_TRANSITION' });
  await bookings.cancel(clinic, second!.id);
  await refused({ code: 'ILLEGAL_TRANSITION' });

  const late = await book('15:00');
  await bookings.cancelVisit(clinic, late[0]!.visitId!);
  held.clock.now = at('09:16');
  await expect(bookings.undoVisit(clinic, late[0]!.visitId!)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
});

test('a visit is undone once, however many desks undo it at once', async () => {
  const { clinic, book } = await spa();
  const [first] = await book('10:00');
  await bookings.cancelVisit(clinic, first!.visitId!);
  const tried = await Promise.allSettled(
    Array.from({ length: 4 }, () => bookings.undoVisit(clinic, first!.visitId!)),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await bookings.findByVisit(clinic, first!.visitId!)).map(({ status }) => status)).toEqual(
    Array.from({ length: 3 }, () => 'confirmed'),
  );
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

/** A visit from ten, whose drip meets an appointment of Dewi's from half past eleven. */
async function crowded() {
  const practice = await spa();
  const { dewi, facial, given } = practice;
  const clinic = actingAs(practice.clinic, { kind: 'user', id: 'u1', name: 'Rina', role: 'admin' });
  const taken = await bookings.book(clinic, {
    patientId: given.patientId,
    treatmentId: facial.id,
    staffId: dewi.id,
    startAt: at('11:30'),
    source: 'online',
  });
  const { treatmentId } = practice.steps[1]!;
  const steps = [{ treatmentId: facial.id }, { treatmentId, staffId: dewi.id }, { treatmentId: facial.id }];
  return { ...practice, clinic, taken, asked: { ...given, steps, startAt: at('10:00') } };
}
const override = { reason: 'Bridal party' };

test('an administrator books a visit over a rule: only the step that meets it says so', async () => {
  const { clinic, asked, taken, sari, dewi } = await crowded();
  const made = await bookings.bookVisit(clinic, { ...asked, override });
  expect(made.map((one) => [one.localTime, one.staffId, one.overlapping, one.override?.against])).toEqual([
    ['10:00', sari.id, undefined, undefined],
    ['11:00', dewi.id, true, [{ code: 'BUSY', bookingId: taken.id }]],
    ['11:35', sari.id, undefined, undefined],
  ]);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
  const visitId = made[0]!.visitId!;
  await bookings.cancelVisit(clinic, visitId);
  expect((await bookings.undoVisit(clinic, visitId))[1]).toMatchObject({ overlapping: true, override });
  const free = await bookings.rescheduleVisit(clinic, visitId, { startAt: at('14:00'), override });
  expect(free.map((one) => one.override)).toEqual([undefined, undefined, undefined]);
  const back = await bookings.rescheduleVisit(clinic, visitId, { startAt: at('10:30'), override });
  expect(back.map((one) => [one.localTime, one.overlapping])).toEqual([
    ['10:30', undefined],
    ['11:30', true],
    ['12:05', undefined],
  ]);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('a visit that moves to anyone over a rule stays with its own where nobody is free', async () => {
  const { clinic, asked, taken, sari, dewi } = await crowded();
  const [first] = await bookings.bookVisit(clinic, { ...asked, startAt: at('14:00') });
  const to = { startAt: at('10:00'), staffId: 'any', override } as const;
  const moved = await bookings.rescheduleVisit(clinic, first!.visitId!, to);
  expect(moved.map((one) => [one.localTime, one.staffId, one.override?.against])).toEqual([
    ['10:00', sari.id, undefined],
    ['11:00', dewi.id, [{ code: 'BUSY', bookingId: taken.id }]],
    ['11:35', sari.id, undefined],
  ]);
  const late = await bookings.rescheduleVisit(clinic, first!.visitId!, { ...to, startAt: at('21:00') });
  expect(late.map((one) => [one.localTime, one.staffId])).toEqual([
    ['21:00', sari.id],
    ['22:00', dewi.id],
    ['22:35', sari.id],
  ]);
  await treatments.update(clinic, moved[1]!.treatmentId, { assignedStaff: [sari.id] });
  await expect(
    bookings.rescheduleVisit(clinic, first!.visitId!, { ...to, startAt: at('22:00') }),
  ).rejects.toMatchObject({ code: 'VALIDATION', details: { issues: [{ path: 'steps.1.staffId' }] } });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('who may not override a visit, what nobody can, and that somebody has to be named', async () => {
  const { clinic, asked, steps, dewi } = await crowded();
  const tini = actingAs(clinic, { kind: 'user', id: 'u2', name: 'Tini', role: 'staff' });
  const [first] = await bookings.bookVisit(clinic, { ...asked, startAt: at('14:00') });
  const moved = { startAt: at('10:00'), override };
  for (const tried of [
    () => bookings.bookVisit(tini, { ...asked, override }),
    () => bookings.rescheduleVisit(tini, first!.visitId!, moved),
  ])
    await expect(tried()).rejects.toMatchObject({ code: 'FORBIDDEN', details: { needs: 'admin' } });
  await expect(bookings.bookVisit(clinic, { ...asked, steps, override })).rejects.toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'steps.1.staffId' }] },
  });
  held.clock.now = at('13:00');
  const named = asked.steps.map((step) => ({ ...step, staffId: dewi.id }));
  await expect(bookings.bookVisit(clinic, { ...asked, steps: named, override })).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: { reasons: expect.arrayContaining([{ code: 'PAST', step: 0 }]) },
  });
});

test('why a visit cannot begin is told step by step, as it would be booked', async () => {
  const { clinic, asked, taken, dewi, sari, steps } = await crowded();
  const { reasons, steps: laid } = await availability.explainVisit(clinic, {
    steps: asked.steps,
    startAt: at('10:00'),
  });
  const busy = { code: 'BUSY', bookingId: taken.id };
  expect(reasons).toEqual([{ ...busy, step: 1 }]);
  expect(laid.map(({ startAt, staffId }) => [startAt, staffId])).toEqual([
    [at('10:00'), sari.id],
    [at('11:00'), undefined],
    [at('11:35'), sari.id],
  ]);
  expect(laid[1]!.staff).toEqual([{ staffId: dewi.id, startAt: at('11:00'), reasons: [busy] }]);
  const free = await availability.explainVisit(clinic, { steps, startAt: at('14:00') });
  const booked = await bookings.bookVisit(clinic, { ...asked, steps, startAt: at('14:00') });
  expect(free.reasons).toEqual([]);
  expect(booked).toMatchObject(
    free.steps.map(({ treatmentId, startAt, staffId }) => ({ treatmentId, startAt, staffId })),
  );
  const visitId = booked[0]!.visitId!;
  const own = { steps, startAt: at('14:15') };
  expect((await availability.explainVisit(clinic, { ...own, moving: visitId })).reasons).toEqual([]);
  expect((await availability.explainVisit(clinic, own)).reasons).not.toEqual([]);
});

test('a visit of another clinic is not there', async () => {
  const [here, there] = [await spa(), await spa()];
  const [booking] = await there.book('10:00');
  const visitId = booking!.visitId!;
  const gone = { code: 'NOT_FOUND' };
  expect(await bookings.findByVisit(here.clinic, visitId)).toEqual([]);
  await expect(bookings.confirmVisit(here.clinic, visitId)).rejects.toMatchObject(gone);
  await expect(bookings.cancelVisit(here.clinic, visitId)).rejects.toMatchObject(gone);
  await expect(
    bookings.rescheduleVisit(here.clinic, visitId, { startAt: at('12:00') }),
  ).rejects.toMatchObject(gone);
  await expect(bookings.undoVisit(here.clinic, visitId)).rejects.toMatchObject(gone);
  await expect(
    availability.explainVisit(here.clinic, { steps: there.steps, startAt: at('12:00') }),
  ).rejects.toMatchObject(gone);
  await expect(here.book('10:00', { steps: [{ treatmentId: there.drip.id }] })).rejects.toMatchObject(gone);
  await expect(here.book('10:00', { patientId: there.ayu.id })).rejects.toMatchObject(gone);
});

test.each([
  [{ steps: [] }],
  [{ steps: Array.from({ length: 9 }, () => ({ treatmentId: '0'.repeat(24) })) }],
  [{ steps: [{ treatmentId: 'x' }] }],
  [{ steps: 'all' }],
  [{ startAt: 'tomorrow' }],
  [{ visitId: '0'.repeat(24) }],
  [{ override: { reason: '' } }],
  [{ override: true }],
])('a visit that makes no sense is refused: %j', async (wrong) => {
  const { clinic, given } = await spa();
  const input = { ...given, startAt: at('10:00'), ...wrong } as unknown as bookings.NewVisit;
  await expect(bookings.bookVisit(clinic, input)).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a visit lasts at most a day', async () => {
  const { clinic, book, dewi } = await spa();
  const long = await treatments.add(clinic, {
    name: 'Retreat',
    category: 'Body',
    durationMin: 480,
    price: 1,
    assignedStaff: [dewi.id],
  });
  const steps = Array.from({ length: 4 }, () => ({ treatmentId: long.id }));
  await expect(book('10:00', { steps })).rejects.toMatchObject({ code: 'VALIDATION' });
});
