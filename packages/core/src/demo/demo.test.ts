import { isValidPhoneNumber } from 'libphonenumber-js';
import { beforeAll, expect, test } from 'vitest';
import { firstBrokenLink, seal } from '../audit.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { occupied } from '../bookings/holds.ts';
import * as bookings from '../bookings/index.ts';
import { patientsCollection } from '../patients/collection.ts';
import * as queue from '../queue/index.ts';
import { findWrongCounts } from '../quotas.ts';
import { replay } from '../replay.ts';
import * as staff from '../staff/index.ts';
import { within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as users from '../users/index.ts';
import { seedDemo } from './index.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;
const clinics: TenantScope[] = [];

beforeAll(async () => {
  expect(await tenants.isEmpty(held.database)).toBe(true);
  await seedDemo(held.database, 'a hash that somebody else has made');
  for (const slug of ['jakarta', 'bali'])
    clinics.push(await tenants.openTenantBySlug(held.database, slug, system));
});

const everyBooking = (clinic: TenantScope) =>
  within(clinic, bookingsCollection).find({}, { sort: { startAt: 1 }, limit: 10_000 });

test('there are two clinics with staff, prices, patients and users', async () => {
  expect(await tenants.isEmpty(held.database)).toBe(false);
  expect(clinics.map(({ tenant }) => [tenant.slug, tenant.config.timezone])).toEqual([
    ['jakarta', 'Asia/Jakarta'],
    ['bali', 'Asia/Makassar'],
  ]);
  for (const clinic of clinics) {
    const { items: people } = await staff.findByTenant(clinic);
    expect(people.length).toBeGreaterThanOrEqual(8);
    expect(people.length).toBeLessThanOrEqual(12);
    for (const one of people)
      expect(one).toMatchObject({
        workingHours: expect.arrayContaining([expect.any(String)]),
        skills: expect.arrayContaining([expect.any(String)]),
      });
    const { items: prices } = await treatments.findByTenant(clinic);
    expect(prices).toHaveLength(25);
    expect(new Set(prices.map(({ category }) => category)).size).toBe(6);
    for (const { assignedStaff } of prices) expect(assignedStaff.length).toBeGreaterThan(0);
    const everybody = await within(clinic, patientsCollection).find({}, { limit: 1000 });
    expect(everybody).toHaveLength(300);
    for (const { phone } of everybody)
      expect(phone.startsWith('+62') && isValidPhoneNumber(phone), phone).toBe(true);
    const signIns = await users.findByTenant(clinic);
    expect(signIns.items.map(({ email }) => email)).toEqual([
      `admin@${clinic.tenant.slug}.demo`,
      `staff@${clinic.tenant.slug}.demo`,
    ]);
  }
});

test('the diary has every status, source and payment, and nothing overlaps', async () => {
  for (const clinic of clinics) {
    const all = await everyBooking(clinic);
    expect(all.length).toBeGreaterThan(1_000);
    expect(new Set(all.map(({ status }) => status)).size).toBe(5);
    expect(new Set(all.map(({ source }) => source)).size).toBe(2);
    const { count } = await bookings.countPending(clinic);
    expect(count).toBeGreaterThan(2);
    expect(count).toBeLessThan(15);
    expect(new Set(all.map(({ paymentStatus }) => paymentStatus)).size).toBe(3);
    expect(new Set(all.flatMap(({ payments }) => payments.map(({ method }) => method))).size).toBe(5);
    expect(all[0]!.localDate <= '2026-09-27' && all.at(-1)!.localDate >= '2026-12-07').toBe(true);
    for (const ofStaff of Map.groupBy(all, ({ staffId }) => staffId).values()) {
      for (const [index, booking] of ofStaff.slice(1).entries()) {
        expect(occupied(ofStaff[index]!.startAt, ofStaff[index]!).to).toBeLessThanOrEqual(
          occupied(booking.startAt, booking).from,
        );
      }
    }
  }
});

test('visits agree with completed bookings, and holds with open ones', async () => {
  for (const clinic of clinics) {
    const all = await everyBooking(clinic);
    const visits = Map.groupBy(
      all.filter(({ status }) => status === 'completed'),
      ({ patientId }) => patientId,
    );
    for (const patient of await within(clinic, patientsCollection).find({}, { limit: 1000 })) {
      const own = visits.get(patient.id) ?? [];
      expect(patient.totalVisits).toBe(own.length);
      expect(patient.lastVisitAt).toEqual(own.at(-1)?.startAt);
    }
    for (const { status, holding, holds } of all) {
      expect(holding === true && holds !== undefined).toBe(status === 'pending' || status === 'confirmed');
    }
  }
});

test('the audit tells where everything comes from, and the counters what is there', async () => {
  for (const clinic of clinics) {
    const differences: unknown[] = [];
    for await (const one of replay(clinic)) differences.push(one);
    expect(differences).toEqual([]);
    expect(await findWrongCounts(clinic)).toEqual([]);
  }
});

test('the morning can go on from there', async () => {
  const [jakarta] = clinics;
  const [facial] = (await treatments.findByTenantAndCategory(jakarta!, 'Facial')).items;
  const [patient] = await within(jakarta!, patientsCollection).find({}, { limit: 1 });
  const before = await bookings.findByTenantAndDate(jakarta!, '2026-11-24');
  const numbers = before.flatMap(({ queueNumber }) => queueNumber ?? []);
  const joined = await queue.join(jakarta!, { patientId: patient!.id, treatmentId: facial!.id });
  expect(joined.queueNumber).toBe(Math.max(0, ...numbers) + 1);
  await seal(jakarta!);
  expect(await firstBrokenLink(jakarta!)).toBeUndefined();
});
