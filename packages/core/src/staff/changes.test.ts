import { expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import { codesOf, daily, newClinic, newPractice, recorded, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as staff from './index.ts';

const held = testDatabase();

type Practice = Awaited<ReturnType<typeof newPractice>>;

const at = (hour: number, day = 25) => new Date(Date.UTC(2026, 10, day, hour));
const book = ({ clinic, ayu, facial, sari }: Practice, startAt: Date) =>
  bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    startAt,
    source: 'online',
  });
const ids = (documents: readonly { id: string }[]) => documents.map(({ id }) => id);

test('a staff member is changed field by field, and the audit says how', async () => {
  const { clinic, sari } = await newPractice(held.database);
  const given = {
    role: 'Senior therapist',
    skills: ['Laser'],
    workingHours: daily('10:00-16:00'),
    exceptions: [{ date: '2026-12-24', hours: ['09:00-12:00'] }],
    timeOff: [{ from: '2026-12-25', to: '2026-12-26', reason: 'Natal' }],
    rating: 4.5,
    avatar: 'https://contoh.id/sari.jpg',
  };
  const after = await staff.update(clinic, sari.id, { ...given, revision: 1 });
  expect(after).toMatchObject({ ...given, name: 'Sari', revision: 2 });
  expect(await staff.update(clinic, sari.id, { avatar: '' })).not.toHaveProperty('avatar');
  await expect(staff.update(clinic, sari.id, { name: 'X', revision: 2 })).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { avatar: { from: given.avatar } } },
  });
  const [, event] = await recorded(clinic, 'staff', sari.id);
  expect(event).toMatchObject({ action: 'staff.update', changes: { role: { to: 'Senior therapist' } } });
});

test.each([
  [{ name: '' }],
  [{ rating: 6 }],
  [{ workingHours: ['always'] }],
  [{ timeOff: [{ from: '2026-12-02', to: '2026-12-01' }] }],
  [
    {
      exceptions: [
        { date: '2026-12-01', hours: [] },
        { date: '2026-12-01', hours: [] },
      ],
    },
  ],
  [{ isActive: false }],
  [{ revision: 0 }],
])('a change outside the documented limits is refused and writes nothing: %j', async (wrong) => {
  const { clinic, sari } = await newPractice(held.database);
  await expect(staff.update(clinic, sari.id, wrong as staff.StaffChanges)).rejects.toMatchObject({ code: 'VALIDATION' }); // prettier-ignore
  expect(await staff.get(clinic, sari.id)).toEqual(sari);
});

test('leave and exceptions that are entered at once are all there', async () => {
  const { clinic, sari } = await newPractice(held.database);
  const days = ['2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04'];
  await Promise.all([
    ...days.map((day) => staff.addTimeOff(clinic, sari.id, { from: day, to: day })),
    ...days.map((date) => staff.setException(clinic, sari.id, { date, hours: ['09:00-10:00'] })),
  ]);
  const full = await staff.get(clinic, sari.id);
  expect(full.timeOff.map(({ from }) => from)).toEqual(days);
  expect(full.exceptions.map(({ date }) => date)).toEqual(days);
  await staff.setException(clinic, sari.id, { date: days[0]!, hours: [] });
  await staff.removeException(clinic, sari.id, days[1]!);
  const after = await staff.removeTimeOff(clinic, sari.id, { from: days[3]!, to: days[3]! });
  expect(after.exceptions[0]).toEqual({ date: days[0], hours: [] });
  expect([after.exceptions.length, after.timeOff.length]).toEqual([3, 3]);
  const refused = await codesOf([
    staff.removeException(clinic, sari.id, days[1]!),
    staff.removeTimeOff(clinic, sari.id, { from: days[0]!, to: days[1]! }),
  ]);
  expect(new Set(refused)).toEqual(new Set(['NOT_FOUND']));
});

test('leave leaves bookings where they are, and they are listed to be moved', async () => {
  const practice = await newPractice(held.database);
  const { clinic, sari } = practice;
  const away = await book(practice, at(3, 26));
  const early = await book(practice, at(2));
  await book(practice, at(5));
  expect(await staff.findUncovered(clinic, sari.id)).toEqual([]);
  await staff.addTimeOff(clinic, sari.id, { from: '2026-11-26', to: '2026-11-26' });
  await staff.setException(clinic, sari.id, { date: '2026-11-25', hours: ['10:00-20:00'] });
  expect(ids(await staff.findUncovered(clinic, sari.id))).toEqual([early.id, away.id]);
  expect(await bookings.get(clinic, away.id)).toEqual(away);
});

test('nobody goes who is booked: the answer names the bookings', async () => {
  const practice = await newPractice(held.database);
  const { clinic, sari, facial } = practice;
  const [later, next] = [await book(practice, at(5)), await book(practice, at(3))];
  await expect(staff.deactivate(clinic, sari.id)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    details: { bookingIds: [next.id, later.id] },
  });
  await bookings.reschedule(clinic, next.id, { startAt: next.startAt, staffId: 'any' });
  await bookings.cancel(clinic, later.id);
  const gone = await staff.deactivate(clinic, sari.id, { revision: 1 });
  expect(ids((await staff.findInactive(clinic)).items)).toEqual([sari.id]);
  expect(ids((await staff.findByTenant(clinic)).items)).not.toContain(sari.id);
  await expect(book(practice, at(7))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(bookings.undo(clinic, later.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(staff.deactivate(clinic, sari.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await staff.restore(clinic, sari.id, { revision: gone.revision })).toMatchObject({ isActive: true });
  expect((await treatments.get(clinic, facial.id)).assignedStaff).toContain(sari.id);
  await book(practice, at(7));
});

test.each(['book', 'move', 'undo'] as const)(
  'of a deactivation and one %s at once never both are done',
  async (act) => {
    for (let round = 0; round < 3; round++) {
      const practice = await newPractice(held.database);
      const { clinic, sari, dewi, ayu, facial } = practice;
      const other = await bookings.book(clinic, {
      patientId: ayu.id, treatmentId: facial.id, staffId: dewi.id, startAt: at(9), source: 'online',
    }); // prettier-ignore
      const gone = await book(practice, at(5));
      await bookings.cancel(clinic, gone.id);
      const taking = {
        book: () => book(practice, at(3)),
        move: () => bookings.reschedule(clinic, other.id, { startAt: at(10), staffId: sari.id }),
        undo: () => bookings.undo(clinic, gone.id),
      }[act];
      const done = await codesOf([staff.deactivate(clinic, sari.id), taking()]);
      expect(done.filter((one) => one === 'done')).toHaveLength(1);
    }
  },
);

test('who performs what is said from either side', async () => {
  const { clinic, sari, dewi, facial } = await newPractice(held.database);
  const peel = await treatments.add(clinic, { name: 'Peel', category: 'Facial', durationMin: 30, price: 1 });
  expect(await staff.setTreatments(clinic, sari.id, { treatmentIds: [peel.id, peel.id] })).toBe(2);
  expect(ids((await treatments.findByTenantAndStaff(clinic, sari.id)).items)).toEqual([peel.id]);
  expect(ids((await treatments.findByTenantAndStaff(clinic, dewi.id)).items)).toEqual([facial.id]);
  expect(ids(await staff.findAvailableForTreatment(clinic, 'Peel'))).toEqual([sari.id]);
  const [, event] = await recorded(clinic, 'treatments', facial.id);
  expect(event).toMatchObject({ action: 'staff.setTreatments', documentRevision: 2 });
  expect(await staff.setTreatments(clinic, sari.id, { treatmentIds: [peel.id] })).toBe(0);
  expect((await treatments.get(clinic, peel.id)).revision).toBe(2);
  const bali = await newPractice(held.database);
  const refused = await codesOf([
    staff.setTreatments(clinic, sari.id, { treatmentIds: [bali.facial.id] }),
    staff.setTreatments(clinic, bali.sari.id, { treatmentIds: [] }),
  ]);
  expect(new Set(refused)).toEqual(new Set(['NOT_FOUND']));
});

test('what was saved of a staff member is taken back once, as long as nobody changed it since', async () => {
  const { clinic, sari } = await newPractice(held.database);
  const saved = await staff.update(clinic, sari.id, { role: 'Doctor', skills: ['Laser'], avatar: 'https://a.id/s.jpg' });
  const back = await staff.undo(clinic, sari.id, { revision: saved.revision });
  expect(back).toEqual({ ...sari, revision: 3, updatedAt: back.updatedAt });
  expect((await recorded(clinic, 'staff', sari.id)).at(-1)).toMatchObject({ action: 'staff.undo' });
  await expect(staff.undo(clinic, sari.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const { revision } = await staff.update(clinic, sari.id, { role: 'Doctor' });
  await staff.addTimeOff(clinic, sari.id, { from: '2026-12-01', to: '2026-12-01' });
  await expect(staff.undo(clinic, sari.id, { revision })).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { timeOff: { from: [] } } },
  });
  const later = await staff.update(clinic, sari.id, { role: 'Nurse' });
  const { now } = held.clock;
  held.clock.now = new Date(now.getTime() + 16 * 60_000);
  const late = staff.undo(clinic, sari.id, { revision: later.revision });
  await expect(late).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', details: { to: 'undone' } });
  held.clock.now = now;
}); // prettier-ignore

test('who saves what somebody performs has to have seen what he performs now', async () => {
  const { clinic, sari, facial } = await newPractice(held.database);
  const add = (name: string) =>
    treatments.add(clinic, { name, category: 'Facial', durationMin: 30, price: 1 });
  const [peel, scrub] = [await add('Peel'), await add('Scrub')];
  const seen = [facial.id];
  await treatments.update(clinic, peel.id, { assignedStaff: [sari.id] });
  await expect(
    staff.setTreatments(clinic, sari.id, { treatmentIds: [facial.id, scrub.id], seen }),
  ).rejects.toMatchObject({
    code: 'STALE',
    details: { changes: { treatmentIds: { from: seen, to: expect.arrayContaining([peel.id]) } }, by: clinic.actor },
  });
  expect(await treatments.get(clinic, scrub.id)).toEqual(scrub);
  // What else is changed of a treatment is none of it.
  await treatments.update(clinic, facial.id, { price: 1 });
  const given = { treatmentIds: [scrub.id], seen: [peel.id, facial.id] };
  expect(await staff.setTreatments(clinic, sari.id, given)).toBe(3);
  const both = { treatmentIds: [facial.id], seen: [scrub.id] };
  const tried = await codesOf([staff.setTreatments(clinic, sari.id, both), staff.setTreatments(clinic, sari.id, { ...both, treatmentIds: [peel.id] })]);
  expect(tried.toSorted()).toEqual(['STALE', 'done']);
}); // prettier-ignore

test('no act on a staff member reaches another clinic', async () => {
  const { sari } = await newPractice(held.database);
  const bali = await newClinic(held.database);
  const refused = await codesOf([
    staff.update(bali, sari.id, { name: 'X' }),
    staff.deactivate(bali, sari.id),
    staff.restore(bali, sari.id),
    staff.undo(bali, sari.id),
    staff.addTimeOff(bali, sari.id, { from: '2026-12-01', to: '2026-12-01' }),
    staff.removeTimeOff(bali, sari.id, { from: '2026-12-01', to: '2026-12-01' }),
    staff.setException(bali, sari.id, { date: '2026-12-01', hours: [] }),
    staff.removeException(bali, sari.id, '2026-12-01'),
    staff.findUncovered(bali, sari.id),
  ]);
  expect(new Set(refused)).toEqual(new Set(['NOT_FOUND']));
});
