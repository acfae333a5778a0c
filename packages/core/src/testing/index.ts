// Stands up what a test of core needs: a database of its own on the run's server, and clinics in it.
import { afterAll, beforeAll, expect } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import { historyOf, type AuditEvent } from '../audit.ts';
import { ensureIndexes, openDatabase, type Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import * as patients from '../patients/index.ts';
import * as staff from '../staff/index.ts';
import type { TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import * as treatments from '../treatments/index.ts';
import { sentAtOnce } from './one-at-a-time.ts';

export { aPng } from './pictures.ts';
export { inEach, tallyOf } from './stored.ts';

/** Tuesday 24 November 2026, 09:00 in Jakarta. */
export const morning = new Date('2026-11-24T02:00:00Z');

/** A clock that a test sets by hand. */
export interface TestClock {
  now: Date;
}

/** A database for one test file; dropped when the file is done. */
export function testDatabase(): { readonly database: Database; readonly clock: TestClock } {
  const clock: TestClock = { now: morning };
  let open: Database | undefined;
  let atOnce: readonly string[] = [];
  beforeAll(async () => {
    open = await openDatabase({ uri: databaseUri(), name: newDatabaseName(), clock: () => clock.now });
    atOnce = sentAtOnce(open.client);
    await ensureIndexes(open);
    // The test's clock stands still while the server's goes on: what it should keep would run out in between.
    for (const name of ['idempotencyKeys', 'signInAttempts']) {
      const passing = open.db.collection(name);
      await acrossTenants('this test', () => passing.dropIndex(`${name}_expiry`));
    }
  });
  afterAll(async () => {
    await open?.db.dropDatabase().catch(() => undefined);
    await open?.close();
    expect(atOnce, 'a transaction sends one command after the other').toEqual([]);
  });
  return {
    clock,
    get database() {
      if (!open) throw new Error('The test database opens before the first test.');
      return open;
    },
  };
}

let made = 0;

/** A new clinic, open daily from 9 to 20 in Jakarta, as the system sees it. */
export async function newClinic(
  database: Database,
  config: tenants.NewTenantConfig = {},
): Promise<TenantScope> {
  const system = { kind: 'system', name: 'test' } as const;
  const platform = tenants.openPlatform(database, system);
  const features = { maxBookings: 1_000_000, ...config.features };
  const tenant = await tenants.create(database, platform, {
    name: `Clinic ${++made}`,
    slug: `clinic-${process.pid}-${made}`,
    config: { ...config, features },
  });
  return tenants.openTenant(database, tenant.id, system);
}

/** What was recorded about a document, in the order in which it happened. */
export async function recorded(clinic: TenantScope, collection: string, id: string): Promise<AuditEvent[]> {
  return (await historyOf(clinic, collection, id, { limit: 200 })).items.toReversed();
}

/** The code of the error that each of these promises is rejected with, or `done`. */
export async function codesOf(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) =>
    one.status === 'fulfilled' ? 'done' : (one.reason as { code?: unknown }).code,
  );
}

export const daily = (hours: string): string[] =>
  ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} ${hours}`);

/** A clinic with one facial of an hour, two therapists who work all day and can do it, and a patient. */
export async function newPractice(database: Database, config: tenants.NewTenantConfig = {}) {
  const clinic = await newClinic(database, config);
  const sari = await staff.add(clinic, {
    name: 'Sari',
    role: 'Therapist',
    workingHours: daily('09:00-20:00'),
  });
  const dewi = await staff.add(clinic, {
    name: 'Dewi',
    role: 'Therapist',
    workingHours: daily('09:00-20:00'),
  });
  const facial = await treatments.add(clinic, {
    name: 'Facial',
    category: 'Facial',
    durationMin: 60,
    price: 250_000,
    assignedStaff: [sari.id, dewi.id],
  });
  const ayu = await patients.register(clinic, { name: 'Ayu Lestari', phone: '0812-3456-7890' });
  return { clinic, sari, dewi, facial, ayu };
}
