import { afterEach, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dryRun, once } from '../act.ts';
import { archiveBookings } from '../archive/index.ts';
import { auditEvents } from '../audit.ts';
import * as bookings from '../bookings/index.ts';
import { acrossTenants } from '../firewall.ts';
import * as audit from '../public-audit.ts';
import * as quotas from '../quotas.ts';
import * as reports from '../reports/index.ts';
import * as sessions from '../sessions/index.ts';
import { actingAs, within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { morning, newPractice, tallyOf, testDatabase } from '../testing/index.ts';
import * as transfer from '../transfer/index.ts';
import * as users from '../users/index.ts';
import * as patients from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const secrets = ['Puspita', 'Melati', '+62812', '7777000', 'ayu@contoh', 'Alergi', 'sendiri', 'Ibu Ayu'];

/** Ayu, who came a year ago and yesterday, was merged with a double, is renamed, and has an account. */
async function known() {
  held.clock.now = new Date(morning.getTime() - 400 * 86_400_000);
  const { clinic, facial, sari } = await newPractice(held.database);
  const ayu = await patients.register(once(clinic, 'first'), {
    name: 'Ayu Puspita', phone: '0812-7777-0001', email: 'ayu@contoh.id', notes: 'Alergi kacang',
  }); // prettier-ignore
  const book = (startAt: Date, patientId: patients.PatientId, override?: { reason: string }) =>
    bookings.book(clinic, {
      patientId, treatmentId: facial.id, staffId: sari.id, startAt, source: 'online', status: 'confirmed',
      notes: 'Datang sendiri', ...(override && { override }),
    }); // prettier-ignore
  const old = await book(new Date(held.clock.now.getTime() + 7_200_000), ayu.id);
  held.clock.now = old.endAt;
  await bookings.complete(clinic, old.id);
  const correction = { payment: 0, method: 'qris', reason: 'Ibu Ayu minta' } as const;
  await bookings.correctPayment(clinic, old.id, correction);
  await bookings.refund(clinic, old.id, { method: 'cash', amount: 1000, reason: 'Alergi kacang' });
  held.clock.now = morning;
  const twin = await patients.register(clinic, { name: 'Ayu Melati', phone: '0812-7777-0002' });
  const late = await book(new Date('2026-11-24T14:30:00Z'), twin.id, { reason: 'Ibu Ayu minta' });
  const { id } = await users.add(clinic, {
    email: 'ayu@contoh.id', name: 'Ayu Puspita', role: 'user', patientId: ayu.id, passwordHash: 'x'.repeat(60),
  }); // prettier-ignore
  const own = { kind: 'user', id, name: 'Ayu Puspita', role: 'user' } as const;
  await patients.update(actingAs(clinic, own), ayu.id, { name: 'Ayu Puspita Dewi' });
  const expiresAt = new Date(morning.getTime() + 86_400_000);
  await sessions.open(clinic, { tokenHash: 'a'.repeat(64), userId: id, expiresAt });
  await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  await archiveBookings(clinic);
  return { clinic, ayu, twin, old, late, account: id, book };
}

/** Everything that the database holds of a clinic, as text, without ids and hashes: any digits may stand in those by chance. */
async function textOf({ tenantId }: TenantScope): Promise<string> {
  const { db } = held.database;
  return acrossTenants('this test', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    const all = names.map((name) => db.collection(name).find({ tenantId }).toArray());
    return JSON.stringify(await Promise.all(all)).replaceAll(/[\da-f]{24,}/g, '');
  });
}

test('nothing in the database tells who it was, the archive and the audit included, and both still verify', async () => {
  const { clinic, ayu, twin, old, late, account } = await known();
  const range = { from: '2026-11-01', to: '2026-11-30' };
  const money = await reports.revenue(clinic, range);
  await expect(patients.erase(clinic, ayu.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  await bookings.cancel(clinic, late.id);
  const sealed = await audit.seal(clinic);
  await patients.update(clinic, ayu.id, { notes: 'Alergi kacang, datang sendiri' });
  const before = await textOf(clinic);
  expect(secrets.filter((secret) => !before.includes(secret))).toEqual([]);

  await patients.erase(dryRun(clinic), ayu.id);
  expect((await textOf(clinic)) === before).toBe(true);
  const erased = await patients.erase(clinic, twin.id);
  expect(erased).toMatchObject({ bookings: 2, patient: { id: ayu.id, isActive: false, erasedAt: morning } });
  const after = await textOf(clinic);
  // The practice's own Ayu Lestari stays who she is.
  const others = after.replaceAll(/Ayu Lestari|\+628123456789\d?/g, '');
  expect(secrets.filter((secret) => others.includes(secret))).toEqual([]);

  expect(await audit.firstBrokenLink(clinic)).toBeUndefined();
  expect(await audit.seal(clinic)).toBeGreaterThan(sealed);
  expect(await audit.firstBrokenLink(clinic)).toBeUndefined();
  expect(await Array.fromAsync(audit.replay(clinic))).toEqual([]);
  expect(await Array.fromAsync(patients.findWrongVisits(clinic))).toEqual([]);
  expect(await quotas.findWrongCounts(clinic)).toEqual([]);
  expect(await reports.revenue(clinic, range)).toEqual(money);
  expect((await patients.history(clinic, ayu.id)).counts).toMatchObject({ completed: 1, cancelled: 1 });
  expect((await bookings.get(clinic, old.id)).payments).toMatchObject([
    { method: 'qris', amount: 250_000, corrected: { from: 'cash', reason: '-' } },
    { method: 'cash', amount: -1000, reason: '-' },
  ]);
  expect((await users.get(clinic, account)).isActive).toBe(false);
  expect(await sessions.find(clinic, 'a'.repeat(64))).toBeUndefined();
  expect((await patients.search(clinic, 'puspita')).items).toEqual([]);
  await patients.register(clinic, { name: 'Ayu Puspita', phone: '0812-7777-0001' });

  const refused = { code: 'ILLEGAL_TRANSITION' };
  await expect(patients.erase(clinic, ayu.id)).rejects.toMatchObject(refused);
  await expect(patients.restore(clinic, ayu.id)).rejects.toMatchObject(refused);
  await expect(patients.update(clinic, ayu.id, { name: 'Ayu' })).rejects.toMatchObject(refused);
});

test('an event that was erased without the audit saying so breaks the chain', async () => {
  const { clinic } = await newPractice(held.database);
  await audit.seal(clinic);
  const events = within(clinic, auditEvents);
  await events.update({ seq: 3 }, { $set: { changes: {}, erased: true } });
  expect(await audit.firstBrokenLink(clinic)).toBe(3);
});

test('a clinic with somebody erased is carried elsewhere, with its ids or others', async () => {
  const { clinic, ayu, late } = await known();
  await bookings.cancel(clinic, late.id);
  await patients.erase(clinic, ayu.id);
  const folder = await mkdtemp(join(tmpdir(), 'circe-erase-'));
  await transfer.exportTenant(clinic, join(folder, 'clinic'));
  const platform = tenants.openPlatform(held.database, clinic.actor);
  const options = { slug: 'erased', remap: true };
  const { tenantId } = await transfer.importTenant(held.database, platform, join(folder, 'clinic'), options);
  await rm(folder, { recursive: true });
  const there = await tenants.openTenant(held.database, tenantId, clinic.actor);
  await audit.seal(there);
  expect(await audit.firstBrokenLink(there)).toBeUndefined();
  expect(await Array.fromAsync(audit.replay(there))).toEqual([]);
});

test("another clinic's patient, a changed one and two at once are as with every act", async () => {
  const [{ clinic, ayu }, other] = [await newPractice(held.database), await newPractice(held.database)];
  const tally = await tallyOf(held.database);
  await expect(patients.erase(other.clinic, ayu.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(patients.erase(clinic, ayu.id, { revision: 0 })).rejects.toMatchObject({ code: 'VALIDATION' });
  expect(await tallyOf(held.database)).toEqual(tally);
  await patients.update(clinic, ayu.id, { name: 'Ayu' });
  await expect(patients.erase(clinic, ayu.id, { revision: 1 })).rejects.toMatchObject({ code: 'STALE' });
  const both = await Promise.allSettled([patients.erase(clinic, ayu.id), patients.erase(clinic, ayu.id)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
