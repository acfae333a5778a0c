import { afterEach, expect, test } from 'vitest';
import { dryRun } from '../act.ts';
import { historyOf } from '../audit.ts';
import * as availability from '../availability/index.ts';
import * as queue from '../queue/index.ts';
import * as staff from '../staff/index.ts';
import { daily, morning, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const date = '2026-11-24';
const at = (time: string, day = date) => new Date(`${day}T${time}:00+07:00`);

/** Sari's day: she does not come, and Dewi performs what she performs. */
async function sickDay() {
  const practice = await newPractice(held.database);
  const { clinic, ayu, sari, dewi, facial } = practice;
  const book = (time: string, staffId = sari.id, treatmentId = facial.id) =>
    bookings.book(clinic, {
      ...{ patientId: ayu.id, treatmentId, staffId, startAt: at(time) },
      source: 'online',
      status: 'confirmed',
    });
  const movesOf = () => availability.searchMoves(clinic, { staffId: sari.id, date });
  /** What is proposed for each, as it would be confirmed. */
  const proposed = async () =>
    (await movesOf()).flatMap(({ bookings: some, options: [first] }) =>
      some.map(({ id, revision }, n) => {
        const place = first?.[n];
        const to = place ? { staffId: place.staffId, startAt: place.startAt } : ('cancelled' as const);
        return { id, revision, to };
      }),
    );
  return { ...practice, book, movesOf, proposed, dewi };
}

const seenOf = (some: readonly bookings.Booking[]) => some.map(({ id, revision }) => ({ id, revision }));
const plain = (some: readonly bookings.Booking[]) =>
  some.map(({ revision: _r, updatedAt: _u, lastChange: _l, ...rest }) => rest);

test('a day is proposed to be moved: the same time with somebody else, the nearest, or another day', async () => {
  const { clinic, book, movesOf, proposed, sari, dewi, ayu } = await sickDay();
  const peeling = await treatments.add(clinic, {
    ...{ name: 'Peeling', category: 'Facial', durationMin: 30, price: 1, assignedStaff: [sari.id] },
  });
  await book('10:00');
  await book('11:00', dewi.id);
  const eleven = await book('11:00');
  const alone = await book('16:00', sari.id, peeling.id);
  const begun = await queue.join(clinic, { patientId: ayu.id, treatmentId: peeling.id });
  await queue.start(clinic, begun.id);
  await staff.addTimeOff(clinic, sari.id, { from: date, to: '2026-11-25' });

  const moves = await movesOf();
  expect(moves.map(({ bookings: [one], options: [first] }) => [one?.localTime, first])).toEqual([
    ['10:00', [expect.objectContaining({ staffId: dewi.id, startAt: at('10:00') })]],
    // Dewi is taken at eleven, and now at ten; nobody is asked to come sooner within two hours.
    ['11:00', [expect.objectContaining({ staffId: dewi.id, startAt: at('12:00') })]],
    ['16:00', [expect.objectContaining({ staffId: sari.id, startAt: at('16:00', '2026-11-26') })]],
  ]);
  // What is offered in place of what is proposed fits beside the other proposals, and nothing is offered twice.
  const whole = await proposed();
  for (const [n, { options }] of moves.entries()) {
    const keys = options.map(([place]) => `${place?.staffId} ${place?.startAt.getTime()}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const place of [options[1]![0]!, options.at(-1)![0]!]) {
      const to = { staffId: place.staffId, startAt: place.startAt };
      const changes = whole.map((one, index) => (index === n ? { ...one, to } : one));
      expect((await bookings.rearrange(dryRun(clinic), { changes }))[n]).toMatchObject(to);
    }
  }
  expect(moves[1]!.bookings[0]!.id).toBe(eleven.id);
  expect(moves[2]!.options.every(([place]) => place?.staffId === sari.id)).toBe(true);
  expect((await bookings.get(clinic, alone.id)).localTime).toBe('16:00');
});

test('the number of queries of a proposal does not grow with bookings and staff', async () => {
  const { clinic, book, movesOf, sari, dewi, facial, ayu } = await sickDay();
  const step = { treatmentId: facial.id, staffId: sari.id };
  await bookings.bookVisit(clinic, { patientId: ayu.id, startAt: at('09:00'), source: 'online', steps: [step, step] }); // prettier-ignore
  const queries = async () => {
    let sent = 0;
    const listener = () => void sent++;
    held.database.client.on('commandStarted', listener);
    await movesOf();
    held.database.client.off('commandStarted', listener);
    return sent;
  };
  expect(await queries()).toBe(6);
  const more = await Promise.all(
    [1, 2, 3].map((n) => staff.add(clinic, { name: `S${n}`, role: 'T', workingHours: daily('09:00-20:00') })),
  );
  await treatments.update(clinic, facial.id, { assignedStaff: [sari, dewi, ...more].map(({ id }) => id) });
  for (const time of ['11:00', '12:00', '13:00', '14:00']) await book(time);
  expect(await queries()).toBe(6);
});

test('of a visit the steps of others keep their time, and it moves as a whole where nobody can step in', async () => {
  const { clinic, book, movesOf, sari, dewi, facial, ayu } = await sickDay();
  const steps = [dewi, sari].map(({ id: staffId }) => ({ treatmentId: facial.id, staffId }));
  const made = await bookings.bookVisit(clinic, { patientId: ayu.id, startAt: at('12:00'), source: 'online', steps }); // prettier-ignore
  const places = async () => (await movesOf())[0]?.options[0]?.map((one) => [one.staffId, one.startAt]);
  expect(await places()).toEqual([
    [dewi.id, at('12:00')],
    [dewi.id, at('13:00')],
  ]);
  await book('13:00', dewi.id);
  // Earlier by the same span, since two hours before the patient is asked to come there is time to tell him.
  expect(await places()).toEqual([
    [dewi.id, at('11:00')],
    [dewi.id, at('12:00')],
  ]);
  expect((await movesOf())[0]!.bookings).toEqual(made);
});

test('several bookings are moved and cancelled at once, into each other’s places, and taken back at once', async () => {
  const { clinic, book, sari, dewi, ayu, facial } = await sickDay();
  const [ten, eleven, twelve] = [await book('10:00'), await book('11:00', dewi.id), await book('12:00')];
  const walkIn = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  const before = [ten, eleven, twelve, walkIn];
  const changes = [
    { ...seenOf([ten])[0]!, to: { staffId: dewi.id, startAt: at('11:00') } },
    { ...seenOf([eleven])[0]!, to: { staffId: sari.id, startAt: at('10:00') } },
    { ...seenOf([twelve])[0]!, to: 'cancelled' as const },
    { ...seenOf([walkIn])[0]!, to: { staffId: sari.id, startAt: at('12:00', '2026-11-25') } },
  ];
  const after = await bookings.rearrange(clinic, { changes });
  expect(after.map((one) => [one.id, one.staffId, one.localTime, one.status])).toEqual([
    [ten.id, dewi.id, '11:00', 'confirmed'],
    [eleven.id, sari.id, '10:00', 'confirmed'],
    [twelve.id, sari.id, '12:00', 'cancelled'],
    [walkIn.id, sari.id, '12:00', 'confirmed'],
  ]);
  expect(after[3]).not.toHaveProperty('queueNumber');
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
  expect((await historyOf(clinic, 'bookings', ten.id)).items[0]).toMatchObject({
    action: 'bookings.rearrange',
  });

  const seen = seenOf(after);
  expect(plain(await bookings.undoRearrange(clinic, { seen }))).toEqual(plain(before));
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
  await expect(bookings.undoRearrange(clinic, { seen })).rejects.toMatchObject({ code: 'STALE' });
});

test('of a visit whose patient is here what is moved far from the rest is a coming of its own', async () => {
  const { clinic, sari, facial, ayu } = await sickDay();
  const step = { treatmentId: facial.id, staffId: sari.id };
  const steps = [step, step, step];
  const visit = { patientId: ayu.id, startAt: at('09:00'), source: 'online', status: 'confirmed', steps } as const; // prettier-ignore
  const made = await bookings.bookVisit(clinic, visit);
  const visitId = made[0]!.visitId!;
  await bookings.arrive(clinic, made[0]!.id);
  const all = () => bookings.findByVisit(clinic, visitId);
  const moved = async (...times: (string | undefined)[]) => {
    const to = (time: string | undefined) =>
      time ? { staffId: sari.id, startAt: at(time) } : ('cancelled' as const);
    const seen = seenOf((await all()).slice(-times.length));
    const changes = seen.map((one, n) => ({ ...one, to: to(times[n]) }));
    const after = await bookings.rearrange(clinic, { changes });
    const arrived = (await all()).map(({ arrivedAt }) => arrivedAt);
    await bookings.undoRearrange(clinic, { seen: seenOf(after) });
    return arrived.map((one) => one !== undefined);
  };
  expect(await moved('14:00', '15:00')).toEqual([true, false, false]);
  expect(await moved('12:00'), 'within the hour').toEqual([true, true, true]);
  expect(await moved('13:00', '14:00', '17:00'), 'all of it').toEqual([true, true, false]);
  expect(await moved(undefined, undefined, '17:00'), 'what is left').toEqual([true, true, true]);
  await bookings.reschedule(clinic, made[2]!.id, { startAt: at('16:00') });
  expect(await moved('11:00'), 'back').toEqual([true, true, true]);
});

test('all is moved or nothing: every time that is taken is named, and whatever was changed meanwhile', async () => {
  const { clinic, book, sari, dewi, facial, ayu } = await sickDay();
  const [ten, eleven, twelve] = [await book('10:00'), await book('11:00'), await book('12:00')];
  const taken = await book('13:00', dewi.id);
  const to = (time: string, staffId = dewi.id) => ({ staffId, startAt: at(time) });
  const changes = [
    { ...seenOf([ten])[0]!, to: to('10:00') },
    { ...seenOf([eleven])[0]!, to: to('13:00') },
    { ...seenOf([twelve])[0]!, to: to('10:30') },
  ];
  await expect(bookings.rearrange(clinic, { changes })).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: {
      reasons: [
        { code: 'BUSY', bookingId: taken.id, step: 1 },
        { code: 'BUSY', bookingId: ten.id, step: 2 },
      ],
    },
  });
  const refused = (input: bookings.Rearrangement, what: object) =>
    expect(bookings.rearrange(clinic, input)).rejects.toMatchObject(what);
  const one = (more: object) => ({ changes: [{ ...changes[0]!, ...more }] });
  await refused(one({ revision: 7 }), { code: 'STALE' });
  await refused(one({ id: 'f'.repeat(24) }), { code: 'NOT_FOUND' });
  await refused({ changes: [changes[0]!, changes[0]!] }, { code: 'VALIDATION' });
  const far = { changes: [changes[0]!, { ...changes[1]!, to: { ...to('10:00'), startAt: at('10:00', '2027-03-01') } }] }; // prettier-ignore
  await refused(far, { code: 'VALIDATION' });
  const other = await newPractice(held.database);
  await refused(one({ to: to('10:00', other.dewi.id) }), { code: 'NOT_FOUND' });
  await expect(bookings.rearrange(other.clinic, one({}))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(bookings.undoRearrange(other.clinic, { seen: seenOf([ten]) })).rejects.toMatchObject({ code: 'NOT_FOUND' }); // prettier-ignore
  const begun = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id });
  const started = seenOf([await queue.start(clinic, begun.id)])[0]!;
  await refused({ changes: [{ ...started, to: to('15:00') }] }, { code: 'ILLEGAL_TRANSITION' });
  for (const same of [ten, eleven, twelve]) expect(await bookings.get(clinic, same.id)).toEqual(same);
});

test('what was done since is not taken back, and neither is another act', async () => {
  const { clinic, book, dewi } = await sickDay();
  const [ten, twelve] = [await book('10:00'), await book('12:00')];
  const move = (some: readonly bookings.Booking[]) =>
    bookings.rearrange(clinic, {
      changes: seenOf(some).map((seen, n) => ({
        ...seen,
        to: { staffId: dewi.id, startAt: some[n]!.startAt },
      })),
    });
  const after = await move([ten, twelve]);
  const changed = await bookings.reschedule(clinic, ten.id, { startAt: at('15:00') });
  const seen = seenOf(after);
  await expect(bookings.undoRearrange(clinic, { seen })).rejects.toMatchObject({ code: 'STALE' });
  const now = seenOf([changed, after[1]!]);
  const illegal = { code: 'ILLEGAL_TRANSITION' };
  await expect(bookings.undoRearrange(clinic, { seen: now })).rejects.toMatchObject(illegal);
  // Where it was has been given to somebody else.
  const taken = await book('12:00');
  await expect(bookings.undoRearrange(clinic, { seen: seen.slice(1) })).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: { reasons: [{ bookingId: taken.id }] },
  });
  await bookings.cancel(clinic, taken.id);
  held.clock.now = new Date(morning.getTime() + 16 * 60_000);
  await expect(bookings.undoRearrange(clinic, { seen: seen.slice(1) })).rejects.toMatchObject(illegal);
});

test('two desks that move the same day at once move it once', async () => {
  const { clinic, book, proposed } = await sickDay();
  for (const time of ['10:00', '11:00', '12:00']) await book(time);
  const changes = await proposed();
  const done = await Promise.allSettled([1, 2, 3].map(() => bookings.rearrange(clinic, { changes })));
  expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  for (const one of done) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'STALE' });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});
