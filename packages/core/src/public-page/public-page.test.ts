import { afterEach, expect, test } from 'vitest';
import * as core from '../index.ts';
import { codesOf, morning, newPractice, recorded, testDatabase } from '../testing/index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));
const { bookings, patients, publicPage, treatments } = core;

/** A clinic with its page turned on, and what anybody sees of it. */
async function openClinic(booking: Partial<core.tenants.Tenant['config']['booking']> = {}, more = {}) {
  const given = { booking: { publicPage: true, noticeMin: 60, windowDays: 30, ...booking }, ...more };
  const practice = await newPractice(held.database, given);
  return { ...practice, visitor: core.actingAs(practice.clinic, { kind: 'public' }) };
}
type Open = Awaited<ReturnType<typeof openClinic>>;

const at = (text: string) => new Date(`2026-11-${text}:00+07:00`);
const asked = ({ facial }: Pick<Open, 'facial'>, startAt: Date, more: object = {}) => ({
  name: 'Rina Putri', phone: '0813-0000-0001', steps: [{ treatmentId: facial.id }], startAt, ...more,
}); // prettier-ignore
const ofPhone = (practice: Open, phone = '0813-0000-0001') =>
  patients.findByTenantAndPhone(practice.clinic, phone);

test('a clinic that has no public page shows and books nothing, whoever asks', async () => {
  const { clinic, facial } = await newPractice(held.database);
  const steps = [{ treatmentId: facial.id }];
  const answers = await codesOf([
    publicPage.findTreatments(clinic),
    publicPage.findStaff(clinic),
    publicPage.freeTimes(clinic, { steps, from: '2026-11-25' }),
    publicPage.book(clinic, asked({ facial }, at('25T10:00'))),
  ]);
  expect(answers).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
});

test('somebody new is registered, and his booking waits for the clinic', async () => {
  const practice = await openClinic();
  const { clinic, visitor, facial, sari } = practice;
  const [day] = await publicPage.freeTimes(visitor, { steps: [{ treatmentId: facial.id }], from: '2026-11-25' });
  const { startAt } = day!.times[0]!;
  const [made] = await publicPage.book(visitor, {
    ...asked(practice, startAt, { locale: 'en', notes: 'First time' }),
    steps: [{ treatmentId: facial.id, staffId: sari.id }],
  });
  const rina = (await ofPhone(practice))!;
  expect(rina).toMatchObject({ name: 'Rina Putri', phone: '+6281300000001', locale: 'en', totalVisits: 0 });
  const stored = { patientId: rina.id, patientName: 'Rina Putri', bookedAs: 'Rina Putri', notes: 'First time' };
  expect(await bookings.get(clinic, made!.id)).toMatchObject({ ...stored, status: 'pending', source: 'online' });
  expect((await bookings.findPending(clinic)).items.map(({ id }) => id)).toEqual([made!.id]);
  expect((await recorded(clinic, 'bookings', made!.id))[0]).toMatchObject({
    action: 'bookings.book',
    actor: { kind: 'public' },
  });
}); // prettier-ignore

test('nothing that comes back tells whether the clinic knows a phone number', async () => {
  const practice = await openClinic();
  const { clinic, visitor, ayu } = practice;
  const gone = await patients.register(clinic, { name: 'Gone', phone: '0813-0000-0009' });
  const twin = await patients.register(clinic, { name: 'Ayu L', phone: '0813-0000-0008' });
  await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  await patients.deactivate(clinic, gone.id);
  const phones = ['0813-0000-0001', ayu.phone, '0813-0000-0009', '0813-0000-0008'];
  const answers = [];
  for (const [n, phone] of phones.entries()) {
    const [made] = await publicPage.book(visitor, asked(practice, at(`25T1${n}:00`), { phone, name: 'X' }));
    const { patientName, bookedAs } = await bookings.get(clinic, made!.id);
    const { id: _, startAt: _at, endAt: _end, staffId: _who, ...shown } = made!;
    answers.push({ patientName, bookedAs, shown });
  }
  expect(new Set(answers.map(({ shown }) => JSON.stringify(shown))).size).toBe(1);
  expect(Object.keys(answers[0]!.shown).toSorted()).toEqual(['durationMin', 'price', 'status', 'treatmentId', 'treatmentName']);
  expect(answers.map(({ patientName }) => patientName)).toEqual(['X', 'Ayu Lestari', 'Gone', 'Ayu Lestari']);
  expect(answers.map(({ bookedAs }) => bookedAs)).toEqual(['X', 'X', 'X', 'X']);
  expect(await patients.get(clinic, ayu.id)).toEqual({ ...ayu, revision: ayu.revision + 1, updatedAt: morning });
  expect(await patients.get(clinic, gone.id)).toMatchObject({ name: 'Gone', isActive: true });
}); // prettier-ignore

test("the clinic's notice, grid and window bind whoever asks, and a taken time names nobody", async () => {
  const practice = await openClinic();
  const { clinic, visitor, ayu, facial, sari } = practice;
  const { id } = await bookings.book(clinic, {
    ...{ patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, startAt: at('26T10:00'), source: 'online' },
  });
  const admin = core.actingAs(clinic, { kind: 'user', id: 'a'.repeat(24), name: 'A', role: 'admin' });
  for (const [startAt, code] of [
    [at('24T09:45'), 'NOTICE'],
    [at('25T10:05'), 'OFF_GRID'],
    [new Date('2026-12-29T10:00:00+07:00'), 'WINDOW'],
  ] as const) {
    for (const whoever of [visitor, admin])
      await expect(publicPage.book(whoever, asked(practice, startAt))).rejects.toMatchObject({
        code: 'CONFLICT_SLOT',
        details: { reasons: [{ code }] },
      });
  }
  const steps = [{ treatmentId: facial.id, staffId: sari.id }];
  const taken = publicPage.book(visitor, asked(practice, at('26T10:30'), { steps }));
  const error: unknown = await taken.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CONFLICT_SLOT', details: { reasons: [{ code: 'BUSY' }] } });
  expect(JSON.stringify(error)).not.toContain(id);
  expect(await ofPhone(practice)).toBeUndefined();
}); // prettier-ignore

test('several treatments are one visit, all of it or nothing', async () => {
  const practice = await openClinic();
  const { clinic, visitor, facial, dewi } = practice;
  const brows = await treatments.add(clinic, { name: 'Brows', category: 'Brows', durationMin: 30, price: 1, assignedStaff: [dewi.id] }); // prettier-ignore
  const steps = [{ treatmentId: facial.id }, { treatmentId: brows.id, staffId: dewi.id }];
  const made = await publicPage.book(visitor, asked(practice, at('25T10:00'), { steps }));
  expect(made.map(({ treatmentName }) => treatmentName)).toEqual(['Facial', 'Brows']);
  const { visitId } = await bookings.get(clinic, made[1]!.id);
  expect((await bookings.findByVisit(clinic, visitId!)).map(({ bookedAs }) => bookedAs)).toEqual(['Rina Putri', 'Rina Putri']); // prettier-ignore
  const five = Array.from({ length: 5 }, () => ({ treatmentId: facial.id }));
  expect(await codesOf([publicPage.book(visitor, asked(practice, at('26T10:00'), { steps: five }))])).toEqual(['VALIDATION']); // prettier-ignore
});

test('of two at once for the last free place one gets it, and two with one new phone are one patient', async () => {
  const practice = await openClinic();
  const { clinic, visitor, facial, sari } = practice;
  const steps = [{ treatmentId: facial.id, staffId: sari.id }];
  const race = await codesOf(
    ['0813-0000-0002', '0813-0000-0003'].map((phone) =>
      publicPage.book(visitor, asked(practice, at('25T10:00'), { steps, phone })),
    ),
  );
  expect(race.toSorted()).toEqual(['CONFLICT_SLOT', 'done']);
  const [mine, desk] = await Promise.all([
    Promise.all(['11', '12'].map((hour) => publicPage.book(visitor, asked(practice, at(`25T${hour}:00`))))),
    codesOf([patients.register(clinic, { name: 'Rina', phone: '0813-0000-0001' })]),
  ]);
  const whose = await Promise.all(mine.flat().map(({ id }) => bookings.get(clinic, id)));
  expect(new Set(whose.map(({ patientId }) => patientId)).size).toBe(1);
  expect(desk).toHaveLength(1);
});

test('what is sent twice under one key is booked once', async () => {
  const practice = await openClinic();
  const once = core.once(practice.visitor, 'a-form');
  const [first, second] = await Promise.all([1, 2].map(() => publicPage.book(once, asked(practice, at('25T10:00'))))); // prettier-ignore
  expect(second).toEqual(first);
  expect((await bookings.findByTenant(practice.clinic)).items).toHaveLength(1);
});

test('one phone number fills no calendar, whatever the clinic itself has booked for it', async () => {
  const practice = await openClinic();
  const { clinic, visitor, ayu, facial } = practice;
  for (const hour of ['10', '12', '14']) {
    const startAt = at(`27T${hour}:00`);
    await bookings.book(clinic, { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', startAt, source: 'online' }); // prettier-ignore
  }
  const hours = ['09', '10', '11', '12', '13', '14', '15'];
  const tried = await codesOf(
    hours.map((hour) => publicPage.book(visitor, asked(practice, at(`25T${hour}:00`), { phone: ayu.phone }))),
  );
  expect(tried.toSorted()).toEqual(['FORBIDDEN', ...Array.from({ length: 6 }, () => 'done')]);
  held.clock.now = at('26T08:00');
  await publicPage.book(visitor, asked(practice, at('27T16:00'), { phone: ayu.phone }));
});

test("that the month's bookings are used up is told like any other end, without the limit", async () => {
  const practice = await openClinic({}, { features: { maxBookings: 0 } });
  const refused = publicPage.book(practice.visitor, asked(practice, at('25T10:00')));
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN', details: { needs: 'staff' } });
  expect(await ofPhone(practice)).toBeUndefined();
});

test('what is missing, wrong, too long or of another clinic is refused, and nobody is registered', async () => {
  const [practice, other] = [await openClinic(), await openClinic()];
  const { visitor, facial } = practice;
  const good = asked(practice, at('25T10:00'));
  const wrong: [object, string][] = [
    ...['name', 'phone', 'steps', 'startAt'].map((key): [object, string] => [{ [key]: undefined }, 'VALIDATION']),
    [{ name: 'x'.repeat(121) }, 'VALIDATION'],
    [{ name: '\u202eRina' }, 'VALIDATION'],
    [{ phone: '12' }, 'VALIDATION'],
    [{ phone: { $ne: '' } }, 'VALIDATION'],
    [{ notes: 'x'.repeat(501) }, 'VALIDATION'],
    [{ status: 'confirmed' }, 'VALIDATION'],
    [{ patientId: practice.ayu.id }, 'VALIDATION'],
    [{ override: { reason: 'x' } }, 'VALIDATION'],
    [{ steps: [] }, 'VALIDATION'],
    [{ steps: [{ treatmentId: other.facial.id }] }, 'NOT_FOUND'],
    [{ steps: [{ treatmentId: facial.id }, { treatmentId: other.facial.id }] }, 'NOT_FOUND'],
    [{ steps: [{ treatmentId: facial.id, staffId: other.sari.id }] }, 'NOT_FOUND'],
  ];
  for (const [change, code] of wrong) {
    const answers = await codesOf([publicPage.book(visitor, { ...good, ...change } as never)]);
    expect([change, ...answers]).toEqual([change, code]);
  }
  const search = { steps: good.steps, from: '2026-11-25' };
  for (const [change, code] of [
    [{ days: 15 }, 'VALIDATION'],
    [{ from: 'today' }, 'VALIDATION'],
    [{ moving: 'a'.repeat(24) }, 'VALIDATION'],
    [{ steps: [{ treatmentId: other.facial.id }] }, 'NOT_FOUND'],
  ] as const)
    expect(await codesOf([publicPage.freeTimes(visitor, { ...search, ...change } as never)])).toEqual([code]);
  expect(await ofPhone(practice)).toBeUndefined();
}); // prettier-ignore
