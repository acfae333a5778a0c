import { MongoClient, ObjectId, type Db } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import * as bookings from '../bookings/index.ts';
import { ensureIndexes, openDatabase, tenantCollections } from '../database.ts';
import { CirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import * as patients from '../patients/index.ts';
import type { TenantScope } from '../tenancy.ts';
import { newClinic } from '../testing/index.ts';
import * as tenants from '../tenants/index.ts';
import { minute } from '../time.ts';
import * as treatments from '../treatments/index.ts';
import { conformanceChecks, runConformance, type Wrapper } from './index.ts';

const name = newDatabaseName();
const client = new MongoClient(databaseUri());
let raw: Db;

const open = async () => {
  const database = await openDatabase({ uri: databaseUri(), name });
  await ensureIndexes(database);
  return database;
};

beforeAll(async () => {
  raw = (await client.connect()).db(name);
});
afterAll(async () => {
  await raw.dropDatabase().catch(() => undefined);
  await client.close();
});

/** The names of the checks that a wrapper does not pass. */
async function failures(
  only: string[],
  wrapper?: (clinic: TenantScope) => Partial<Wrapper>,
): Promise<string[]> {
  const failed: string[] = [];
  for await (const result of runConformance({ open, only, ...(wrapper && { wrapper }) })) {
    if (result.passed) continue;
    expect(result.detail).not.toBe('');
    failed.push(result.name);
  }
  return failed;
}

test('core keeps every promise, and nothing is left of the test', async () => {
  const results = [];
  for await (const result of runConformance({ open })) results.push(result);
  expect(results).toEqual(conformanceChecks.map((check) => ({ ...check, passed: true })));
  for (const collection of ['tenants', ...tenantCollections.map((one) => one.name)])
    expect(await raw.collection(collection).countDocuments(), collection).toBe(0);
}, 120_000);

test('a wrapper that reads without the tenant is found out', async () => {
  const leaky = (): Partial<Wrapper> => ({
    getPatient: (id) => raw.collection('patients').findOne({ _id: new ObjectId(id) }),
    findPatientByPhone: (phone) =>
      raw.collection('patients').findOne({ phone: phone.replace(/^0/, '+62').replaceAll('-', '') }),
  });
  expect(await failures(['leaks'], leaky)).toEqual(['leaks/reads', 'leaks/ids']);
});

test('a wrapper that remembers lists without the tenant is found out', async () => {
  const remembered = new Map<string, ReturnType<Wrapper['searchPatients']>>();
  const caching = (clinic: TenantScope): Partial<Wrapper> => ({
    searchPatients: (text) => {
      const known = remembered.get(text) ?? patients.search(clinic, text);
      remembered.set(text, known);
      return known;
    },
  });
  expect(await failures(['leaks'], caching)).toEqual(['leaks/reads']);
});

/** What a wrapper looks at before it writes. Calls that began together all look before any writes: the race is run each time. */
function lookingTogether() {
  const newGroup = () => ({ looking: 0, looked: Promise.withResolvers<void>() });
  let group = newGroup();
  return async <Seen>(look: () => Promise<Seen>): Promise<Seen> => {
    const mine = group;
    mine.looking += 1;
    const seen = await look();
    mine.looking -= 1;
    if (mine.looking === 0) {
      group = newGroup();
      mine.looked.resolve();
    }
    await mine.looked.promise;
    return seen;
  };
}
type Look = ReturnType<typeof lookingTogether>;

/** Looks whether the time is free, then writes: with everything that a booking has but its holds. */
async function bookedUnheld(clinic: TenantScope, input: bookings.NewBooking, look: Look) {
  const { tenantId } = clinic;
  const collection = raw.collection('bookings');
  const { endAt, others, taken } = await look(async () => {
    const treatment = await treatments.get(clinic, input.treatmentId);
    const endAt = new Date(input.startAt.getTime() + treatment.durationMin * minute);
    const others = {
      tenantId,
      staffId: input.staffId,
      startAt: { $lt: endAt },
      endAt: { $gt: input.startAt },
    };
    return { endAt, others, taken: await collection.findOne(others) };
  });
  if (taken) throw new CirceError('CONFLICT_SLOT', 'Taken.', { reasons: [] });
  const { insertedId } = await collection.insertOne({ ...input, ...others, startAt: input.startAt, endAt });
  return { id: insertedId.toHexString() };
}

test('a wrapper that looks first and books without holds is found out', async () => {
  const look = lookingTogether();
  const racing = (clinic: TenantScope): Partial<Wrapper> => ({
    book: (input) => bookedUnheld(clinic, input, look),
  });
  expect(await failures(['races'], racing)).toEqual(
    expect.arrayContaining(['races/one-time', 'races/overlaps', 'races/midnight', 'races/moves']),
  );
});

test('a database without the index that refuses overlaps is found out', async () => {
  const unindexed = async () => {
    const database = await open();
    await acrossTenants('test', () => database.db.collection('bookings').dropIndex('bookings_holds')).catch(
      () => 0,
    );
    return database;
  };
  const failed: string[] = [];
  for await (const { name, passed } of runConformance({ open: unindexed, only: ['races/indexes'] })) {
    if (!passed) failed.push(name);
  }
  expect(failed).toEqual(['races/indexes']);
});

test('a wrapper whose days are those of UTC is found out', async () => {
  const inUtc = (clinic: TenantScope): Partial<Wrapper> => {
    const bookingsOn = async (date: string) => {
      const { items } = await bookings.findByTenant(clinic, { limit: 200 });
      return items.filter(({ startAt }) => startAt.toISOString().startsWith(date));
    };
    return { bookingsOn, bookingsToday: () => bookingsOn(clinic.clock().toISOString().slice(0, 10)) };
  };
  expect(await failures(['zones'], inUtc)).toEqual([
    'zones/midnight',
    'zones/daylight-saving',
    'zones/today',
  ]);
});

test('a wrapper that counts first and writes then is found out', async () => {
  const look = lookingTogether();
  const counting = (clinic: TenantScope): Partial<Wrapper> => ({
    addUser: async ({ email, name, passwordHash }) => {
      const { tenantId } = clinic;
      const { maxUsers } = clinic.tenant.config.features;
      const count = await look(() => raw.collection('users').countDocuments({ tenantId }));
      if (count >= maxUsers)
        throw new CirceError('QUOTA_EXCEEDED', 'Full.', { quota: 'maxUsers', limit: maxUsers });
      const user = { tenantId, email, name, password: passwordHash, isActive: true };
      const { insertedId } = await raw.collection('users').insertOne(user);
      return { id: insertedId.toHexString() };
    },
  });
  expect(await failures(['quotas'], counting)).toEqual(['quotas/users']);
});

test('a wrapper that forgets the key is found out', async () => {
  const forgetful = (clinic: TenantScope): Partial<Wrapper> => ({
    book: (input) => bookings.book(clinic, input),
    registerPatient: (input) => patients.register(clinic, input),
  });
  expect(await failures(['idempotency'], forgetful)).toEqual(['idempotency/same', 'idempotency/other']);
});

test('it touches no database that holds other data, unless it is told to', async () => {
  const database = await open();
  const clinic = await newClinic(database);
  await expect(failures(['quotas/users'])).rejects.toThrow(/holds data in tenants/);
  const before = await raw.collection('users').countDocuments();
  for await (const { passed } of runConformance({ open, only: ['quotas/users'], besideOtherData: true }))
    expect(passed).toBe(true);
  expect(await raw.collection('users').countDocuments()).toBe(before);
  expect((await tenants.findActive(database)).items).toEqual([clinic.tenant]);
  await database.close();
  await raw.dropDatabase();
});

test('a caller who stops early leaves nothing either, and a name that is none is refused', async () => {
  for await (const { passed } of runConformance({ open, only: ['leaks'] })) {
    expect(passed).toBe(true);
    break;
  }
  expect(await raw.collection('tenants').countDocuments()).toBe(0);
  expect(await raw.collection('bookings').countDocuments()).toBe(0);
  await expect(failures(['race'])).rejects.toThrow(/There is no check "race"/);
});
