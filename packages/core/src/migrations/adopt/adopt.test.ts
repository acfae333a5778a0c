import type { ObjectId } from 'mongodb';
import { afterAll, expect, test } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import * as availability from '../../availability/index.ts';
import * as bookings from '../../bookings/index.ts';
import { openDatabase, type Database } from '../../database.ts';
import { acrossTenants } from '../../firewall.ts';
import * as patients from '../../patients/index.ts';
import * as reports from '../../reports/index.ts';
import * as staff from '../../staff/index.ts';
import * as tenants from '../../tenants/index.ts';
import {
  documentedClinic,
  documentedIndexes,
  documentedPractice,
  put,
  stored,
} from '../../testing/documented.ts';
import { morning } from '../../testing/index.ts';
import * as treatments from '../../treatments/index.ts';
import * as users from '../../users/index.ts';
import { migrate, status, type Problem } from '../index.ts';

const system = { kind: 'system', name: 'test' } as const;
const open: Database[] = [];

/** A database of its own for each test, since a migration is of the whole. */
async function newDatabase(): Promise<Database> {
  const database = await openDatabase({ uri: databaseUri(), name: newDatabaseName(), clock: () => morning });
  open.push(database);
  return database;
}

afterAll(async () => {
  for (const database of open) {
    await database.db.dropDatabase().catch(() => undefined);
    await database.close();
  }
});

const hex = (id: ObjectId) => id.toHexString();
const short = (problems: readonly Problem[]) =>
  problems.map(({ collection, field, reason }) => `${collection}.${field} ${reason}`).sort();

test.each(['hex', 'objectId', 'slug'] as const)(
  'a documented database whose tenantId is a %s works afterwards: list, book, complete',
  async (spelling) => {
    const database = await newDatabase();
    const { db } = database;
    await documentedIndexes(db);
    const documented = await documentedClinic(db, 'jakarta', { spelling });
    const was = await documentedPractice(db, documented);
    const { ran, problems } = await migrate(database);
    expect(ran).toMatchObject([{ number: 1, name: 'adopt' }]);
    expect(short(problems)).toEqual(['users.password UNREADABLE']);
    expect((await tenants.findActive(database)).items.map(({ slug }) => slug)).toEqual(['jakarta']);
    const clinic = await tenants.openTenantBySlug(database, 'jakarta', system);

    const ayu = await patients.findByTenantAndPhone(clinic, '+6281234567890');
    expect(ayu).toMatchObject({
      id: hex(was.ayu), email: 'ayu@contoh.id', totalVisits: 7, otherVisits: { count: 6 },
      lastVisitAt: new Date('2024-04-02T03:00:00Z'), isActive: true, version: 1, revision: 1, loyalty: { level: 'gold' },
    }); // prettier-ignore
    expect((await patients.findByTenant(clinic)).items).toHaveLength(3);
    expect(await patients.search(clinic, 'lest')).toMatchObject({ items: [{ id: hex(was.ayu) }] });
    expect(await patients.get(clinic, patients.PatientId.parse(hex(was.budi)))).toMatchObject({
      totalVisits: 1,
      phone: '+6281234567002',
    });
    expect(await patients.get(clinic, patients.PatientId.parse(hex(was.citra)))).toMatchObject({
      phone: '+6281234567003', totalVisits: 2, otherVisits: { count: 2, lastAt: new Date('2023-01-05T03:00:00Z') },
    }); // prettier-ignore

    const [sari] = (await staff.findByTenantAndRole(clinic, 'Therapist')).items;
    const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => `${day} 09:00-17:00`);
    expect(sari).toMatchObject({ workingHours: [...weekdays, 'sat 09:00-13:00'], skills: [], rating: 0 });
    const [facial] = (await treatments.findByTenant(clinic)).items;
    expect(facial?.assignedStaff).toEqual([hex(was.sari), hex(was.dewi)]);

    const today = await bookings.findByTenantAndDate(clinic, '2026-11-24');
    expect(today).toMatchObject([
      { id: hex(was.walkIn), status: 'no-show', queueNumber: 4, localTime: '10:00' },
      { id: hex(was.coming), status: 'pending', paymentStatus: 'deposit', patientName: 'Citra', holding: true,
        treatmentName: 'Facial Premium', price: 250_000, durationMin: 60, localDate: '2026-11-24' },
    ]); // prettier-ignore
    const { items: past } = await bookings.findVisitHistory(clinic, patients.PatientId.parse(hex(was.ayu)));
    expect(past).toMatchObject([
      { price: 199_000, paymentMethod: 'cash', payments: [{ method: 'cash', amount: 199_000 }] },
    ]);
    expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);

    const booked = await bookings.book(clinic, {
      patientId: ayu!.id, treatmentId: facial!.id, staffId: 'any', startAt: new Date('2026-11-24T04:00:00Z'), source: 'online',
    }); // prettier-ignore
    expect(booked.staffId).toBe(sari!.id);
    const taken = {
      patientId: ayu!.id,
      treatmentId: facial!.id,
      staffId: booked.staffId,
      startAt: booked.startAt,
      source: 'online',
    } as const;
    await expect(bookings.book(clinic, taken)).rejects.toMatchObject({ code: 'CONFLICT_SLOT' });
    await bookings.confirm(clinic, booked.id);
    await bookings.complete(clinic, booked.id);
    expect(await patients.get(clinic, ayu!.id)).toMatchObject({
      totalVisits: 8,
      lastVisitAt: booked.startAt,
    });
    await bookings.confirm(clinic, today[1]!.id);
    expect(await bookings.complete(clinic, today[1]!.id)).toMatchObject({
      paymentAmount: 250_000,
      paymentStatus: 'paid',
    });
    expect(await users.findWithPassword(clinic, 'owner@klinik.id')).toMatchObject({
      password: expect.stringContaining('$2b$10$'),
    });

    expect(await migrate(database, { again: false })).toEqual({ ran: [], problems });
    expect(await status(database)).toMatchObject({ migrations: [{ number: 1, state: 'done', problems: 1 }] });
    expect(await stored(db, 'staff', was.dewi)).toMatchObject({
      tenantId: clinic.tenantId,
      nickname: 'Dw',
      version: 1,
    });
  },
);

test('what cannot be repaired is kept and reported, never guessed; once somebody has repaired it, it is adopted', async () => {
  const database = await newDatabase();
  const { db } = database;
  const jakarta = await documentedClinic(db, 'jakarta', {
    config: { logo: '/logo.png', theme: { primaryColor: 'pink' } },
  });
  const broken = await documentedClinic(db, 'Broken Slug!', { config: { timezone: 'Mars/Base' } });
  const was = await documentedPractice(db, jakarta);
  const { tenantId } = jakarta;
  const noon = new Date('2026-11-24T05:00:00Z');
  const [twin, mute] = await put(
    db, 'patients',
    { tenantId, name: 'Ayu L.', phone: '081234567890' },
    { tenantId, name: 'Mute', phone: 'none yet', notes: 'x' },
    { tenantId, phone: '081234567999' },
    { tenantId: 'nobody', name: 'Stray', phone: '081234567998' },
    { tenantId: broken.tenantId, name: 'Locked', phone: '081234567997' },
  ); // prettier-ignore
  await put(db, 'users', {
    tenantId,
    email: 'owner@klinik.id',
    password: '$argon2id$x',
    name: 'Twin',
    role: 'boss',
  });
  const [rota] = await put(db, 'staff', {
    tenantId,
    name: 'Rota',
    role: 'Therapist',
    workingHours: ['09:00', 'mon 10:00-12:00', 'mon 9-5'],
    rating: 9,
  });
  await put(db, 'treatments', {
    tenantId,
    name: 'Quick',
    category: 'X',
    durationMin: 5,
    price: 10,
    assignedStaff: ['gone'],
  });
  const [overlapping, lost, endless, odd] = await put(
    db, 'bookings',
    was.booking({ startAt: noon, staffId: was.dewi, status: 'confirmed', createdAt: new Date('2026-11-21') }),
    was.booking({ startAt: new Date('2026-11-26T05:00:00Z'), patientId: 'gone', staffId: 'gone', treatmentId: 'gone' }),
    was.booking({ startAt: noon, endAt: noon }),
    was.booking({ startAt: noon, status: 'done', staffId: rota }),
  ); // prettier-ignore
  const everything = async () => {
    const all = await Promise.all(
      ['users', 'patients', 'staff', 'treatments', 'bookings'].map((name) =>
        acrossTenants('this test', () => db.collection(name).countDocuments()),
      ),
    );
    return all;
  };
  const before = await everything();
  const { problems } = await migrate(database);
  expect(short(problems)).toEqual([
    'bookings.durationMin VALUE',
    'bookings.patientId ORPHAN',
    'bookings.staffId ORPHAN',
    'bookings.startAt OVERLAP',
    'bookings.status VALUE',
    'bookings.treatmentId ORPHAN',
    'patients.name MISSING',
    'patients.phone DUPLICATE',
    'patients.phone UNREADABLE',
    'patients.tenantId ORPHAN',
    'patients.tenantId ORPHAN',
    'staff.rating VALUE',
    'staff.workingHours.0 UNREADABLE',
    'staff.workingHours.2 UNREADABLE',
    'tenants.config.logo VALUE',
    'tenants.config.theme.primaryColor VALUE',
    'tenants.config.timezone VALUE',
    'tenants.slug VALUE',
    'treatments.assignedStaff.0 ORPHAN',
    'treatments.durationMin VALUE',
    'users.password UNREADABLE',
    'users.role VALUE',
  ]);
  expect(await everything()).toEqual(before);
  const of = (id: ObjectId | undefined) => problems.filter((problem) => problem.id === hex(id!));
  expect(of(twin)).toEqual([
    {
      collection: 'patients',
      id: hex(twin!),
      field: 'phone',
      reason: 'DUPLICATE',
      otherId: hex(was.ayu),
      setAside: false,
    },
  ]);
  expect(of(overlapping)).toMatchObject([{ otherId: hex(was.coming), setAside: false }]);
  expect(of(endless)).toMatchObject([{ setAside: true }]);

  const clinic = await tenants.openTenantBySlug(database, 'jakarta', system);
  expect(clinic.tenant.config).toMatchObject({ theme: { primaryColor: '#8B5CF6' } });
  expect((await patients.findByTenant(clinic)).items.map(({ name }) => name).sort()).toEqual([
    'Ayu L.',
    'Ayu Lestari',
    'Budi',
    'Citra',
    'Mute',
  ]);
  expect(await bookings.get(clinic, bookings.BookingId.parse(hex(overlapping!)))).toMatchObject({
    status: 'confirmed',
    treatmentName: 'Facial Premium',
  });
  expect(await bookings.get(clinic, bookings.BookingId.parse(hex(lost!)))).toMatchObject({
    treatmentName: '',
    durationMin: 60,
  });
  await expect(bookings.get(clinic, bookings.BookingId.parse(hex(endless!)))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await stored(db, 'bookings', endless!)).toMatchObject({
    tenantId: `set-aside:${clinic.tenantId}`,
    startAt: noon,
    endAt: noon,
  });
  const slots = await availability.search(clinic, {
    treatmentId: treatments.TreatmentId.parse(hex(was.facial)),
    staffId: staff.StaffId.parse(hex(rota!)),
    from: '2026-11-30',
  });
  expect(slots[0]?.slots.map(({ startAt }) => startAt)).toEqual([]);

  const fix = (name: string, id: ObjectId | undefined, $set: object) =>
    acrossTenants('this test', () => db.collection(name).updateOne({ _id: id! }, { $set }));
  await fix('patients', mute, { phone: '0812 0000 0001' });
  await fix('patients', twin, { phone: '0812 0000 0002' });
  await fix('bookings', endless, { endAt: new Date('2026-11-24T06:00:00Z'), status: 'completed' });
  await fix('bookings', overlapping, { status: 'cancelled' });
  await fix('bookings', odd, { status: 'cancelled' });
  await fix('staff', rota, { workingHours: ['mon 10:00-12:00'], rating: 5 });
  await fix('tenants', broken.id, { 'config.timezone': 'Asia/Makassar', slug: 'bali' });
  const again = await migrate(database);
  expect(short(again.problems)).toEqual([
    'bookings.patientId ORPHAN',
    'bookings.staffId ORPHAN',
    'bookings.treatmentId ORPHAN',
    'patients.name MISSING',
    'patients.tenantId ORPHAN',
    'tenants.config.logo VALUE',
    'tenants.config.theme.primaryColor VALUE',
    'treatments.assignedStaff.0 ORPHAN',
    'treatments.durationMin VALUE',
    'users.password UNREADABLE',
    'users.role VALUE',
  ]);
  expect(await patients.get(clinic, patients.PatientId.parse(hex(mute!)))).toMatchObject({
    phone: '+6281200000001',
  });
  expect(await patients.get(clinic, patients.PatientId.parse(hex(was.ayu)))).toMatchObject({
    totalVisits: 8,
  });
  expect(await bookings.get(clinic, bookings.BookingId.parse(hex(endless!)))).toMatchObject({
    durationMin: 60,
  });
  const bali = await tenants.openTenantBySlug(database, 'bali', system);
  expect((await patients.findByTenant(bali)).items.map(({ name }) => name)).toEqual(['Locked']);
  const third = await migrate(database);
  expect(third).toEqual({ ran: [expect.objectContaining({ changed: 0 })], problems: again.problems });
});

test('two patients of exactly one phone, where the documented index was never made, leave it unmade and are named', async () => {
  const database = await newDatabase();
  const documented = await documentedClinic(database.db, 'jakarta');
  const { tenantId } = documented;
  const twins = ['A', 'B'].map((name) => ({ tenantId, name, phone: '+6281234567890' }));
  const [, second] = await put(database.db, 'patients', ...twins);
  const { problems } = await migrate(database);
  expect(short(problems)).toEqual(['patients.index INDEX', 'patients.phone DUPLICATE']);
  await acrossTenants('this test', () =>
    database.db.collection('patients').updateOne({ _id: second! }, { $set: { phone: '+6281234567891' } }),
  );
  expect((await migrate(database)).problems).toEqual([]);
});

test('documents of one clinic that become equal under a unique index are told apart, and none is lost', async () => {
  const database = await newDatabase();
  const { db } = database;
  await documentedIndexes(db);
  const { id, slug } = await documentedClinic(db, 'jakarta');
  const treatment = { name: 'Facial', category: 'Facial', durationMin: 30, price: 1 };
  const [first, second] = await put(
    db,
    'treatments',
    { tenantId: id, ...treatment },
    { tenantId: slug, ...treatment },
  );
  const { problems } = await migrate(database);
  expect(problems).toEqual([
    { collection: 'treatments', id: hex(second!), field: '_id', reason: 'DUPLICATE', setAside: true },
  ]);
  expect(await stored(db, 'treatments', first!)).toMatchObject({ tenantId: hex(id), version: 1 });
  expect(await stored(db, 'treatments', second!)).toMatchObject({
    tenantId: 'set-aside:jakarta',
    ...treatment,
  });
});

test('a database that an early version of ours has written gets what was not stored then', async () => {
  const database = await newDatabase();
  const platform = tenants.openPlatform(database, system);
  const created = await tenants.create(database, platform, { name: 'Jakarta', slug: 'jakarta' });
  const clinic = await tenants.openTenant(database, created.id, system);
  const sari = await staff.add(clinic, {
    name: 'Sari',
    role: 'Therapist',
    workingHours: ['tue 09:00-17:00'],
  });
  const facial = await treatments.add(clinic, {
    name: 'Facial', category: 'Facial', durationMin: 30, price: 200_000, assignedStaff: [sari.id],
  }); // prettier-ignore
  const ayu = await patients.register(clinic, { name: 'Ayu Lestari', phone: '0812-0000-0001' });
  const booking = await bookings.book(clinic, {
    patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, startAt: new Date('2026-11-24T04:00:00Z'), source: 'online',
  }); // prettier-ignore
  const paid = await bookings.pay(clinic, booking.id, { amount: 200_000, method: 'qris' });
  await acrossTenants('this test', async () => {
    const { db } = database;
    await db.collection('patients').updateOne({}, { $set: { searchWords: ['ayu', 'lestari'] } });
    await db.collection('treatments').updateOne({}, { $unset: { sortOrder: true } });
    await db.collection('bookings').updateOne({}, { $unset: { 'payments.0.localDate': true } });
  });
  await migrate(database, { again: true });
  expect((await patients.search(clinic, 'estar')).items.map(({ id }) => id)).toEqual([ayu.id]);
  expect((await treatments.findByTenant(clinic)).items.map(({ id }) => id)).toEqual([facial.id]);
  expect((await bookings.get(clinic, booking.id)).payments).toEqual(paid.payments);
  const day = { from: '2026-11-24', to: '2026-11-24' };
  expect((await reports.receipts(clinic, day)).total).toMatchObject({ amount: 200_000 });
});
