import { expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import * as queue from '../queue/index.ts';
import { newClinic, newPractice, recorded, testDatabase } from '../testing/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as patients from './index.ts';

const held = testDatabase();

type Practice = Awaited<ReturnType<typeof newPractice>>;

/** A practice in which Ayu was registered twice. */
async function twice() {
  const practice = await newPractice(held.database);
  const twin = await patients.register(practice.clinic, {
    name: 'Ayu L.',
    phone: '0899-0000-0001',
    email: 'ayu@contoh.id',
    notes: 'Alergi lateks.',
    locale: 'en',
  });
  return { ...practice, twin };
}

function book({ clinic, facial, sari }: Practice, patientId: patients.PatientId, hour: number, day = 24) {
  const startAt = new Date(Date.UTC(2026, 10, day, hour));
  return bookings.book(clinic, {
    patientId, treatmentId: facial.id, staffId: sari.id, startAt, source: 'online', status: 'confirmed',
  }); // prettier-ignore
}

const all = async (clinic: TenantScope, id: patients.PatientId) =>
  (await bookings.findByPatient(clinic, id, { limit: 200 })).items;

test('all that referred to the duplicate refers to the one who is kept', async () => {
  const practice = await twice();
  const { clinic, ayu, twin, facial } = practice;
  const kept = await book(practice, ayu.id, 3);
  const moved = await book(practice, twin.id, 5);
  const walkIn = await queue.join(clinic, { patientId: twin.id, treatmentId: facial.id });
  await bookings.complete(clinic, walkIn.id, { method: 'qris' });
  await bookings.complete(clinic, kept.id);

  const merged = await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  expect(merged).toMatchObject({
    moved: 2,
    patient: { id: ayu.id, name: 'Ayu Lestari', phone: ayu.phone, email: 'ayu@contoh.id', notes: 'Alergi lateks.', locale: 'en' },
    from: { id: twin.id, isActive: false, mergedInto: ayu.id, totalVisits: 0, phone: twin.phone },
    conflicts: [
      { field: 'name', kept: 'Ayu Lestari', dropped: 'Ayu L.' },
      { field: 'phone', kept: ayu.phone, dropped: twin.phone },
    ],
  }); // prettier-ignore
  expect(merged.patient).toMatchObject({ totalVisits: 2, lastVisitAt: kept.startAt });
  expect(merged.from).not.toHaveProperty('lastVisitAt');
  expect((await all(clinic, ayu.id)).map(({ id }) => id).toSorted()).toEqual(
    [kept.id, moved.id, walkIn.id].toSorted(),
  );
  expect(await bookings.get(clinic, moved.id)).toMatchObject({ patientName: 'Ayu Lestari', revision: 2 });
  expect(await all(clinic, twin.id)).toEqual([]);
  expect((await queue.findToday(clinic)).length).toBe(0);
  expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
});

test('what another system kept of the duplicate is of the one who is kept, also where the two are merged meanwhile', async () => {
  const practice = await twice();
  const { clinic, ayu, twin, facial, sari } = practice;
  const past = (hour: number) => {
    const startAt = new Date(Date.UTC(2025, 10, 24, hour));
    const kept = {
      patientId: twin.id,
      treatmentId: facial.id,
      staffId: sari.id,
      status: 'completed',
    } as const;
    return bookings.importPast(clinic, { ...kept, startAt });
  };
  await Promise.all([past(3), patients.merge(clinic, { keep: ayu.id, from: twin.id }), past(4)]);
  expect(await past(5)).toMatchObject({ patientId: ayu.id, patientName: ayu.name });
  expect(await all(clinic, ayu.id)).toHaveLength(3);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 3 });
  expect(await Array.fromAsync(patients.findWrongVisits(clinic))).toEqual([]);
  await expect(past(5)).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE' });
});

test('the old id and the old phone lead to the one who is kept', async () => {
  const practice = await twice();
  const { clinic, ayu, twin } = practice;
  const { patient } = await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  expect(await patients.get(clinic, twin.id)).toEqual(patient);
  expect(await patients.findByTenantAndPhone(clinic, twin.phone)).toEqual(patient);
  expect(await patients.findByIds(clinic, [twin.id, ayu.id])).toEqual([patient]);
  expect((await patients.findByTenant(clinic)).items).toEqual([patient]);
  expect((await patients.findInactive(clinic)).items).toEqual([]);
  expect((await patients.search(clinic, 'ayu')).items).toEqual([patient]);
  await expect(patients.register(clinic, { name: 'X', phone: twin.phone })).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
    details: { id: ayu.id },
  });
  // A page that was open all the while books for the right one.
  expect(await book(practice, twin.id, 6)).toMatchObject({ patientId: ayu.id, patientName: 'Ayu Lestari' });
  expect(await patients.update(clinic, twin.id, { notes: 'New' })).toMatchObject({
    id: ayu.id,
    notes: 'New',
  });
  expect(await patients.incrementVisits(clinic, twin.id)).toMatchObject({ id: ayu.id, totalVisits: 1 });
  await expect(patients.deactivate(clinic, twin.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await expect(patients.restore(clinic, twin.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('the duplicate is taken at its word where that is said, and phones change hands', async () => {
  const practice = await twice();
  const { clinic, ayu, twin } = practice;
  const booked = await book(practice, ayu.id, 3);
  const { patient, from, conflicts } = await patients.merge(clinic, {
    keep: ayu.id,
    from: twin.id,
    take: ['name', 'phone'],
  });
  expect(patient).toMatchObject({ id: ayu.id, name: 'Ayu L.', phone: twin.phone });
  expect(from.phone).toBe(ayu.phone);
  expect(conflicts).toContainEqual({ field: 'name', kept: 'Ayu L.', dropped: 'Ayu Lestari' });
  expect(await patients.findByTenantAndPhone(clinic, ayu.phone)).toEqual(patient);
  expect(await bookings.get(clinic, booked.id)).toMatchObject({ patientName: 'Ayu L.' });
});

test('the audit has what would be needed to take a merge back', async () => {
  const practice = await twice();
  const { clinic, ayu, twin } = practice;
  const moved = await book(practice, twin.id, 5);
  const { patient, from } = await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  const [last] = (await recorded(clinic, 'bookings', moved.id)).slice(-1);
  expect(last).toMatchObject({
    action: 'patients.merge',
    changes: { patientId: { from: twin.id, to: ayu.id }, patientName: { from: 'Ayu L.', to: 'Ayu Lestari' } },
    documentRevision: 2,
  });
  for (const [before, after] of [[ayu, patient], [twin, from]] as const) {
    const event = (await recorded(clinic, 'patients', before.id)).at(-1)!;
    const back = { ...after, ...Object.fromEntries(Object.entries(event.changes).map(([key, change]) => [key, change.from])) };
    expect(back).toMatchObject({ name: before.name, phone: before.phone, totalVisits: 0, isActive: true });
    expect(back.notes).toBe(before.notes);
  } // prettier-ignore
});

test('a duplicate of a duplicate leads to the one who is kept in the end', async () => {
  const { clinic, ayu, twin } = await twice();
  const third = await patients.register(clinic, { name: 'Ayu', phone: '0899-0000-0002' });
  await patients.merge(clinic, { keep: twin.id, from: third.id });
  await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  expect(await patients.get(clinic, third.id)).toMatchObject({ id: ayu.id });
  expect((await patients.history(clinic, third.id)).merged.toSorted()).toEqual(
    [twin.id, third.id].toSorted(),
  );
});

test('a merge of nobody, of himself, of the merged, of the inactive and of another clinic is refused', async () => {
  const { clinic, ayu, twin } = await twice();
  const bali = await newClinic(held.database);
  const made = await patients.register(bali, { name: 'Made', phone: '0899-0000-0003' });
  const refused = (input: unknown) => patients.merge(clinic, input as patients.Merge).then(() => 'merged', ({ code }) => code as string); // prettier-ignore
  const pair = { keep: ayu.id, from: twin.id };
  expect(await refused({ ...pair, from: ayu.id })).toBe('VALIDATION');
  expect(await refused({ ...pair, from: made.id })).toBe('NOT_FOUND');
  expect(await refused({ ...pair, keep: made.id })).toBe('NOT_FOUND');
  expect(await refused({ ...pair, from: { $ne: null } })).toBe('VALIDATION');
  expect(await refused({ ...pair, take: ['notes'] })).toBe('VALIDATION');
  expect(await refused({ keep: ayu.id })).toBe('VALIDATION');
  expect(await refused({ ...pair, keepRevision: 7 })).toBe('STALE');
  expect(await refused({ ...pair, fromRevision: 7 })).toBe('STALE');
  await patients.deactivate(clinic, ayu.id);
  expect(await refused(pair)).toBe('ILLEGAL_TRANSITION');
  await patients.restore(clinic, ayu.id);
  const before = await patients.get(bali, made.id);
  expect(await refused({ ...pair, keepRevision: 3, fromRevision: 1 })).toBe('merged');
  expect(await refused(pair)).toBe('ILLEGAL_TRANSITION');
  expect(await refused({ keep: twin.id, from: ayu.id })).toBe('ILLEGAL_TRANSITION');
  expect(await patients.get(bali, made.id)).toEqual(before);
});

test('notes that are too long together are shortened by somebody who reads them', async () => {
  const { clinic, ayu, twin } = await twice();
  await patients.update(clinic, ayu.id, { notes: 'x'.repeat(1990) });
  await expect(patients.merge(clinic, { keep: ayu.id, from: twin.id })).rejects.toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'notes' }] },
  });
  await patients.update(clinic, ayu.id, { notes: 'Hamil.' });
  const { patient } = await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  expect(patient.notes).toBe('Hamil.\nAlergi lateks.');
});

test('whoever books for the duplicate while it is merged books for the one who is kept', async () => {
  for (let round = 0; round < 4; round++) {
    const practice = await twice();
    const { clinic, ayu, twin } = practice;
    const [merged, ...booked] = await Promise.all([
      patients.merge(clinic, { keep: ayu.id, from: twin.id }),
      ...Array.from({ length: 5 }, (_, n) => book(practice, n % 2 ? ayu.id : twin.id, 2 + 2 * n, 25)),
    ]);
    expect(merged.patient.id).toBe(ayu.id);
    expect(await all(clinic, twin.id)).toEqual([]);
    expect((await all(clinic, ayu.id)).map(({ id }) => id).toSorted()).toEqual(
      booked.map(({ id }) => id).toSorted(),
    );
  }
});

test('of two merges at once that cross, one is done', async () => {
  const { clinic, ayu, twin } = await twice();
  const done = await Promise.allSettled([
    patients.merge(clinic, { keep: ayu.id, from: twin.id }),
    patients.merge(clinic, { keep: twin.id, from: ayu.id }),
  ]);
  expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const { items } = await patients.findByTenant(clinic);
  expect(items).toHaveLength(1);
  expect(await patients.get(clinic, ayu.id)).toEqual(await patients.get(clinic, twin.id));
});

test('a booking that moved with a merge can still be undone', async () => {
  const practice = await twice();
  const { clinic, ayu, twin } = practice;
  const booked = await book(practice, twin.id, 3);
  await bookings.complete(clinic, booked.id);
  await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  await bookings.undo(clinic, booked.id);
  const after = await patients.get(clinic, ayu.id);
  expect(after.totalVisits).toBe(0);
  expect(after).not.toHaveProperty('lastVisitAt');
});

test('duplicates are suggested by name and by email', async () => {
  const { clinic, ayu, twin } = await twice();
  const turned = await patients.register(clinic, { name: 'lestari, AYU', phone: '0899-0000-0005', email: 'ayu@contoh.id' }); // prettier-ignore
  await patients.register(clinic, { name: 'Ayu Lestari Dewi', phone: '0899-0000-0006' });
  const suggested = async (id: patients.PatientId) =>
    (await patients.suggestDuplicates(clinic, id)).map(({ patient, same }) => [patient.id, ...same]);
  expect(await suggested(ayu.id)).toEqual([[turned.id, 'name']]);
  expect(await suggested(twin.id)).toEqual([[turned.id, 'email']]);
  expect(await suggested(turned.id)).toEqual([
    [twin.id, 'email'],
    [ayu.id, 'name'],
  ]);
  const bali = await newClinic(held.database);
  await expect(patients.suggestDuplicates(bali, ayu.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
