import { afterEach, expect, test } from 'vitest';
import { PatientId } from '../patients/schema.ts';
import { within } from '../tenancy.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import { bookingsCollection } from './collection.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));
const at = (local: string, zone = '+07:00') => new Date(`${local}:00${zone}`);

test('a day is the day of the clinic, midnight to midnight', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database, {
    timezone: 'Asia/Makassar',
    openingHours: ['tue 00:00-24:00', 'wed 00:00-24:00'],
  });
  const held24 = { workingHours: ['tue 00:00-24:00', 'wed 00:00-24:00'] };
  await held.database.db
    .collection('staff')
    .updateOne({ tenantId: clinic.tenantId, name: 'Sari' }, { $set: held24 });
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const late = await bookings.book(clinic, { ...given, startAt: at('2026-11-24T23:45', '+08:00') });
  const early = await bookings.book(clinic, { ...given, startAt: at('2026-11-25T00:45', '+08:00') });
  const ids = async (date: string) => (await bookings.findByTenantAndDate(clinic, date)).map(({ id }) => id);
  expect(await ids('2026-11-24')).toEqual([late.id]);
  expect(await ids('2026-11-25')).toEqual([early.id]);
  expect((await bookings.findTodays(clinic)).map(({ id }) => id)).toEqual([late.id]);
  await expect(bookings.findByTenantAndDate(clinic, '24-11-2026')).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test('a list is read page by page without a gap, and a cursor is worth nothing elsewhere', async () => {
  const [mine, other] = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  const given = {
    patientId: mine.ayu.id,
    treatmentId: mine.facial.id,
    staffId: 'any',
    source: 'online',
  } as const;
  for (const hour of ['09', '10', '11', '12', '13', '14', '15']) {
    await bookings.book(mine.clinic, { ...given, startAt: at(`2026-11-24T${hour}:00`) });
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bookings.findByTenant(mine.clinic, { limit: 3, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ localTime }) => localTime));
    cursor = page.next;
    // Somebody books while the list is read: nothing that is still to come moves.
    if (seen.length === 3) await bookings.book(mine.clinic, { ...given, startAt: at('2026-11-24T17:00') });
  } while (cursor);
  expect(seen).toEqual(['15:00', '14:00', '13:00', '12:00', '11:00', '10:00', '09:00']);
  const { next } = await bookings.findByTenant(mine.clinic, { limit: 3 });
  for (const wrong of [next!, 'nonsense', '', `${next}x`]) {
    const page = bookings.findByTenant(other.clinic, { cursor: wrong });
    await expect(page).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { issues: [{ path: 'cursor' }] },
    });
  }
  const { next: ofAyu } = await bookings.findByPatient(mine.clinic, mine.ayu.id, { limit: 3 });
  const nobody = PatientId.parse('0123456789abcdef01234567');
  for (const elsewhere of [
    () => bookings.findByTenant(mine.clinic, { cursor: ofAyu }),
    () => bookings.findByPatient(mine.clinic, nobody, { cursor: ofAyu }),
    () => bookings.findByPatient(mine.clinic, mine.ayu.id, { cursor: next }),
  ]) {
    await expect(elsewhere()).rejects.toMatchObject({ code: 'VALIDATION' });
  }
  await expect(bookings.findByTenant(mine.clinic, { limit: 201 })).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test('finders look only at the keys of what they return', async () => {
  const [mine, other] = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  const handle = within(mine.clinic, bookingsCollection);
  for (const { clinic, ayu, facial } of [mine, other]) {
    const given = { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', source: 'online' } as const;
    for (const day of ['24', '25', '26', '27']) {
      for (const hour of ['09', '10', '11', '12']) {
        await bookings.book(clinic, { ...given, startAt: at(`2026-11-${day}T${hour}:00`) });
      }
    }
  }
  const day = { startAt: { $gte: at('2026-11-25T00:00'), $lt: at('2026-11-26T00:00') } };
  const byDay = await handle.explain(day, { sort: { startAt: 1 } });
  expect(byDay).toMatchObject({ returned: 4 });
  expect(byDay.keysExamined).toBeLessThanOrEqual(5);
  const paged = await handle.explain({}, { sort: { startAt: -1, id: -1 }, limit: 5 });
  expect(paged).toMatchObject({ returned: 5 });
  expect(paged.keysExamined).toBeLessThanOrEqual(6);
  const byPatient = await handle.explain({ patientId: mine.ayu.id });
  expect(byPatient).toMatchObject({ returned: 16 });
  expect(byPatient.keysExamined).toBeLessThanOrEqual(17);
});

test('what nobody closed is found from the next day on, and not while it is still under way', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database, {
    openingHours: ['tue 00:00-24:00', 'wed 00:00-24:00'],
  });
  const hours = { workingHours: ['tue 00:00-24:00', 'wed 00:00-24:00'] };
  await held.database.db
    .collection('staff')
    .updateOne({ tenantId: clinic.tenantId, name: 'Sari' }, { $set: hours });
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const book = (time: string, status: 'pending' | 'confirmed') =>
    bookings.book(clinic, { ...given, status, startAt: at(`2026-11-${time}`) });
  const done = await book('24T10:00', 'confirmed');
  const asked = await book('24T12:00', 'pending');
  const agreed = await book('24T14:00', 'confirmed');
  const overMidnight = await book('24T23:30', 'confirmed');
  await book('25T10:00', 'confirmed');
  await bookings.complete(clinic, done.id);
  const ids = async () => (await bookings.findLeftOpen(clinic)).items.map(({ id }) => id);
  held.clock.now = at('2026-11-24T23:59');
  expect(await ids()).toEqual([]);
  held.clock.now = at('2026-11-25T00:01');
  expect(await ids()).toEqual([agreed.id, asked.id]);
  held.clock.now = at('2026-11-25T09:00');
  expect(await ids()).toEqual([overMidnight.id, agreed.id, asked.id]);
  await bookings.noShow(clinic, asked.id);
  await bookings.complete(clinic, agreed.id);
  expect(await ids()).toEqual([overMidnight.id]);
});

test('the visit history is the completed bookings, the latest first', async () => {
  const { clinic, facial, ayu, sari } = await newPractice(held.database);
  const given = {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    source: 'online',
    status: 'confirmed',
  } as const;
  const first = await bookings.book(clinic, { ...given, startAt: at('2026-11-24T09:00') });
  const second = await bookings.book(clinic, { ...given, startAt: at('2026-11-24T10:00') });
  await bookings.book(clinic, { ...given, startAt: at('2026-11-24T11:00') });
  await bookings.complete(clinic, first.id);
  await bookings.complete(clinic, second.id);
  expect((await bookings.findVisitHistory(clinic, ayu.id)).items.map(({ id }) => id)).toEqual([
    second.id,
    first.id,
  ]);
});
