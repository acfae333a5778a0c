import { expect, test } from 'vitest';
import * as core from '../index.ts';
import { codesOf, newPractice, recorded, testDatabase } from '../testing/index.ts';

const held = testDatabase();
const { availability, bookings, me, patients, users } = core;

type Practice = Awaited<ReturnType<typeof newPractice>>;
const passwordHash = 'a hash that somebody else has made';
let made = 0;

async function accountOf(clinic: core.TenantScope, patientId?: core.patients.PatientId) {
  const email = `p${++made}@contoh.id`;
  const user = await users.add(clinic, { email, name: 'P', role: 'user', passwordHash, ...(patientId && { patientId }) }); // prettier-ignore
  const { id, name, role } = user;
  return { user, own: core.actingAs(clinic, { kind: 'user', id, name, role }) };
}

/** A clinic with two patients who have accounts. */
async function twoPatients() {
  const practice = await newPractice(held.database, { booking: { noticeMin: 60, windowDays: 30 } });
  const budi = await patients.register(practice.clinic, { name: 'Budi', phone: '0812-0000-1111', notes: 'Shy' });
  const [ofAyu, ofBudi] = [
    await accountOf(practice.clinic, practice.ayu.id),
    await accountOf(practice.clinic, budi.id),
  ];
  return { ...practice, budi, ofAyu, ofBudi };
} // prettier-ignore

const at = (text: string) => new Date(`2026-11-${text}:00+07:00`);
const deskBooks = ({ clinic, ayu, facial, sari }: Practice, startAt: Date) =>
  bookings.book(clinic, {
    ...{ patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, startAt, source: 'online' },
    notes: 'She is late as a rule',
    status: 'confirmed',
  });

test('a patient sees his own record and bookings, and nothing of what the clinic notes', async () => {
  const practice = await twoPatients();
  const { clinic, budi, ofAyu, ofBudi } = practice;
  const [past, next, later] = [
    await deskBooks(practice, at('24T09:00')),
    await deskBooks(practice, at('26T10:00')),
    await deskBooks(practice, at('27T10:00')),
  ];
  held.clock.now = at('24T15:00');
  expect((await me.findUpcoming(ofAyu.own)).items.map(({ id }) => id)).toEqual([next.id, later.id]);
  expect((await me.findPast(ofAyu.own)).items.map(({ id }) => id)).toEqual([past.id]);
  const [own] = await me.appointment(ofAyu.own, next.id);
  expect(own).toMatchObject({ status: 'confirmed', changeableUntil: at('25T10:00') });
  expect(Object.keys(own!)).not.toEqual(expect.arrayContaining(['notes']));
  expect(JSON.stringify(await me.findUpcoming(ofAyu.own))).not.toMatch(/late as a rule|patientName|holds/);
  expect(await me.profile(ofBudi.own)).toEqual({ id: budi.id, name: 'Budi', phone: '+6281200001111', totalVisits: 0 }); // prettier-ignore
  const changed = await me.changeContact(ofBudi.own, { email: 'Budi@contoh.id', locale: 'en' });
  expect(changed).toMatchObject({ email: 'budi@contoh.id', locale: 'en' });
  expect(await patients.get(clinic, budi.id)).toMatchObject({ email: 'budi@contoh.id', notes: 'Shy' });
  const last = (await recorded(clinic, 'patients', budi.id)).at(-1);
  expect(last).toMatchObject({ action: 'patients.update', actor: { id: ofBudi.user.id } });
  for (const more of [{ name: 'B' }, { phone: '0812' }, { notes: 'x' }, { revision: 1 }]) {
    await expect(me.changeContact(ofBudi.own, more as never)).rejects.toMatchObject({ code: 'VALIDATION' });
  }
});

test("what is another patient's is like what does not exist", async () => {
  const practice = await twoPatients();
  const { facial, ofBudi } = practice;
  const { id } = await deskBooks(practice, at('26T10:00'));
  const nowhere = bookings.BookingId.parse('f'.repeat(24));
  const startAt = at('26T15:00');
  for (const one of [id, nowhere]) {
    const answers = await codesOf([
      me.appointment(ofBudi.own, one),
      me.cancel(ofBudi.own, one),
      me.reschedule(ofBudi.own, one, { startAt }),
      me.timesToMove(ofBudi.own, one, { from: '2026-11-26' }),
    ]);
    expect(answers).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
  }
  const steps = [{ treatmentId: facial.id, staffId: practice.sari.id }];
  const taken = me.book(ofBudi.own, { steps, startAt: at('26T10:30') }); // prettier-ignore
  await expect(taken).rejects.toMatchObject({ details: { reasons: [{ code: 'BUSY' }] } });
  await expect(taken).rejects.not.toMatchObject({ details: { reasons: [{ bookingId: id }] } });
});

test('a patient books online and pending, within notice, grid and window, and is offered just that', async () => {
  held.clock.now = at('24T09:50');
  const { clinic, ayu, facial, ofAyu } = await twoPatients();
  const steps = [{ treatmentId: facial.id }];
  const [today] = await me.freeTimes(ofAyu.own, { steps, from: '2026-11-24' });
  expect(today?.times[0]?.startAt).toEqual(at('24T11:00'));
  const book = (startAt: Date) => me.book(ofAyu.own, { steps, startAt, notes: 'Please' });
  const [booked] = await book(at('24T11:00'));
  expect(booked).toMatchObject({ status: 'pending', source: 'online' });
  expect(await bookings.get(clinic, booked!.id)).toMatchObject({ patientId: ayu.id, notes: 'Please' });
  const reasons = async (startAt: Date) => (await book(startAt).catch((error: unknown) => error)) as object;
  expect(await reasons(at('24T10:00'))).toMatchObject({ details: { reasons: [{ code: 'NOTICE' }] } });
  expect(await reasons(at('25T10:05'))).toMatchObject({ details: { reasons: [{ code: 'OFF_GRID' }] } });
  const far = new Date(at('24T11:00').getTime() + 40 * 86_400_000);
  expect(await reasons(far)).toMatchObject({ details: { reasons: [{ code: 'WINDOW' }] } });
  expect((await availability.visits(clinic, { steps, from: '2026-11-24' }))[0]?.starts[0]?.startAt).not.toEqual(at('24T11:00'));
}); // prettier-ignore

test('a patient moves and cancels as early as the clinic asks for, and no later', async () => {
  held.clock.now = at('24T09:00');
  const practice = await twoPatients();
  const { ofAyu } = practice;
  const { id } = await deskBooks(practice, at('26T10:00'));
  const [day] = await me.timesToMove(ofAyu.own, id, { from: '2026-11-26' });
  expect(day?.times.map(({ startAt }) => startAt)).toContainEqual(at('26T10:00'));
  const [moved] = await me.reschedule(ofAyu.own, id, { startAt: at('27T10:00') });
  expect(moved).toMatchObject({ status: 'confirmed', startAt: at('27T10:00') });
  const soon = await deskBooks(practice, at('25T09:00'));
  held.clock.now = new Date(at('24T09:00').getTime() + 1);
  const late = await codesOf([
    me.cancel(ofAyu.own, soon.id),
    me.reschedule(ofAyu.own, soon.id, { startAt: at('28T10:00') }),
  ]);
  expect(late).toEqual(['ILLEGAL_TRANSITION', 'ILLEGAL_TRANSITION']);
  expect(await me.cancel(ofAyu.own, id)).toMatchObject([{ status: 'cancelled' }]);
  expect(await codesOf([me.cancel(ofAyu.own, id)])).toEqual(['ILLEGAL_TRANSITION']);
});

test('several treatments are one visit, which a patient moves and cancels as a whole', async () => {
  held.clock.now = at('24T09:00');
  const practice = await twoPatients();
  const { clinic, facial, sari, dewi, ofAyu, ofBudi } = practice;
  const steps = [{ treatmentId: facial.id, staffId: sari.id }, { treatmentId: facial.id, staffId: dewi.id }];
  const made = await me.book(ofAyu.own, { steps, startAt: at('26T10:00'), notes: 'Please' });
  expect(made.map(({ startAt, status }) => [startAt, status])).toEqual([
    [at('26T10:00'), 'pending'],
    [at('26T11:00'), 'pending'],
  ]);
  const second = made[1]!.id;
  expect(made[1]).toMatchObject({ visitId: made[0]!.visitId, changeableUntil: at('25T10:00') });
  expect(await me.appointment(ofAyu.own, second)).toEqual(made);
  expect(await codesOf([me.cancel(ofBudi.own, second), me.timesToMove(ofBudi.own, second, { from: '2026-11-26' })])).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  const [day] = await me.timesToMove(ofAyu.own, second, { from: '2026-11-26' });
  expect(day?.times.map(({ startAt }) => startAt)).toContainEqual(at('26T10:30'));
  // Over its own time, and of two at once for one time only one has it.
  const moved = await me.reschedule(ofAyu.own, second, { startAt: at('26T10:30') });
  expect(moved.map(({ startAt }) => startAt)).toEqual([at('26T10:30'), at('26T11:30')]);
  const race = await codesOf([
    me.reschedule(ofAyu.own, second, { startAt: at('26T14:00') }),
    me.book(ofBudi.own, { steps, startAt: at('26T14:00') }),
  ]);
  expect(race.toSorted()).toEqual(['CONFLICT_SLOT', 'done']);
  held.clock.now = at('25T11:00');
  expect(await codesOf([me.cancel(ofAyu.own, second)])).toEqual([race[0] === 'done' ? 'done' : 'ILLEGAL_TRANSITION']);
  held.clock.now = at('24T09:00');
  const five = Array.from({ length: 5 }, () => ({ treatmentId: facial.id }));
  expect(await codesOf([me.book(ofAyu.own, { steps: five, startAt: at('27T10:00') })])).toEqual(['VALIDATION']);
  const [again] = await me.book(ofAyu.own, { steps, startAt: at('27T10:00') });
  const twice = await codesOf([me.cancel(ofAyu.own, again!.id), me.cancel(ofAyu.own, again!.id)]);
  expect(twice.toSorted()).toEqual(['ILLEGAL_TRANSITION', 'done']);
  const gone = await bookings.findByVisit(clinic, again!.visitId!);
  expect(gone.map(({ status, holds }) => [status, holds])).toEqual([['cancelled', undefined], ['cancelled', undefined]]);
}); // prettier-ignore

test('one account fills no calendar, also when it asks for all of it at once', async () => {
  held.clock.now = at('24T09:00');
  const { clinic, facial, ofAyu } = await twoPatients();
  const steps = [{ treatmentId: facial.id }];
  const two = [...steps, ...steps];
  const tried = await Promise.allSettled(
    Array.from({ length: 5 }, (_, n) => me.book(ofAyu.own, { steps: two, startAt: at(`26T${['09', '11', '13', '15', '17'][n]}:00`) })),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  const [first] = (await me.findUpcoming(ofAyu.own)).items;
  await bookings.confirmVisit(clinic, first!.visitId!);
  const again = (asked = two) => me.book(ofAyu.own, { steps: asked, startAt: at('27T10:00') });
  for (let n = 0; n < 4; n++) await me.cancel(ofAyu.own, (await again())[0]!.id);
  await me.cancel(ofAyu.own, (await again(steps))[0]!.id);
  expect(await codesOf([again()])).toEqual(['FORBIDDEN']);
}); // prettier-ignore

test('whoever is no active patient with an account has nothing here', async () => {
  const { clinic, ayu, budi, facial, ofAyu, ofBudi } = await twoPatients();
  const all = (own: core.TenantScope) =>
    codesOf([
      me.profile(own),
      me.changeContact(own, {}),
      me.findUpcoming(own),
      me.findPast(own),
      me.findTreatments(own),
      me.findStaff(own),
      me.freeTimes(own, { steps: [{ treatmentId: facial.id }], from: '2026-11-26' }),
      me.book(own, { steps: [{ treatmentId: facial.id }], startAt: at('26T10:00') }),
    ]).then((codes) => [...new Set(codes)]);
  const { id } = await users.add(clinic, { email: `s${++made}@contoh.id`, name: 'S', passwordHash });
  for (const actor of [clinic.actor, { kind: 'public' }, { kind: 'user', id, name: 'S', role: 'user' }, { kind: 'user', id: 'x', name: 'S', role: 'user' }] as const) {
    expect(await all(core.actingAs(clinic, actor))).toEqual(['FORBIDDEN']);
  }
  expect(await all((await accountOf(clinic)).own)).toEqual(['NOT_FOUND']);
  await patients.deactivate(clinic, budi.id);
  expect(await all(ofBudi.own)).toEqual(['NOT_FOUND']);
  await users.changeRole(clinic, ofAyu.user.id, { role: 'staff' });
  expect(await all(ofAyu.own)).toEqual(['FORBIDDEN']);
  // What he was is not his again: somebody has to say so.
  await users.changeRole(clinic, ofAyu.user.id, { role: 'user' });
  expect(await all(ofAyu.own)).toEqual(['NOT_FOUND']);
  await users.update(clinic, ofAyu.user.id, { patientId: ayu.id });
  expect(await me.profile(ofAyu.own)).toMatchObject({ id: ayu.id });
}); // prettier-ignore

test('an account is of one active patient of its clinic, and a patient has one account', async () => {
  const [{ clinic, ayu, budi, ofBudi }, bali] = [await twoPatients(), await newPractice(held.database)];
  const link = (patientId: string, id = ofBudi.user.id) =>
    users.update(clinic, id, { patientId: patientId as typeof ayu.id });
  const refused = await codesOf([
    link(ayu.id),
    link(bali.ayu.id),
    link('f'.repeat(24)),
    link('x'),
    accountOf(clinic, ayu.id),
    accountOf(clinic, bali.ayu.id),
    users.add(clinic, { email: `s${++made}@contoh.id`, name: 'S', passwordHash, patientId: ayu.id }),
  ]);
  expect(refused).toEqual(['CONFLICT_DUPLICATE', 'NOT_FOUND', 'NOT_FOUND', 'VALIDATION', 'CONFLICT_DUPLICATE', 'NOT_FOUND', 'VALIDATION']); // prettier-ignore
  const cara = await patients.register(clinic, { name: 'Cara', phone: '0812-0000-2222' });
  const both = await Promise.allSettled([accountOf(clinic, cara.id), accountOf(clinic, cara.id)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  // A duplicate that is merged leads to the one who is kept.
  await patients.merge(clinic, { keep: ayu.id, from: budi.id });
  expect(await me.profile(ofBudi.own)).toMatchObject({ id: ayu.id });
  expect(await link('')).not.toHaveProperty('patientId');
});
