// Two desks on connections of their own, as two processes have them, do whatever they like to the same bookings at
// the same time. Afterwards everything that is kept twice has to agree.
import * as fc from 'fast-check';
import { databaseUri } from '@paper-circe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { every } from '../page.ts';
import { firstBrokenLink, seal } from '../audit.ts';
import * as availability from '../availability/index.ts';
import { counted } from '../counters.ts';
import { openDatabase, type Database } from '../database.ts';
import { isCirceError } from '../errors.ts';
import { patientsCollection } from '../patients/collection.ts';
import * as patients from '../patients/index.ts';
import * as queue from '../queue/index.ts';
import { within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import { bookingsCollection } from './collection.ts';
import { occupied } from './holds.ts';
import * as bookings from './index.ts';

const held = testDatabase();
let second: Database;
beforeAll(async () => {
  const name = held.database.db.databaseName;
  second = await openDatabase({ uri: databaseUri(), name, clock: () => held.clock.now });
});
afterAll(() => second.close());

const act = fc.record({
  kind: fc.constantFrom(
    'book', 'book', 'join', 'confirm', 'cancel', 'noShow', 'complete', 'complete', 'pay', 'pay', 'refund', 'refund', 'move', 'last', 'callIn', 'arrive', 'start',
    'undo', 'undo', 'undo', 'later', 'nobody',
  ), // prettier-ignore
  which: fc.nat({ max: 5 }),
  slot: fc.nat({ max: 20 }),
}); // prettier-ignore
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

type Practice = Awaited<ReturnType<typeof newPractice>>;

async function perform(clinic: TenantScope, practice: Practice, { kind, which, slot }: Act) {
  const { ayu, facial, sari, dewi } = practice;
  const known = await within(clinic, bookingsCollection).find({}, { sort: { id: 1 }, limit: 100 });
  const id = known[which % Math.max(known.length, 1)]?.id ?? bookings.BookingId.parse('0'.repeat(24));
  const startAt = new Date(morning.getTime() + slot * 30 * 60_000);
  const staffId = ([sari.id, dewi.id, 'any'] as const)[which % 3]!;
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId };
  const amount = 40_000 * (1 + (slot % 3));
  switch (kind) {
    case 'book':
      return bookings.book(clinic, { ...given, startAt, source: 'online', status: 'confirmed' });
    case 'join':
      return queue.join(clinic, given);
    case 'pay':
      return bookings.pay(clinic, id, { method: 'cash', amount });
    case 'refund':
      return bookings.refund(clinic, id, { method: 'qris', amount, reason: 'Given back' });
    case 'move':
      return bookings.reschedule(clinic, id, { startAt, staffId });
    case 'last':
      return bookings.setDuration(clinic, id, { durationMin: 30 * (1 + (slot % 4)) });
    case 'callIn':
    case 'start':
      return queue[kind](clinic, id);
    case 'later':
      held.clock.now = new Date(held.clock.now.getTime() + slot * 60_000);
      return undefined;
    case 'nobody':
      return undefined;
    default:
      return bookings[kind](clinic, id);
  }
}

async function assertSound(clinic: TenantScope, practice: Practice) {
  const all = await within(clinic, bookingsCollection).find({}, { sort: { startAt: 1 }, limit: 1000 });
  expect(await Array.fromAsync(every((page) => bookings.findWrongHolds(clinic, page)))).toEqual([]);
  for (const ofStaff of Map.groupBy(
    all.filter(({ holding }) => holding),
    ({ staffId }) => staffId,
  ).values()) {
    for (const [index, booking] of ofStaff.slice(1).entries()) {
      const before = ofStaff[index]!;
      expect(occupied(before.startAt, before).to).toBeLessThanOrEqual(
        occupied(booking.startAt, booking).from,
      );
    }
  }
  const visits = all.filter(({ status }) => status === 'completed');
  const patient = await patients.get(clinic, practice.ayu.id);
  expect(patient.totalVisits).toBe(visits.length);
  expect(patient.lastVisitAt).toEqual(visits.at(-1)?.startAt);
  for (const { payments, paymentAmount = 0, paymentStatus, price, status } of all) {
    expect(payments.reduce((sum, { amount }) => sum + amount, 0)).toBe(paymentAmount);
    expect(paymentAmount).toBeLessThanOrEqual(price);
    const due = paymentAmount >= price ? 'paid' : paymentAmount > 0 ? 'deposit' : 'unpaid';
    const isRefunded = payments.some(({ amount }) => amount < 0);
    expect(paymentStatus).toBe(status === 'completed' && !isRefunded ? 'paid' : due);
  }
  expect(await counted(clinic, 'bookings:2026-11')).toBe(all.length);
  const numbers = all.flatMap(({ queueNumber }) => queueNumber ?? []).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from(numbers, (_, n) => n + 1));
  await seal(clinic);
  expect(await firstBrokenLink(clinic)).toBeUndefined();
}

test('whatever two desks do at once, holds, visits, money, numbers and the audit agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(act, act), { minLength: 8, maxLength: 25 }), async (rounds) => {
      held.clock.now = morning;
      const practice = await newPractice(held.database);
      const here = practice.clinic;
      const there = await tenants.openTenant(second, here.tenantId, here.actor);
      for (const [mine, yours] of rounds) {
        const done = await Promise.allSettled([
          perform(here, practice, mine),
          perform(there, practice, yours),
        ]);
        for (const one of done) {
          if (one.status === 'rejected' && !isCirceError(one.reason)) throw one.reason;
        }
      }
      await assertSound(here, practice);
    }),
    { numRuns: 8 },
  );
});

test('two processes that want the same times get each of them once', async () => {
  held.clock.now = morning;
  const practice = await newPractice(held.database);
  const { clinic, ayu, facial } = practice;
  const there = await tenants.openTenant(second, clinic.tenantId, clinic.actor);
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', source: 'online' } as const;
  const [day] = await availability.search(clinic, {
    treatmentId: facial.id,
    from: '2026-11-24',
    stepMin: 60,
  });
  const tried = await Promise.allSettled(
    day!.slots.flatMap(({ startAt }) =>
      [clinic, there, clinic, there].map((desk) => bookings.book(desk, { ...given, startAt })),
    ),
  );
  // Two therapists: what was offered was booked twice, and no more.
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(2 * day!.slots.length);
  for (const one of tried) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT_SLOT' });
  }
  await assertSound(clinic, practice);
});

test('two processes share a quota and the numbers of the queue', async () => {
  held.clock.now = morning;
  const { clinic, ayu, facial } = await newPractice(held.database, { features: { maxBookings: 7 } });
  const there = await tenants.openTenant(second, clinic.tenantId, clinic.actor);
  const tried = await Promise.allSettled(
    Array.from({ length: 12 }, (_, n) =>
      queue.join(n % 2 ? clinic : there, { patientId: ayu.id, treatmentId: facial.id }),
    ),
  );
  const joined = tried.flatMap((one) => (one.status === 'fulfilled' ? one.value.queueNumber! : []));
  expect(joined.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (const one of tried) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  }
});

test('two processes register one phone once', async () => {
  const { clinic } = await newPractice(held.database);
  const there = await tenants.openTenant(second, clinic.tenantId, clinic.actor);
  const tried = await Promise.allSettled(
    [clinic, there, clinic, there].map((desk) =>
      patients.register(desk, { name: 'Budi', phone: '0813 1111 2222' }),
    ),
  );
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await within(clinic, patientsCollection).count({ phone: '+6281311112222' })).toBe(1);
});
