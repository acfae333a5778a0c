import { afterEach, expect, test } from 'vitest';
import { once } from '../act.ts';
import { historyOf } from '../audit.ts';
import * as bookings from '../bookings/index.ts';
import { morning, newClinic, newPractice, testDatabase } from '../testing/index.ts';
import * as patients from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

test('a phone tells two patients of a clinic apart, in any spelling', async () => {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, {
    name: ' Ayu Lestari ',
    phone: '0812-3456-7890',
    notes: 'Alergi lateks.',
  });
  expect(ayu).toMatchObject({ name: 'Ayu Lestari', phone: '+6281234567890', totalVisits: 0, isActive: true });
  await expect(
    patients.register(clinic, { name: 'Other', phone: '+62 812 3456 7890' }),
  ).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
    details: { field: 'phone', id: ayu.id },
  });
  expect(await patients.findByTenantAndPhone(clinic, '0812 3456 7890')).toEqual(ayu);
  expect(await patients.findByTenantAndPhone(clinic, '0812 3456 7891')).toBeUndefined();
});

test('twenty registrations of one phone at once make one patient', async () => {
  const clinic = await newClinic(held.database);
  const tried = await Promise.allSettled(
    Array.from({ length: 20 }, () => patients.register(clinic, { name: 'Ayu', phone: '081234567890' })),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of tried)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT_DUPLICATE' });
});

test('a patient is found by the beginning of a phone or of any word of the name', async () => {
  const clinic = await newClinic(held.database);
  const rene = await patients.register(clinic, { name: 'René d’Ávila Putri', phone: '0812-1111-2222' });
  const ayu = await patients.register(clinic, { name: 'Ayu Putri', phone: '0857-1111-2222' });
  const found = async (text: string) =>
    (await patients.search(clinic, text)).items.map(({ id }) => id).toSorted();
  expect(await found('rene')).toEqual([rene.id]);
  expect(await found('AVI')).toEqual([rene.id]);
  expect(await found('put ay')).toEqual([ayu.id]);
  expect(await found('putri')).toEqual([rene.id, ayu.id].toSorted());
  for (const text of ['0812', '+62 812', '62812', '812-1111']) expect(await found(text)).toEqual([rene.id]);
  for (const text of ['', '   ', '.*', '(((', '$where', 'zzz', '^']) expect(await found(text)).toEqual([]);
});

test('a record is changed field by field, and the audit says how', async () => {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, {
    name: 'Ayu',
    phone: '081234567890',
    email: 'Ayu@Contoh.ID',
    notes: 'x',
  });
  const after = await patients.update(clinic, ayu.id, {
    name: 'Ayu Baru',
    email: '',
    locale: 'en',
    revision: 1,
  });
  expect(after).toMatchObject({ name: 'Ayu Baru', notes: 'x', locale: 'en', revision: 2 });
  expect(after).not.toHaveProperty('email');
  expect((await patients.search(clinic, 'baru')).items).toEqual([after]);
  await expect(patients.update(clinic, ayu.id, { name: 'Z', revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
    details: { expected: 1, found: 2 },
  });
  const [event] = (await historyOf(clinic, 'patients', ayu.id)).items;
  expect(event).toMatchObject({
    action: 'patients.update',
    changes: { name: { from: 'Ayu', to: 'Ayu Baru' }, email: { from: 'ayu@contoh.id' } },
  });
});

test('the language of a patient can be taken away again, and is one of ours', async () => {
  const clinic = await newClinic(held.database);
  const { id } = await patients.register(clinic, { name: 'Ayu', phone: '081234567890', locale: 'en' });
  expect(await patients.update(clinic, id, { notes: 'x' })).toHaveProperty('locale', 'en');
  expect(await patients.update(clinic, id, { locale: '' })).not.toHaveProperty('locale');
  await expect(patients.update(clinic, id, JSON.parse('{"locale": "fr"}'))).rejects.toMatchObject({
    code: 'VALIDATION',
  });
});

test.each([
  [{ name: '' }],
  [{ name: '   ' }],
  [{ name: 'x'.repeat(121) }],
  [{ name: 'a\u0000b' }],
  [{ name: { $ne: null } }],
  [{ phone: 'none' }],
  [{ phone: 812 }],
  [{ email: 'no mail' }],
  [{ notes: 'x'.repeat(2001) }],
  [{ tenantId: 'other' }],
  [{ totalVisits: 99 }],
])('a registration that is wrong is refused and writes nothing: %j', async (wrong) => {
  const clinic = await newClinic(held.database);
  const input = { name: 'Ayu', phone: '081234567890', ...wrong } as patients.NewPatient;
  await expect(patients.register(clinic, input)).rejects.toMatchObject({ code: 'VALIDATION' });
  expect((await patients.findByTenant(clinic)).items).toEqual([]);
});

test('visits are counted and the last one is remembered', async () => {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: '081234567890' });
  const [earlier, later] = [new Date('2026-11-01T02:00:00Z'), new Date('2026-11-20T02:00:00Z')];
  await patients.incrementVisits(clinic, ayu.id, later);
  expect(await patients.incrementVisits(clinic, ayu.id, earlier)).toMatchObject({
    totalVisits: 2,
    lastVisitAt: later,
  });
  await Promise.all(Array.from({ length: 10 }, () => patients.incrementVisits(clinic, ayu.id)));
  expect(await patients.get(clinic, ayu.id)).toMatchObject({ totalVisits: 12 });
});

test('a visit that is counted once stays once, however much later it is sent again', async () => {
  const clinic = await newClinic(held.database);
  const ayu = await patients.register(clinic, { name: 'Ayu', phone: '081234567890' });
  const visited = () => patients.incrementVisits(once(clinic, 'visit-1'), ayu.id);
  const first = await visited();
  held.clock.now = new Date(morning.getTime() + 60_000);
  expect(await visited()).toEqual(first);
  const never = patients.incrementVisits(clinic, ayu.id, new Date('never'));
  await expect(never).rejects.toMatchObject({ code: 'VALIDATION' });
});

test("a new name is the name in the patient's bookings too", async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const booking = await bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    startAt: new Date('2026-11-24T03:00:00Z'),
    source: 'online',
  });
  await patients.update(clinic, ayu.id, { name: 'Ayu Wijaya' });
  expect(await bookings.get(clinic, booking.id)).toMatchObject({
    patientName: 'Ayu Wijaya',
    status: 'pending',
  });
});
