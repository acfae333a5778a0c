import { expect, test } from 'vitest';
import * as audit from './public-audit.ts';
import { dryRun, once } from './act.ts';
import * as bookings from './bookings/index.ts';
import { Aspect, findWrong } from './checks/index.ts';
import * as patients from './patients/index.ts';
import { every } from './page.ts';
import { newPractice, morning, testDatabase } from './testing/index.ts';
import { minute } from './time.ts';

const held = testDatabase();

const ago = (minutes: number) => new Date(morning.getTime() - minutes * minute);
const codes = (outcomes: readonly { refused?: { code: string } }[]) => outcomes.map(({ refused }) => refused?.code ?? 'made'); // prettier-ignore

test('of patients that are registered together only those are refused who could not be registered alone', async () => {
  const { clinic, ayu } = await newPractice(held.database);
  const rows = [
    { name: 'Budi', phone: '0812 0000 0001' },
    { name: 'Ayu again', phone: ayu.phone },
    { name: 'No number', phone: '12' },
    { name: 'Budi again', phone: '+62 812-0000-0001' },
    { name: 'Citra', phone: '0812 0000 0002' },
  ];
  const outcomes = await patients.registerMany(once(clinic, 'one'), { patients: rows });
  expect(codes(outcomes)).toEqual(['made', 'CONFLICT_DUPLICATE', 'VALIDATION', 'CONFLICT_DUPLICATE', 'made']);
  expect(outcomes[1]?.refused?.details).toMatchObject({ field: 'phone', id: ayu.id });
  expect(await patients.registerMany(once(clinic, 'one'), { patients: rows })).toEqual(outcomes);
  const { items } = await audit.find(clinic, { action: 'patients.register' });
  expect(items.map(({ documentId }) => documentId)).toEqual(
    expect.arrayContaining([outcomes[0]?.id, outcomes[4]?.id]),
  );
  await expect(patients.registerMany(clinic, { patients: [] })).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('many who register the same people at once add each of them once', async () => {
  const { clinic } = await newPractice(held.database);
  const rows = Array.from({ length: 10 }, (_, n) => ({ name: `P ${n}`, phone: `0812 0000 00${n + 10}` }));
  const all = await Promise.all(
    [rows, rows.toReversed(), rows.slice(3)].map((some) => patients.registerMany(clinic, { patients: some })),
  );
  expect(codes(all.flat()).filter((code) => code === 'made')).toHaveLength(rows.length);
  const phones = (await Array.fromAsync(every((page) => patients.findByTenant(clinic, page)))).map(({ phone }) => phone); // prettier-ignore
  expect(new Set(phones).size).toBe(phones.length);
});

test('an import numbers what it records, so that nobody waits for it who opens a board; trying it numbers nothing', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  await audit.seal(clinic);
  const row = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, status: 'completed' } as const;
  const history = {
    bookings: [
      { ...row, startAt: ago(300) },
      { ...row, startAt: ago(200) },
    ],
  };
  const people = { patients: [{ name: 'Budi', phone: '0812 0000 0001' }] };
  const unnumbered = async () => (await audit.find(clinic, { limit: 200 })).items.filter(({ sealed }) => !sealed).length; // prettier-ignore
  await bookings.importHistory(dryRun(clinic), history);
  expect(await unnumbered()).toBe(0);
  await patients.register(clinic, { name: 'Citra', phone: '0812 0000 0002' });
  expect(await unnumbered()).toBe(1);
  await patients.registerMany(once(clinic, 'one'), people);
  expect(await unnumbered()).toBe(0);
  await bookings.importHistory(clinic, history);
  expect(await unnumbered()).toBe(0);
  const toCome = { ...row, status: 'confirmed', source: 'online', startAt: ago(-24 * 60) } as const;
  const appointments = { bookings: [toCome] };
  expect(codes(await bookings.importAppointments(dryRun(clinic), appointments))).toEqual(['made']);
  expect(codes(await bookings.importAppointments(clinic, appointments))).toEqual(['made']);
  expect(await unnumbered()).toBe(0);
  expect(await audit.firstBrokenLink(clinic)).toBeUndefined();
});

test('an import whose events cannot be numbered says so, and has added what it was given', async () => {
  const { clinic } = await newPractice(held.database);
  await audit.seal(clinic);
  // As if the counter came from an older backup than the events: the next number is taken.
  const head = { tenantId: clinic.tenantId, name: 'audit' };
  await held.database.db.collection('counters').updateOne(head, { $inc: { value: -1 } });
  const people = { patients: [{ name: 'Budi', phone: '0812 0000 0001' }] };
  await expect(patients.registerMany(clinic, people)).rejects.toThrow('auditEvents_seq');
  expect(await patients.findByTenantAndPhone(clinic, '0812 0000 0001')).toMatchObject({ name: 'Budi' });
});

test('what another system kept is written together, each once, and agrees with what is counted', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const bali = await newPractice(held.database);
  const twin = await patients.register(clinic, { name: 'Ayu L', phone: '0812 0000 0001' });
  await patients.merge(clinic, { keep: ayu.id, from: twin.id, take: [], keepRevision: ayu.revision, fromRevision: twin.revision }); // prettier-ignore
  const row = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, status: 'completed' } as const;
  const rows = [
    { ...row, startAt: ago(300), source: 'walk-in' as const },
    { ...row, startAt: ago(600_000), patientId: twin.id },
    { ...row, startAt: ago(300) },
    { ...row, startAt: ago(200), staffId: bali.sari.id },
    { ...row, startAt: ago(-300) },
    { ...row, startAt: ago(900), status: 'no-show' as const },
    { ...row, startAt: ago(100), patientId: bali.ayu.id },
    { ...row, startAt: ago(100), treatmentId: bali.facial.id },
  ];
  const both = await Promise.all([0, 1].map(() => bookings.importHistory(clinic, { bookings: rows })));
  const made = codes(both.flat()).filter((code) => code === 'made');
  expect(made).toHaveLength(3);
  const [one = []] = both.filter((outcomes) => outcomes[0]?.id);
  expect(codes(one)).toEqual([
    'made',
    'made',
    'CONFLICT_DUPLICATE',
    'NOT_FOUND',
    'VALIDATION',
    'made',
    'NOT_FOUND',
    'NOT_FOUND',
  ]);
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 2, lastVisitAt: ago(300) });
  expect((await bookings.findWalkInsByTenant(clinic)).items).toMatchObject([{ startAt: ago(300) }]);
  for (const aspect of Aspect.options) expect(await Array.fromAsync(findWrong(clinic, aspect))).toEqual([]);
});

test('appointments that come together are held as if each had been booked alone', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const row = { patientId: ayu.id, treatmentId: facial.id, source: 'online' } as const;
  const at = (hours: number) => new Date(morning.getTime() + hours * 60 * minute);
  const rows = [
    { ...row, staffId: sari.id, startAt: at(26) },
    { ...row, staffId: 'any' as const, startAt: at(26) },
    { ...row, staffId: sari.id, startAt: new Date(at(26).getTime() + 15 * minute) },
    { ...row, staffId: sari.id, startAt: ago(60) },
    { ...row, staffId: sari.id, startAt: at(28) },
  ];
  const first = await bookings.importAppointments(clinic, { bookings: rows });
  expect(codes(first)).toEqual(['made', 'CONFLICT_DUPLICATE', 'CONFLICT_SLOT', 'CONFLICT_SLOT', 'made']);
  await bookings.cancel(clinic, first[4]!.id!);
  const again = await bookings.importAppointments(clinic, { bookings: rows });
  expect(codes(again)).toEqual(['CONFLICT_DUPLICATE', 'CONFLICT_DUPLICATE', 'CONFLICT_SLOT', 'CONFLICT_SLOT', 'CONFLICT_DUPLICATE']); // prettier-ignore
  for (const aspect of Aspect.options) expect(await Array.fromAsync(findWrong(clinic, aspect))).toEqual([]);
});

test('a month that is full takes none of the appointments that come together', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database, { features: { maxBookings: 1 } });
  const row = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const rows = [26, 28].map((hours) => ({ ...row, startAt: ago(-60 * hours) }));
  await expect(bookings.importAppointments(clinic, { bookings: rows })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' }); // prettier-ignore
  expect((await bookings.findByTenant(clinic)).items).toEqual([]);
  expect(codes(await bookings.importAppointments(clinic, { bookings: rows.slice(1) }))).toEqual(['made']);
});
