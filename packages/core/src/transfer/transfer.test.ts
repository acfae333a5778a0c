import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import { BSON, ObjectId, type Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { archiveBookings } from '../archive/index.ts';
import { readLines, writeLines } from '../backup/lines.ts';
import { writeManifest } from '../backup/manifest.ts';
import * as bookings from '../bookings/index.ts';
import * as dayCloses from '../day-closes/index.ts';
import { ensureIndexes, openDatabase, type Database } from '../database.ts';
import { isCirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { fileNameOf } from '../images/address.ts';
import { pictureOf } from '../images/picture.ts';
import * as patients from '../patients/index.ts';
import * as audit from '../public-audit.ts';
import * as quotas from '../quotas.ts';
import type { ImportRow, TenantScope } from '../tenancy.ts';
import * as staff from '../staff/index.ts';
import * as tenants from '../tenants/index.ts';
import { died } from '../testing/died.ts';
import { morning, newPractice, tallyOf, testDatabase } from '../testing/index.ts';
import { aPng } from '../testing/pictures.ts';
import * as users from '../users/index.ts';
import { fileOf, readCarried, storeOf } from './folder.ts';
import { exportTenant, importTenant } from './index.ts';
import { begin, silenceMs, sweep, write, type Staging } from './staging.ts';

const held = testDatabase();
const system = { kind: 'system', name: 'test' } as const;
const platform = (database: Database) => tenants.openPlatform(database, system);

const logoFile = aPng(4, 1);

let folder: string;
let elsewhere: Database;
let clinic: TenantScope;
let ayu: patients.Patient;
let exported: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'circe-transfer-'));
  elsewhere = await openDatabase({
    uri: databaseUri(),
    name: newDatabaseName(),
    clock: () => held.clock.now,
  });
  await ensureIndexes(elsewhere);
  ({ clinic, ayu } = await busyPractice());
  exported = join(folder, 'exported');
  await exportTenant(clinic, exported);
});
afterEach(() => void (held.clock.now = morning));
afterAll(async () => {
  await elsewhere.db.dropDatabase().catch(() => undefined);
  await elsewhere.close();
  await rm(folder, { recursive: true, force: true });
});

/** A clinic with something in everything that is carried. */
async function busyPractice() {
  held.clock.now = new Date('2025-06-02T02:00:00Z');
  const made = await newPractice(held.database);
  const { ayu, facial, sari } = made;
  const clinic = await tenants.openTenant(held.database, made.clinic.tenantId, {
    kind: 'user', id: new ObjectId().toHexString(), name: 'Rani', role: 'admin',
  }); // prettier-ignore
  const book = (startAt: Date, patientId = ayu.id) =>
    bookings.book(clinic, {
      patientId, treatmentId: facial.id, staffId: sari.id, startAt, source: 'online', status: 'confirmed',
    }); // prettier-ignore
  const visit = await book(new Date('2025-06-02T04:00:00Z'));
  await bookings.complete(clinic, visit.id);
  held.clock.now = morning;
  const twin = await patients.register(clinic, { name: 'Ayu', phone: '0812-0000-0009' });
  await book(new Date('2026-11-25T04:00:00Z'), twin.id);
  await patients.merge(clinic, { keep: ayu.id, from: twin.id });
  await users.add(clinic, {
    email: 'rani@melati.id',
    name: 'Rani',
    passwordHash: 'x'.repeat(60),
    role: 'admin',
  });
  await tenants.uploadLogo(clinic, { data: logoFile });
  await staff.uploadAvatar(clinic, sari.id, { data: logoFile });
  await archiveBookings(clinic);
  const { id } = await book(new Date('2026-11-24T04:00:00Z'));
  await bookings.pay(clinic, id, { method: 'qris', amount: 100_000 });
  await dayCloses.close(clinic, { date: '2026-11-24', countedCash: 0 });
  return { ...made, clinic, book };
}

async function linesOf(path: string): Promise<Record<string, Document[]>> {
  const { files } = await readCarried(path);
  const read = await Promise.all(
    files.map(async ({ name, file }) => [
      name,
      await Array.fromAsync(readLines(storeOf(path), fileOf(name), file)),
    ]),
  );
  return Object.fromEntries(read) as Record<string, Document[]>;
}

/** What two clinics have in common whatever their ids are: each id by the order of its first sight. */
function apartFromIds(lines: Record<string, Document[]>): unknown {
  const seen = new Map<string, string>();
  const text = JSON.stringify(lines).replaceAll(/"hash":"[0-9a-f]{64}"/g, '"hash":""');
  return JSON.parse(
    text.replaceAll(/"[0-9a-f]{24}"/g, (id) => {
      if (!seen.has(id)) seen.set(id, `"id ${seen.size}"`);
      return seen.get(id)!;
    }),
  );
}

async function sound(clinic: TenantScope) {
  await audit.seal(clinic);
  expect(await audit.firstBrokenLink(clinic)).toBeUndefined();
  expect(await Array.fromAsync(audit.replay(clinic))).toEqual([]);
  expect(await Array.fromAsync(patients.findWrongVisits(clinic))).toEqual([]);
  expect(await quotas.findWrongCounts(clinic)).toEqual([]);
}

test('exported, imported into another installation and exported again, every file is the same', async () => {
  const { slug } = await importTenant(elsewhere, platform(elsewhere), exported);
  const there = await tenants.openTenantBySlug(elsewhere, slug, system);
  expect(there.tenantId).toBe(clinic.tenantId);
  await sound(there);
  const again = join(folder, 'again');
  await exportTenant(there, again);
  expect((await readCarried(again)).files).toEqual((await readCarried(exported)).files);
  for (const name of [
    'users',
    'patients',
    'bookings',
    'bookingsArchive',
    'dayCloses',
    'images',
    'auditEvents',
    'counters',
  ])
    expect((await linesOf(again))[name]!.length, name).toBeGreaterThan(0);

  const twice = importTenant(elsewhere, platform(elsewhere), exported);
  await expect(twice).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE', details: { field: 'slug' } });
  const beside = importTenant(elsewhere, platform(elsewhere), exported, { slug: 'beside' });
  await expect(beside).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE', details: { field: 'id' } });
});

test('an event that comes between the last seal of an export and what it reads then is in it once, and is sealed where it goes', async () => {
  // All commands go over one connection, so one that is sent here comes before whatever the export sends next.
  const uri = new URL(databaseUri());
  uri.searchParams.set('maxPoolSize', '1');
  const narrow = await openDatabase({ uri: uri.href, name: held.database.db.databaseName });
  try {
    await audit.seal(clinic);
    const events = narrow.db.collection('auditEvents');
    const {
      seq,
      hash: _hash,
      documentRevision: _revision,
      ...last
    } = (await acrossTenants('this test', () =>
      events.findOne({ tenantId: clinic.tenantId, sealed: true }, { sort: { seq: -1 } }),
    ))!;
    const late = { ...last, _id: new ObjectId(), action: 'test.late', changes: {}, sealed: false };
    const heads = new Set<number>();
    let [sealings, inserted] = [0, Promise.resolve<unknown>(undefined)];
    narrow.client.on('commandStarted', ({ command, requestId }) => {
      if (command['find'] === 'counters' && JSON.stringify(command['filter']).includes('"audit"'))
        heads.add(requestId);
    });
    narrow.client.on('commandSucceeded', ({ requestId }) => {
      // Where an export reads the end of the chain, it has sealed: before it copies, and when it has.
      if (heads.delete(requestId) && ++sealings === 2)
        inserted = acrossTenants('this test', () => events.insertOne(late));
    });
    const path = join(folder, 'late');
    await exportTenant(await tenants.openTenant(narrow, clinic.tenantId, system), path);
    await inserted;
    const { auditEvents = [] } = await linesOf(path);
    expect(auditEvents.filter(({ _id }) => late._id.equals(_id))).toMatchObject([{ sealed: false }]);
    const { slug, tenantId } = await importTenant(elsewhere, platform(elsewhere), path, {
      slug: 'late', remap: true,
    }); // prettier-ignore
    expect(slug).toBe('late');
    const there = await tenants.openTenant(elsewhere, tenantId, system);
    await sound(there);
    const { items } = await audit.find(there, { action: 'test.late' });
    // The import's own events are of the same moment, and are numbered before it or after.
    expect(items).toMatchObject([{ sealed: true }]);
    expect(items[0]!.seq).toBeGreaterThan(seq as number);
  } finally {
    await narrow.close();
    await acrossTenants('this test', () =>
      held.database.db.collection('auditEvents').deleteOne({ action: 'test.late' }),
    );
  }
});

test('with other ids it stands beside itself, and is equal apart from them', async () => {
  const twin = await importTenant(held.database, platform(held.database), exported, {
    slug: 'twin',
    remap: true,
  });
  const there = await tenants.openTenantBySlug(held.database, 'twin', system);
  expect(there.tenantId).toBe(twin.tenantId);
  await sound(there);
  await sound(clinic);
  const [user] = (await users.findByTenant(there)).items;
  expect(user).toMatchObject({ email: 'rani@melati.id', role: 'admin' });

  const again = join(folder, 'twin');
  await exportTenant(there, again);
  const [before, after] = [await linesOf(exported), await linesOf(again)];
  const own = new Set([...JSON.stringify(before).matchAll(/"([0-9a-f]{24})"/g)].map(([, id]) => id));
  expect([...JSON.stringify(after).matchAll(/"([0-9a-f]{24})"/g)].filter(([, id]) => own.has(id))).toEqual(
    [],
  );
  // The new address is recorded, as any change of the clinic is.
  const [moved, followed] = after['auditEvents']!.splice(-2);
  const logo = `/twin/images/${fileNameOf(pictureOf(logoFile))}`;
  expect(moved).toMatchObject({
    action: 'tenants.import',
    changes: { slug: { to: 'twin' }, config: { to: { logo } } },
  });
  expect(followed).toMatchObject({ action: 'tenants.import', changes: { avatar: { to: logo } } });
  expect(await staff.getAvatar(there, logo.split('/').at(-1)!)).toMatchObject({ width: 4, height: 1 });
  expect(await tenants.getLogo(there, logo.split('/').at(-1)!)).toMatchObject({ width: 4, height: 1 });
  const unmoved = (lines: typeof before) => ({
    ...lines,
    tenants: lines['tenants']!.map(({ slug: _, revision: _r, config: { logo: _l, ...config }, ...rest }) => ({
      ...rest,
      config,
    })),
    staff: lines['staff']!.map(({ avatar: _, revision: _r, ...rest }) => rest),
    counters: lines['counters']!.filter(({ name }) => name !== 'audit'),
  });
  expect(apartFromIds(unmoved(after))).toEqual(apartFromIds(unmoved(before)));
});

test('what changes while it is exported is there as it was at the end', async () => {
  const { clinic, ayu, book } = await busyPractice();
  const during: Promise<unknown>[] = [];
  const path = join(folder, 'during');
  await exportTenant(clinic, path, async (collection) => {
    if (collection !== 'bookings') return;
    await tenants.uploadLogo(clinic, { data: aPng(5, 1) });
    during.push(
      patients.update(clinic, ayu.id, { name: 'Ayu Puspita' }),
      book(new Date('2026-11-26T04:00:00Z')),
    );
  });
  await Promise.all(during);
  await sound(clinic);
  const { tenantId } = await importTenant(held.database, platform(held.database), path, {
    slug: 'during',
    remap: true,
  });
  const there = await tenants.openTenant(held.database, tenantId, system);
  await sound(there);
  const { logo = '' } = there.tenant.config;
  expect(await tenants.getLogo(there, logo.split('/').at(-1)!)).toMatchObject({ width: 5 });
});

test('bookings that move to the archive before and after it was copied are carried once, and lie in the archive', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  for (const day of ['2025-06-02', '2025-11-24']) {
    const startAt = new Date(`${day}T04:00:00Z`);
    held.clock.now = new Date(startAt.getTime() - 3_600_000);
    const who = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id };
    const { id } = await bookings.book(clinic, { ...who, startAt, source: 'online', status: 'confirmed' });
    held.clock.now = startAt;
    await bookings.complete(clinic, id);
  }
  held.clock.now = morning;
  const moved: Record<string, number> = {};
  const path = join(folder, 'archived');
  await exportTenant(clinic, path, async (collection) => {
    if (!collection.startsWith('bookings')) return;
    if (collection === 'bookingsArchive') held.clock.now = new Date('2026-12-01T02:00:00Z');
    moved[collection] = await archiveBookings(clinic);
  });
  expect(moved).toEqual({ bookings: 1, bookingsArchive: 1 });
  const options = { slug: 'archived', remap: true };
  const { tenantId } = await importTenant(held.database, platform(held.database), path, options);
  const there = await tenants.openTenant(held.database, tenantId, system);
  await sound(there);
  const { lines } = await exportTenant(there, join(folder, 'archived again'));
  expect(lines).toMatchObject({ bookings: 0, bookingsArchive: 2 });
});

test('a folder that is there already, damaged, unfinished or of a newer version is refused', async () => {
  await expect(exportTenant(clinic, exported)).rejects.toMatchObject({ code: 'VALIDATION' });
  const before = await tallyOf(held.database);
  const tried = (path: string) =>
    importTenant(held.database, platform(held.database), path, { slug: 'x', remap: true });
  await expect(tried(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const damaged = await changedFolder('damaged', () => undefined);
  const file = join(damaged, fileOf('patients'));
  const bytes = await readFile(file);
  bytes[bytes.length - 12]! ^= 1;
  await writeFile(file, bytes);
  await expect(tried(damaged)).rejects.toMatchObject({ code: 'VALIDATION' });
  await rm(file);
  await expect(tried(damaged)).rejects.toMatchObject({ code: 'VALIDATION' });
  const newer = await changedFolder('newer', () => undefined, { migrations: [1, 99] });
  await expect(tried(newer)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await tallyOf(held.database)).toEqual(before);
});

/** The exported folder with other lines in it, sealed as if it had been written so. */
async function changedFolder(
  name: string,
  change: (lines: Record<string, Document[]>) => void,
  schema: { migrations?: number[] } = {},
): Promise<string> {
  const path = await mkdtemp(join(folder, `${name.replaceAll(/\W/g, '-')}-`));
  const { files, ...content } = await readCarried(exported);
  const lines = await linesOf(exported);
  change(lines);
  const written = [];
  for (const { name, later } of files)
    written.push({ name, file: await writeLines(storeOf(path), fileOf(name), lines[name]!), later });
  await writeManifest(storeOf(path), 'tenant', {
    ...content,
    schema: { ...content.schema, ...schema },
    files: written,
  });
  return path;
}

const none = new ObjectId().toHexString();
/** By where it is found: the file, the line and the field. */
const hostile: Record<string, (lines: Record<string, Document[]>) => void> = {
  'patients:1:notes.$ne': ({ patients }) => void (patients![0]!['notes'] = { $ne: null }),
  'staff:1:$where': ({ staff }) => void (staff![0]!['$where'] = 'true'),
  'staff:1:name': ({ staff }) => void (staff![0]!['name'] = new BSON.Code('x', {})),
  'patients:1:totalVisits': ({ patients }) => void (patients![0]!['totalVisits'] = 'many'),
  'patients:2:notes': ({ patients }) => void (patients![1]!['notes'] = 'x'.repeat(20_001)),
  'staff:1:skills': ({ staff }) => void (staff![0]!['skills'] = Array(5_001).fill('x')),
  'treatments:1:tenantId': ({ treatments }) => void (treatments![0]!['tenantId'] = none),
  'bookings:1:patientId': ({ bookings }) => void (bookings![0]!['patientId'] = none),
  'treatments:1:assignedStaff': ({ treatments }) => void (treatments![0]!['assignedStaff'] = [none]),
  patients: ({ patients }) => void (patients![0]!['mergedInto'] = none),
  'users:1:role': ({ users }) => void (users![0]!['role'] = 'platform_admin'),
  'patients:1:version': ({ patients }) => void (patients![0]!['version'] = 7),
  'patients:2:version': ({ patients }) => void delete patients![1]!['version'],
  'bookings:2:holds': ({ bookings }) => void delete bookings![1]!['holds'],
  'bookingsArchive:1:status': (lines) => void (lines['bookingsArchive']![0]!['status'] = 'pending'),
  'images:1:data': ({ images }) => void (images![0]!['data'] = new BSON.Binary(Buffer.from('<svg/>'))),
  'images:1:sha256': ({ images }) => void (images![0]!['sha256'] = new BSON.Binary(aPng(4, 1))),
  'tenants:1:slug': ({ tenants }) => void (tenants![0]!['slug'] = 'api'),
  'auditEvents:2:hash': ({ auditEvents }) => void (auditEvents![1]!['action'] = 'patients.other'),
  'counters:6:hash': ({ auditEvents }) => void auditEvents!.pop(),
  counters: (lines) => void (lines['counters'] = []),
  tenants: (lines) => void (lines['tenants'] = []),
  tenantId_1_phone_1: ({ patients }) => void patients!.push({ ...patients![0]!, _id: new ObjectId() }),
};

/** Where a VALIDATION error says that it is. */
function validation(error: unknown): string {
  return isCirceError(error, 'VALIDATION') ? error.details.issues[0]!.path : String(error);
}

test('a hostile folder changes nothing, whichever way it is hostile', async () => {
  const before = await tallyOf(held.database);
  const found: string[] = [];
  for (const [path, change] of Object.entries(hostile)) {
    const given = await changedFolder(path, change);
    const options = { slug: 'hostile', remap: true };
    const error = await importTenant(held.database, platform(held.database), given, options).catch(
      validation,
    );
    found.push(error as string);
  }
  expect(found).toEqual(Object.keys(hostile));
  expect(await tallyOf(held.database)).toEqual(before);
});

test('a dry run and a slug that is taken or none write nothing', async () => {
  const before = await tallyOf(held.database);
  let read = 0;
  const tried = (options: object) =>
    importTenant(held.database, platform(held.database), exported, options, () => void read++);
  // Before a large folder is read, and by a dry run as in earnest.
  for (const options of [{ remap: true }, { slug: 'dry' }, { slug: 'dry', dryRun: true }])
    await expect(tried(options)).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE' });
  expect(read).toBe(0);
  expect(await tried({ slug: 'dry', remap: true, dryRun: true })).toMatchObject({ slug: 'dry' });
  await expect(tried({ slug: 'platform' })).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(tried({ slug: { $ne: null } })).rejects.toMatchObject({ code: 'VALIDATION' });
  expect(await tallyOf(held.database)).toEqual(before);
});

test('an export that has no room is said, and leaves nothing', async () => {
  const path = join(folder, 'no room');
  const { code, err } = await died('export', held.database, { subject: path, limit: 'ulimit -f 1' });
  expect(code).toBe(1);
  expect(err).toContain('cannot be written: it would be larger than a file may be (EFBIG)');
  expect((await readdir(folder)).filter((name) => name.includes('no room'))).toEqual([]);
});

test('until it is whole nobody sees it, and what a dead process left is taken away by the next', async () => {
  const other = await busyPractice();
  const path = join(folder, 'dead');
  const left = join(folder, '.unfinished-dead-a1b2c3');
  await mkdir(left);
  await exportTenant(other.clinic, path);
  await expect(access(left)).rejects.toThrow('ENOENT');
  const { tenantId } = other.clinic;
  // Patients, the user and the staff are there, and the price list is about to be.
  const death = { subject: path, before: ['startTransaction', 4] } as const;
  expect(await died('import', elsewhere, death)).toMatchObject({ signal: 'SIGKILL' });
  const staging = await stagingOf(tenantId);
  expect(await writtenOf(tenantId)).toEqual([2, 1, 2, 0]);
  await expect(tenants.openTenant(elsewhere, tenantId, system)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const beside = importTenant(elsewhere, platform(elsewhere), path);
  await expect(beside).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE' });

  held.clock.now = new Date(morning.getTime() + 2 * silenceMs);
  await importTenant(elsewhere, platform(elsewhere), path);
  await sound(await tenants.openTenant(elsewhere, tenantId, system));
  const late = raw(() => write(elsewhere, staging, 'staff', [{ _id: new ObjectId(), tenantId }]));
  await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('what an import has left that died goes when a server looks, and not while it may live', async () => {
  const tenantId = new ObjectId().toHexString();
  const staging = await raw(() => begin(elsewhere, tenantId));
  const patients = Array.from({ length: 501 }, (_, n) => ({ _id: new ObjectId(), tenantId, phone: `${n}` }));
  await raw(() => write(elsewhere, staging, 'patients', patients));
  await sweep(elsewhere);
  expect(await writtenOf(tenantId)).toEqual([501, 0, 0, 0]);
  held.clock.now = new Date(morning.getTime() + silenceMs + 1);
  await sweep(elsewhere);
  expect(await writtenOf(tenantId)).toEqual([0, 0, 0, 0]);
  // It was only paused, and may neither write on nor make a clinic of what is left.
  const goesOn = raw(() => write(elsewhere, staging, 'patients', patients));
  await expect(goesOn).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

const raw = <Result>(work: () => Promise<Result>) => acrossTenants('this test', work);

async function stagingOf(tenantId: string): Promise<Staging> {
  const { attempt } = (await raw(() =>
    elsewhere.db.collection<ImportRow>('imports').findOne({ _id: tenantId }),
  ))!;
  return { tenantId, attempt };
}

function writtenOf(tenantId: string): Promise<number[]> {
  const names = ['patients', 'users', 'staff', 'treatments'];
  return raw(() =>
    Promise.all(names.map((name) => elsewhere.db.collection(name).countDocuments({ tenantId }))),
  );
}

test('two imports of one folder at once make one clinic', async () => {
  const options = { slug: 'raced', remap: true };
  const both = [1, 2].map(() => importTenant(held.database, platform(held.database), exported, options));
  const ended = await Promise.allSettled(both);
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const raced = await tenants.openTenantBySlug(held.database, 'raced', system);
  await sound(raced);
  expect(
    (await patients.history(raced, (await patients.findByTenant(raced)).items[0]!.id)).counts.completed,
  ).toBe(1);
  expect((await patients.get(clinic, ayu.id)).name).toBe('Ayu Lestari');
});

test('what is more than one page of counters is carried whole, and progress tells how many', async () => {
  const { clinic } = await newPractice(held.database);
  const tenantId = clinic.tenantId;
  const [at, version] = [held.clock.now, 1];
  const many = Array.from({ length: 1_001 }, (_, n) => ({
    tenantId, name: `queue 2026-01-01 ${n}`, value: 1, version, revision: 1, createdAt: at, updatedAt: at,
  })); // prettier-ignore
  await raw(() => held.database.db.collection('counters').insertMany(many));
  const told: Record<string, number> = {};
  const { lines } = await exportTenant(clinic, join(folder, 'many'), (name, count) => {
    told[name] = count;
  });
  expect(lines['counters']).toBeGreaterThan(1_001);
  expect(told).toMatchObject({ tenants: 1, counters: lines['counters'] });
});
