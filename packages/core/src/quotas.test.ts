import { ObjectId } from 'mongodb';
import { afterAll, expect, test } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import * as bookings from './bookings/index.ts';
import type { Database } from './connection.ts';
import { openDatabase } from './database.ts';
import { isCirceError } from './errors.ts';
import { migrate } from './migrations/index.ts';
import * as patients from './patients/index.ts';
import { findWrongCounts, usage } from './quotas.ts';
import type { TenantScope } from './tenancy.ts';
import * as tenants from './tenants/index.ts';
import { documentedClinic, documentedPractice, put } from './testing/documented.ts';
import { morning, newClinic, newPractice, testDatabase } from './testing/index.ts';
import { minute } from './time.ts';
import * as users from './users/index.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;
let opened: Database | undefined;

afterAll(async () => {
  await opened?.db.dropDatabase().catch(() => undefined);
  await opened?.close();
});

const addUser = (clinic: TenantScope, n: number) =>
  users.add(clinic, {
    email: `u${n}@x.id`,
    name: 'U',
    role: 'staff',
    passwordHash: 'a hash of at least twenty',
  });

/** How many of what was asked at once was done; everything else must have been refused for the quota. */
async function done(asked: readonly Promise<unknown>[]): Promise<number> {
  const results = await Promise.allSettled(asked);
  const refused = results.filter((one) => one.status === 'rejected').map((one): unknown => one.reason);
  expect(refused.filter((error) => !isCirceError(error, 'QUOTA_EXCEEDED'))).toEqual([]);
  return results.length - refused.length;
}

/** The clinic as whoever opens it next sees it, with other limits. */
async function limitedTo(clinic: TenantScope, features: object): Promise<TenantScope> {
  const changed = Object.entries(features).map(([name, limit]) => [
    `config.features.${name}`,
    limit as unknown,
  ]);
  await held.database.db
    .collection('tenants')
    .updateOne({ _id: new ObjectId(clinic.tenantId) }, { $set: Object.fromEntries(changed) });
  return tenants.openTenant(held.database, clinic.tenantId, system);
}

const attempts = Array.from({ length: 50 }, (_, n) => n);

test('of fifty users added at once exactly as many are taken as there may be, and a new limit counts at once', async () => {
  const clinic = await newClinic(held.database, { features: { maxUsers: 10 } });
  expect(await done(attempts.map((n) => addUser(clinic, n)))).toBe(10);
  const wider = await limitedTo(clinic, { maxUsers: 12 });
  expect(await done(attempts.map((n) => addUser(wider, 100 + n)))).toBe(2);
  const narrower = await limitedTo(clinic, { maxUsers: 3 });
  expect(await done([addUser(narrower, 999)])).toBe(0);
  expect(await findWrongCounts(clinic)).toEqual([]);
});

test('of fifty bookings made at once exactly as many are taken as the month allows, whatever becomes of them', async () => {
  const practice = await newPractice(held.database, { features: { maxBookings: 7 } });
  const { ayu, facial, sari, dewi } = practice;
  const book = (clinic: TenantScope, n: number) =>
    bookings.book(clinic, {
      patientId: ayu.id,
      treatmentId: facial.id,
      staffId: n % 2 ? sari.id : dewi.id,
      startAt: new Date(
        morning.getTime() + (24 * 60 * Math.floor(n / 20) + 60 * (Math.floor(n / 2) % 10)) * minute,
      ),
      source: 'online',
    });
  expect(await done(attempts.map((n) => book(practice.clinic, n)))).toBe(7);
  const [first] = (await bookings.findByTenant(practice.clinic)).items;
  await bookings.cancel(practice.clinic, first!.id);
  expect(await done([book(practice.clinic, 49)])).toBe(0);
  const wider = await limitedTo(practice.clinic, { maxBookings: 9 });
  expect(await done([40, 42, 44].map((n) => book(wider, n)))).toBe(2);
  expect(await findWrongCounts(wider)).toEqual([]);
});

test('an adopted clinic begins with the users and bookings that it has', async () => {
  opened = await openDatabase({ uri: databaseUri(), name: newDatabaseName(), clock: () => morning });
  const config = { features: { maxUsers: 3, maxBookings: 4 } };
  const documented = await documentedClinic(opened.db, 'jakarta', { config });
  const was = await documentedPractice(opened.db, documented);
  const inactive = {
    tenantId: documented.tenantId,
    email: 'gone@x.id',
    password: 'x',
    name: 'Gone',
    isActive: false,
  };
  await put(opened.db, 'users', inactive);
  await migrate(opened);
  const clinic = await tenants.openTenantBySlug(opened, 'jakarta', system);
  expect(await findWrongCounts(clinic)).toEqual([]);
  expect(await done(attempts.map((n) => addUser(clinic, n)))).toBe(2);
  const [patientId, treatmentId] = [
    patients.PatientId.parse(was.ayu.toHexString()),
    was.facial.toHexString(),
  ];
  const starts = [6, 7, 8].map((hours) => new Date(morning.getTime() + hours * 60 * minute));
  const booked = starts.map((startAt) =>
    bookings.book(
      clinic,
      bookings.NewBooking.parse({ patientId, treatmentId, staffId: 'any', startAt, source: 'online' }),
    ),
  );
  expect(await done(booked)).toBe(2);
  expect(await findWrongCounts(clinic)).toEqual([]);
  expect(await usage(clinic)).toEqual({
    maxUsers: { used: 3, limit: 3 },
    maxBookings: { used: 4, limit: 4 },
  });
});
