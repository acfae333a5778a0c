import { afterEach, expect, test } from 'vitest';
import * as availability from '../availability/index.ts';
import { historyOf } from '../audit.ts';
import { actingAs } from '../tenancy.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);
const override = { reason: 'Bridal party, agreed with Sari' };
const admin = { kind: 'user', id: 'u1', name: 'Rina', role: 'admin' } as const;

/** Sari has an appointment at ten, and another one is put over its second half. */
async function overbooked() {
  const practice = await newPractice(held.database);
  const clinic = actingAs(practice.clinic, admin);
  const given = {
    patientId: practice.ayu.id,
    treatmentId: practice.facial.id,
    staffId: practice.sari.id,
    source: 'online',
    status: 'confirmed',
  } as const;
  const book = (time: string, more: object = {}) =>
    bookings.book(clinic, { ...given, startAt: at(time), ...more });
  const first = await book('10:00');
  const over = await book('10:30', { override });
  return { ...practice, clinic, given, book, first, over };
}

test('an administrator books over a rule, and the booking says who did it, why and over what', async () => {
  const { clinic, first, over } = await overbooked();
  expect(over).toMatchObject({
    overlapping: true,
    override: { ...override, by: admin, at: morning, against: [{ code: 'BUSY', bookingId: first.id }] },
  });
  expect(over).not.toHaveProperty('holds');
  expect(over).not.toHaveProperty('holding');
  expect(await bookings.get(clinic, over.id)).toEqual(over);
  const [event] = (await historyOf(clinic, 'bookings', over.id)).items;
  expect(event).toMatchObject({
    action: 'bookings.book',
    actor: admin,
    changes: { overlapping: { to: true }, override: { to: { reason: override.reason } } },
  });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('the very same appointment can be there twice by override only', async () => {
  const { book, first } = await overbooked();
  const twin = await book('10:00', { override });
  expect(twin).toMatchObject({ startAt: first.startAt, staffId: first.staffId, overlapping: true });
  expect(await book('10:00', { override })).toMatchObject({ overlapping: true });
});

test('the time that an overlapping booking takes is taken, also after the other one is gone', async () => {
  const { clinic, book, first, over, facial, sari } = await overbooked();
  const busy = { code: 'CONFLICT_SLOT', details: { reasons: [{ code: 'BUSY', bookingId: over.id }] } };
  await expect(book('11:15')).rejects.toMatchObject(busy);
  await bookings.cancel(clinic, first.id);
  await expect(book('10:00')).rejects.toMatchObject(busy);
  const [day] = await availability.search(clinic, {
    treatmentId: facial.id,
    staffId: sari.id,
    from: '2026-11-24',
  });
  const offered = day!.slots.map(({ startAt }) => startAt.getTime());
  expect(offered).toContain(at('11:30').getTime());
  for (const time of ['09:45', '10:00', '10:30', '11:15']) expect(offered).not.toContain(at(time).getTime());
  await expect(bookings.undo(clinic, first.id)).rejects.toMatchObject(busy);
  await bookings.cancel(clinic, over.id);
  await book('10:15');
});

test('moved to a free time it holds that as any other, and undo overlaps again', async () => {
  const { clinic, over } = await overbooked();
  const moved = await bookings.reschedule(clinic, over.id, { startAt: at('14:00') });
  expect(moved).toMatchObject({ holding: true });
  expect(moved).not.toHaveProperty('override');
  expect(moved).not.toHaveProperty('overlapping');
  const back = await bookings.undo(clinic, over.id);
  expect(back).toMatchObject({ startAt: at('10:30'), overlapping: true, override: over.override });
  expect(back).not.toHaveProperty('holds');
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('a booking is moved over another one by override', async () => {
  const { clinic, book, first } = await overbooked();
  const other = await book('15:00');
  await expect(bookings.reschedule(clinic, other.id, { startAt: at('09:30') })).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
  });
  const moved = await bookings.reschedule(clinic, other.id, { startAt: at('09:30'), override });
  expect(moved).toMatchObject({
    overlapping: true,
    override: { against: [{ code: 'BUSY', bookingId: first.id }] },
  });
  expect(moved).not.toHaveProperty('holds');
  await book('15:00');
  expect(await bookings.undo(clinic, moved.id).catch((error: unknown) => error)).toMatchObject({
    code: 'CONFLICT_SLOT',
  });
  expect(await bookings.complete(clinic, moved.id)).toMatchObject({
    status: 'completed',
    overlapping: true,
    override,
  });
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('outside the hours nobody is in the way: such a booking holds its time', async () => {
  const { clinic, given, book } = await overbooked();
  const late = await book('20:30', { override });
  expect(late).toMatchObject({
    holding: true,
    override: { against: [{ code: 'CLOSED' }, { code: 'OFF_SHIFT' }] },
  });
  expect(late).not.toHaveProperty('overlapping');
  await expect(book('20:00')).rejects.toMatchObject({
    details: {
      reasons: [{ code: 'CLOSED' }, { code: 'OFF_SHIFT' }, { code: 'BUSY', bookingId: late.id }],
    },
  });
  const free = await bookings.book(clinic, { ...given, startAt: at('12:00'), override });
  expect(free).not.toHaveProperty('override');
});

test('what is past or too far ahead cannot be overridden, and somebody has to be named', async () => {
  const { clinic, book, first } = await overbooked();
  held.clock.now = at('13:00');
  await expect(book('10:30', { override })).rejects.toMatchObject({
    code: 'CONFLICT_SLOT',
    details: { reasons: expect.arrayContaining([{ code: 'PAST' }]) },
  });
  await expect(book('14:00', { staffId: 'any', override })).rejects.toMatchObject({ code: 'VALIDATION' });
  const anybody = { startAt: at('14:00'), staffId: 'any', override } as const;
  await expect(bookings.reschedule(clinic, first.id, anybody)).rejects.toMatchObject({ code: 'VALIDATION' });
});

test.each([
  { kind: 'user', id: 'u2', name: 'Tini', role: 'staff' } as const,
  { kind: 'user', id: 'u3', name: 'Budi', role: 'user' } as const,
  { kind: 'public' } as const,
])('nobody else may override: $kind $role', async (actor) => {
  const { clinic, given, over } = await overbooked();
  const asking = actingAs(clinic, actor);
  const refused = { code: 'FORBIDDEN', details: { needs: 'admin' } };
  await expect(bookings.book(asking, { ...given, startAt: at('10:00'), override })).rejects.toMatchObject(
    refused,
  );
  await expect(
    bookings.reschedule(asking, over.id, { startAt: at('10:00'), override }),
  ).rejects.toMatchObject(refused);
});

test.each([[{}], [{ reason: '' }], [{ reason: 'x'.repeat(201) }], [{ reason: { $gt: '' } }], [true]])(
  'an override without a reason that can be shown is refused: %j',
  async (wrong) => {
    const { book } = await overbooked();
    await expect(book('10:15', { override: wrong })).rejects.toMatchObject({ code: 'VALIDATION' });
  },
);

test('many at once over the same time: at most one holds it', async () => {
  const { clinic, book } = await overbooked();
  const made = await Promise.all(Array.from({ length: 10 }, () => book('16:00', { override })));
  expect(made.filter(({ holding }) => holding)).toHaveLength(1);
  expect(made.filter(({ overlapping }) => overlapping)).toHaveLength(9);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});
