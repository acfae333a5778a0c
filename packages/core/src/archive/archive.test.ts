import { ObjectId } from 'mongodb';
import { afterEach, expect, test } from 'vitest';
import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import * as bookings from '../bookings/index.ts';
import { dryRun, once } from '../act.ts';
import * as dayCloses from '../day-closes/index.ts';
import { acrossTenants } from '../firewall.ts';
import { leaseMs, take } from '../lease.ts';
import * as me from '../me/index.ts';
import { every } from '../page.ts';
import * as patients from '../patients/index.ts';
import * as audit from '../public-audit.ts';
import * as quotas from '../quotas.ts';
import * as reports from '../reports/index.ts';
import { actingAs, within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { died } from '../testing/died.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import * as users from '../users/index.ts';
import { archiveBookings, archiveDaily } from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const later = (days: number) => new Date(morning.getTime() + days * 86_400_000);

/** A clinic a year and three days after Ayu came twice, missed once, and has something open from then. */
async function aYearLater() {
  held.clock.now = morning;
  const made = await newPractice(held.database);
  const { clinic, ayu, facial, sari } = made;
  const book = (startAt: Date) =>
    bookings.book(clinic, {
      patientId: ayu.id,
      treatmentId: facial.id,
      staffId: sari.id,
      startAt,
      source: 'online',
      status: 'confirmed',
    });
  const hour = (n: number) => new Date(morning.getTime() + n * 3_600_000);
  const [first, second, missed, open] = [
    await book(hour(1)),
    await book(hour(2)),
    await book(hour(3)),
    await book(hour(4)),
  ];
  held.clock.now = hour(8);
  await bookings.complete(clinic, first.id);
  await bookings.complete(clinic, second.id);
  await bookings.noShow(clinic, missed.id);
  held.clock.now = later(369);
  const again = await book(later(370));
  const account = { email: 'ayu@contoh.id', name: 'Ayu', role: 'user', patientId: ayu.id } as const;
  const { id } = await users.add(clinic, { ...account, passwordHash: 'a hash that somebody else has made' });
  const own = actingAs(clinic, { kind: 'user', id, name: 'Ayu', role: 'user' });
  return { ...made, first, second, missed, open, again, own };
}

/** Everything that somebody can read of the bookings. */
async function readings(clinic: TenantScope, patientId: patients.PatientId, first: bookings.Booking) {
  const year = { from: '2026-11-01', to: '2027-10-31' };
  const { counts, paid } = await patients.history(clinic, patientId);
  return {
    counts,
    paid,
    all: await Array.fromAsync(every((page) => bookings.findByTenant(clinic, { ...page, limit: 2 }))),
    ofPatient: (await bookings.findByPatient(clinic, patientId)).items,
    visits: (await bookings.findVisitHistory(clinic, patientId)).items,
    ofDay: await bookings.findByTenantAndDate(clinic, first.localDate),
    ofIds: (await bookings.findByIds(clinic, [first.id])).map(({ id }) => id),
    one: await bookings.get(clinic, first.id),
    till: await dayCloses.till(clinic, first.localDate),
    money: [await reports.revenue(clinic, year), await reports.receipts(clinic, year)],
    outcomes: await reports.outcomes(clinic, year),
    occupancy: await reports.occupancy(clinic, year),
    busiest: await reports.busiestHours(clinic, year),
    newcomers: [
      await reports.newAndReturning(clinic, year),
      await reports.newAndReturning(clinic, { from: '2027-11-01', to: '2027-12-31' }),
    ],
  };
}

async function sound(clinic: TenantScope) {
  expect(await Array.fromAsync(audit.replay(clinic))).toEqual([]);
  expect(await Array.fromAsync(patients.findWrongVisits(clinic))).toEqual([]);
  expect(await Array.fromAsync(every((page) => bookings.findWrongHolds(clinic, page)))).toEqual([]);
  expect(await quotas.findWrongCounts(clinic)).toEqual([]);
}

const placesOf = async (clinic: TenantScope) => [
  await within(clinic, bookingsCollection).count({}),
  await within(clinic, bookingsArchive).count({}),
];

test('final bookings of more than a year ago move once, and nobody can tell by what he reads', async () => {
  const { clinic, ayu, first, open, again, own } = await aYearLater();
  const readHimself = async () => [await me.findPast(own), await me.appointment(own, first.id)];
  const stranger = await newPractice(held.database);
  held.clock.now = later(371);
  await bookings.complete(clinic, again.id);
  held.clock.now = later(373);
  const before = await readings(clinic, ayu.id, first);
  const himself = await readHimself();

  expect(await archiveBookings(dryRun(clinic))).toBe(3);
  expect(await placesOf(clinic)).toEqual([5, 0]);
  expect(await archiveBookings(stranger.clinic)).toBe(0);
  expect(await archiveBookings(clinic)).toBe(3);
  expect(await archiveBookings(clinic)).toBe(0);
  expect(await placesOf(clinic)).toEqual([2, 3]);
  expect((await bookings.get(clinic, open.id)).status).toBe('confirmed');

  expect(await readings(clinic, ayu.id, first)).toEqual(before);
  expect(await readHimself()).toEqual(himself);
  await sound(clinic);
  const { items } = await audit.find(clinic, { action: 'archive.bookings' });
  expect(items).toMatchObject([{ collection: 'bookingsArchive', changes: { bookings: { to: 3 } } }]);
});

test('what can still be undone stays, and what begins on the day a year ago', async () => {
  const { clinic, open } = await aYearLater();
  await bookings.cancel(clinic, open.id);
  expect(await archiveBookings(clinic)).toBe(3);
  await bookings.undo(clinic, open.id);
  await bookings.cancel(clinic, open.id);
  held.clock.now = later(370.5);
  expect(await archiveBookings(clinic)).toBe(1);

  const young = await aYearLater();
  held.clock.now = later(366);
  expect(await archiveBookings(young.clinic)).toBe(0);
});

test('a patient who is renamed or merged is so in the archive, and an old debt can be paid', async () => {
  const { clinic, ayu, first, missed } = await aYearLater();
  await archiveBookings(clinic);
  await patients.update(clinic, ayu.id, { name: 'Ayu Puspita' });
  expect((await bookings.get(clinic, first.id)).patientName).toBe('Ayu Puspita');
  const kept = await patients.register(clinic, { name: 'Ayu P', phone: '0812-0000-0001' });
  expect(await patients.merge(clinic, { keep: kept.id, from: ayu.id })).toMatchObject({
    moved: 5,
    patient: { totalVisits: 2 },
  });
  expect((await patients.history(clinic, kept.id)).counts).toMatchObject({ completed: 2, 'no-show': 1 });
  await sound(clinic);

  await expect(bookings.confirm(clinic, missed.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await expect(bookings.undo(clinic, first.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const archive = within(clinic, bookingsArchive);
  const owing = await archive.update(
    { id: first.id },
    { $set: { price: 300_000, paymentStatus: 'deposit' } },
  );
  expect(await bookings.pay(clinic, first.id, { method: 'cash', amount: 50_000 })).toMatchObject({
    paymentStatus: 'paid',
    revision: owing!.revision + 1,
  });
  const [receipt] = (await dayCloses.till(clinic, '2027-11-28')).payments;
  expect(receipt).toMatchObject({ bookingId: first.id, amount: 50_000 });
  const { total } = await reports.receipts(clinic, { from: '2027-11-28', to: '2027-11-28' });
  expect(total).toEqual({ amount: 50_000, count: 1 });
});

test('a patient with visits on both sides of the horizon is counted once in a report', async () => {
  const { clinic, again } = await aYearLater();
  held.clock.now = later(371);
  await bookings.complete(clinic, again.id);
  const range = { from: '2026-12-01', to: '2027-11-30' };
  const both = { from: '2026-11-30', to: '2027-11-30' };
  await archiveBookings(clinic);
  expect(await reports.newAndReturning(clinic, range)).toMatchObject({
    newPatients: 0,
    returningPatients: 1,
  });
  await acrossTenants('this test', () =>
    held.database.db
      .collection('bookingsArchive')
      .updateMany({ tenantId: clinic.tenantId }, { $set: { startAt: new Date('2026-11-30T03:00:00Z') } }),
  );
  held.clock.now = later(380);
  expect(await reports.newAndReturning(clinic, both)).toMatchObject({
    newPatients: 1,
    returningPatients: 0,
    visitsOfNew: 3,
  });
});

test.each(['delete', 'commitTransaction'])(
  'killed just before its %s, it has moved none, and the next run moves all',
  async (command) => {
    const { clinic } = await aYearLater();
    const before = await bookings.findByTenant(clinic);
    const death = { subject: clinic.tenantId, before: [command, 1] } as const;
    expect(await died('archive', held.database, death)).toMatchObject({ signal: 'SIGKILL' });
    expect(await placesOf(clinic)).toEqual([5, 0]);
    expect(await archiveBookings(clinic)).toBe(3);
    expect(await placesOf(clinic)).toEqual([2, 3]);
    expect(await bookings.findByTenant(clinic)).toEqual(before);
    await sound(clinic);
  },
);

test('archiving is done once by its key, and answers again what it answered', async () => {
  const { clinic } = await aYearLater();
  await patients.register(once(clinic, 'other'), { name: 'Budi', phone: '0812-0000-0002' });
  const elsewhere = archiveBookings(once(clinic, 'other'));
  await expect(elsewhere).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
    details: { field: 'idempotencyKey' },
  });
  expect(await archiveBookings(dryRun(clinic))).toBe(3);
  expect(await archiveBookings(once(clinic, 'k'))).toBe(3);
  expect(await archiveBookings(once(clinic, 'k'))).toBe(3);
  expect(await archiveBookings(clinic)).toBe(0);
});

test('two processes that archive at once move each booking once', async () => {
  const { clinic } = await aYearLater();
  const moved = await Promise.all([archiveBookings(clinic), archiveBookings(clinic)]);
  expect(moved.reduce((sum, some) => sum + some)).toBe(3);
  expect(await placesOf(clinic)).toEqual([2, 3]);
});

test('of two processes one archives, once a day from four in the morning on, suspended clinics too', async () => {
  const { clinic } = await aYearLater();
  const at = (hours: number) => new Date(2028, 0, 10, Math.floor(hours), (hours % 1) * 60);
  held.clock.now = at(3.9);
  expect(await archiveDaily(held.database)).toBeUndefined();
  held.clock.now = at(4);
  const platform = tenants.openPlatform(held.database, { kind: 'system', name: 'test' });
  await tenants.suspend(platform, clinic.tenant.id, { reason: 'Unpaid' });
  const both = await Promise.all([archiveDaily(held.database), archiveDaily(held.database)]);
  expect(both.filter((moved) => moved !== undefined)).toHaveLength(1);
  expect(await placesOf(clinic)).toEqual([2, 3]);
  held.clock.now = at(23);
  expect(await archiveDaily(held.database)).toBeUndefined();
  held.clock.now = at(24 + 4);
  const dead = await take(held.database, 'schedules');
  expect(dead).toBeGreaterThan(0);
  expect(await archiveDaily(held.database)).toBeUndefined();
  held.clock.now = new Date(at(24 + 4).getTime() + leaseMs);
  expect(await archiveDaily(held.database)).toBe(0);
  // A clock that was ahead has not done the work of the days until then.
  held.clock.now = at(400 * 24 + 5);
  expect(await archiveDaily(held.database)).toBe(2);
  held.clock.now = at(2 * 24 + 4);
  expect(await archiveDaily(held.database)).toBe(0);
  expect(await archiveDaily(held.database)).toBeUndefined();
});

test('a daily archive that is given up ends after the batch under way, and the next one goes on from there', async () => {
  const { clinic, missed } = await aYearLater();
  await acrossTenants('this test', async () => {
    const rows = held.database.db.collection('bookings');
    const { _id: _, ...row } = (await rows.findOne({ _id: new ObjectId(missed.id) }))!;
    await rows.insertMany(Array.from({ length: 450 }, () => ({ ...row })));
  });
  held.clock.now = new Date(2028, 0, 20, 12);
  const giveUp = new AbortController();
  const given = expect(archiveDaily(held.database, giveUp.signal)).rejects.toThrow('aborted');
  await expect.poll(() => placesOf(clinic), { interval: 1 }).not.toEqual([455, 0]);
  giveUp.abort();
  await given;
  const [left = 0, moved = 0] = await placesOf(clinic);
  expect([left + moved, left > 2, moved % 100]).toEqual([455, true, 0]);
  expect(await archiveDaily(held.database)).toBe(left - 2);
  expect(await placesOf(clinic)).toEqual([2, 453]);
});
