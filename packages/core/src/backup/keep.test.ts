import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startS3, type Fault } from '@paper-circe/testing/s3';
import { expect, test } from 'vitest';
import type { Database } from '../connection.ts';
import { ensureIndexes } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import * as patients from '../patients/index.ts';
import * as tenants from '../tenants/index.ts';
import { openPlatform } from '../tenants/read.ts';
import * as audit from '../public-audit.ts';
import { backedUp, hashesOf, places, restoredFrom } from '../testing/backups.ts';
import { died } from '../testing/died.ts';
import { newClinic } from '../testing/index.ts';
import { dayMs } from '../time.ts';
import { backupsOf } from './collection.ts';
import { backupsIn } from './folder.ts';
import { keep, type Keeping } from './keep.ts';
import { writeLines } from './lines.ts';
import { writeManifest } from './manifest.ts';
import { openStore } from './open-store.ts';
import { newestWithClinic } from './plan.ts';
import { prune } from './prune.ts';
import { check, type RestoreOptions } from './restore.ts';
import { status } from './status.ts';
import type { Store } from './store.ts';
import { survey } from './survey.ts';

const { newFolder, open } = places();

const raw = <Result>(work: () => Promise<Result>) => acrossTenants('this test', work);

const put = (database: Database, n: number) =>
  raw(() => database.db.collection<{ _id: number }>('written').insertOne({ _id: n }));

async function written(database: Database): Promise<number[]> {
  const rows = await raw(() =>
    database.db.collection<{ _id: number }>('written').find().sort({ _id: 1 }).toArray(),
  );
  return rows.map(({ _id }) => _id);
}

/** Waits for what a keeper does beside this. */
async function until(test: () => Promise<unknown>): Promise<void> {
  while (!(await test())) await pause(10);
}

function keeping(database: Database, address: string, said: string[] = [], env = {}): Keeping {
  return keep(database, {
    store: openStore(address, env),
    hour: 3,
    flushMs: 20,
    say: (line) => said.push(line),
  });
}

const isBackedUp = async (database: Database) => (await status(database)).newest;

/** What is logged of what is committed by now. */
async function logged(database: Database): Promise<Date> {
  const now = new Date();
  await until(async () => ((await status(database)).loggedUntil ?? 0) > now);
  return now;
}

test.each(['folder', 'bucket'])(
  'any moment since the first backup in a %s can be restored, and none that the log does not reach',
  async (kind) => {
    await using s3 = await startS3();
    const address = kind === 'folder' ? newFolder() : `s3://${s3.bucket}/circe`;
    const database = await open();
    await put(database, 1);
    const before = new Date();
    const said: string[] = [];
    const keeper = keeping(database, address, said, s3.env);
    await until(async () => said.some((line) => line.startsWith('Backup ')));
    await put(database, 2);
    // One after the other; a folder knows no such faults.
    const faults: Fault[] = [503, 'done, but cut off', 'cut'];
    s3.fault = () => faults.shift();
    const moment = await logged(database);
    if (kind === 'bucket') await until(async () => faults.length === 0);
    await pause(2);
    await put(database, 3);
    await raw(() =>
      database.db.collection<{ _id: number }>('written').updateOne({ _id: 1 }, { $set: { 'a.b': [1] } }),
    );
    if (kind === 'bucket') {
      // The line is down, and somebody switches the server off.
      s3.fault = () => 'cut off';
      await keeper.stop();
      expect(said.at(-1)).toMatch(/has stopped for a moment: 127\.0\.0\.1:\d+ cannot be reached \(\w+\)\.$/);
      s3.fault = () => undefined;
      await keeping(database, address, said, s3.env).stop();
    } else await keeper.stop();

    const other = await open();
    const restored = (options: RestoreOptions) => restoredFrom(other, address, options, s3.env);
    expect(await restored({ at: moment })).toMatchObject({ at: moment });
    expect(await written(other)).toEqual([1, 2]);
    await restored({ at: 'last', replace: true });
    expect(await hashesOf(other)).toEqual(await hashesOf(database));
    const beyond = restored({ at: new Date(Date.now() + 60_000), replace: true });
    await expect(beyond).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(restored({ at: before, replace: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await written(other)).toEqual([1, 2, 3]);
  },
);

test('an event that is recorded before a moment and sealed after it is restored once, and is sealed as the next one', async () => {
  const [database, folder] = [await open(), newFolder()];
  await ensureIndexes(database);
  const clinic = await newClinic(database);
  const { tenantId } = clinic;
  await patients.register(clinic, { name: 'Ayu', phone: '0812-0000-0001' });
  const sealed = await audit.seal(clinic);
  const keeper = keeping(database, folder);
  await until(() => isBackedUp(database));
  await patients.register(clinic, { name: 'Budi', phone: '0812-0000-0002' });
  const moment = await logged(database);
  await pause(2);
  expect(await audit.seal(clinic)).toBe(sealed + 1);
  await keeper.stop();

  const other = await open();
  await restoredFrom(other, folder, { at: moment });
  const there = await tenants.openTenant(other, tenantId, { kind: 'system', name: 'test' });
  const events = async () =>
    (await audit.find(there, { action: 'patients.register' })).items.map(({ seq }) => seq);
  expect(await events()).toEqual([undefined, sealed]);
  expect(await audit.seal(there)).toBe(sealed + 1);
  expect(await events()).toEqual([sealed + 1, sealed]);
  expect(await audit.firstBrokenLink(there)).toBeUndefined();
  await restoredFrom(other, folder, { at: 'last', replace: true });
  expect(await hashesOf(other)).toEqual(await hashesOf(database));
});

test('of two processes one makes the backup; when it dies another one goes on, with no gap and nothing twice', async () => {
  const [first, folder] = [await open(), newFolder()];
  const second = await open(first.db.databaseName);
  await put(first, 1);
  const said: string[] = [];
  const keepers = [keeping(first, folder, said), keeping(second, folder, said)];
  await until(() => isBackedUp(first));
  await put(first, 2);
  await logged(first);
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  const made = said.filter((line) => line.startsWith('Backup '));
  expect(made).toHaveLength(1);

  // Another one dies between a page and saying so in the database.
  await put(first, 3);
  const death = { subject: folder, before: ['page', 3] } as const;
  expect(await died('log', first, death)).toMatchObject({ signal: 'SIGKILL' });
  // Its lease would run out in half a minute.
  await raw(() => first.db.collection('backups').updateMany({}, { $set: { until: new Date(0) } }));
  const file = await logFile(folder);
  const pages = (await readFile(file, 'utf8')).trimEnd().split('\n');
  // And in the middle of a page.
  await writeFile(file, `${pages.join('\n')}\n${pages[0]!.slice(0, 100)}`);

  const next = keeping(second, folder, said);
  await logged(second);
  await put(first, 4);
  await next.stop();
  expect(said.filter((line) => line.startsWith('Backup '))).toEqual(made);
  const other = await open();
  const { changes } = await restoredFrom(other, folder, { at: 'last' });
  expect(await hashesOf(other)).toEqual(await hashesOf(first));
  // What was put, and that the backup was recorded.
  expect(changes).toBe(4);
});

test.each([60_000, 20])(
  'a log that has much to catch up on, written every %i ms, is written at once and with few marks',
  async (flushMs) => {
    const [database, folder] = [await open(), newFolder()];
    const first = keeping(database, folder);
    await until(() => isBackedUp(database));
    await first.stop();
    const many = Array.from({ length: 400 }, (_, n) => ({ _id: n + 10 }));
    for (const row of many) await put(database, row._id);
    const now = new Date();
    let marks = 0;
    database.client.on('commandStarted', ({ command }) => {
      if (command['findAndModify'] === 'backups' || command['update'] === 'backups') marks++;
    });
    const next = keep(database, {
      store: openStore(folder, {}),
      hour: 3,
      flushMs,
      say: () => undefined,
    });
    await until(async () => ((await status(database)).loggedUntil ?? 0) > now);
    expect(marks).toBeLessThan(100);
    await next.stop();
    const other = await open();
    await restoredFrom(other, folder, { at: 'last' });
    expect(await hashesOf(other)).toEqual(await hashesOf(database));
  },
);

async function logFile(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'log'), { recursive: true });
  return join(
    folder,
    'log',
    names
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1)!,
  );
}

// A device of the system on which every write fails, as on a disk that is full.
test.runIf(existsSync('/dev/full'))(
  'while the disk of the log is full it says so, and goes on by itself when there is room',
  async () => {
    const [database, folder, said] = [await open(), newFolder(), [] as string[]];
    const keeper = keeping(database, folder, said);
    await until(() => isBackedUp(database));
    await put(database, 1);
    await logged(database);
    const file = await logFile(folder);
    await rename(file, `${file}.kept`);
    await symlink('/dev/full', file);
    await put(database, 2);
    await until(() => Promise.resolve(said.at(-1)?.includes('cannot be written')));
    expect(said.at(-1)).toContain(`${file} cannot be written: the disk is full (ENOSPC).`);
    const full = new Date();
    await put(database, 3);
    expect((await status(database)).loggedUntil).toSatisfy((at: Date) => at < full);
    await rename(`${file}.kept`, file);
    await logged(database);
    await keeper.stop();
    const other = await open();
    await restoredFrom(other, folder, { at: 'last' });
    expect(await hashesOf(other)).toEqual(await hashesOf(database));
  },
);

test('a page that is damaged or missing is found, and a database that was put back begins anew', async () => {
  const [database, folder, said] = [await open(), newFolder(), [] as string[]];
  const keeper = keeping(database, folder, said);
  await until(() => isBackedUp(database));
  for (const n of [1, 2, 3]) {
    await put(database, n);
    await logged(database);
  }
  await keeper.stop();
  const other = await open();
  const file = await logFile(folder);
  const pages = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const middle = Math.floor(pages.length / 2);
  for (const wrong of [
    pages.toSpliced(middle, 1),
    pages.with(middle, pages[middle]!.replace('"changes":"H', '"changes":"I')),
  ]) {
    await writeFile(file, `${wrong.join('\n')}\n`);
    await expect(restoredFrom(other, folder, { at: 'last' })).rejects.toMatchObject({ code: 'VALIDATION' });
  }
  await writeFile(file, `${pages.join('\n')}\n`);

  await raw(() => backupsOf(database).updateOne({ _id: 'lease' }, { $set: { page: 'of an earlier state' } }));
  await raw(() => backupsOf(database).deleteOne({ _id: 'newest' }));
  const again = keeping(database, folder, said);
  await until(() => isBackedUp(database));
  await again.stop();
  expect(said.filter((line) => line.startsWith('Backup '))).toHaveLength(2);
  expect(await readdir(join(folder, 'log'))).toHaveLength(2);
});

const nameOf = (day: string) => `${day}T03-00-00.000Z`;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Puts a backup of each of the last four weeks into a place, none of them read back: older ones are old by them. */
async function someOfLately(store: Store, now: Date): Promise<void> {
  for (const weeks of [1, 2, 3, 4])
    await store.keep(`${nameOf(dayOf(now.getTime() - weeks * 7 * dayMs))}/manifest.json`, []);
}

test.each(['folder', 'bucket'])(
  'in a %s a backup is removed after thirty days, when a newer one has been read back and not before, and half a one after seven',
  async (kind) => {
    await using s3 = await startS3();
    const store = openStore(kind === 'folder' ? newFolder() : `s3://${s3.bucket}/a`, s3.env);
    const days = ['2026-09-01', '2026-10-20', '2026-11-20', '2026-11-24'];
    const verify = (day: string) => store.keep(`${nameOf(day)}/verified`, []);
    for (const day of days) await store.keep(`${nameOf(day)}/manifest.json`, []);
    for (const unfinished of ['2026-10-01', '2026-11-23'])
      await store.keep(`${nameOf(unfinished)}/patients.jsonl.gz`, []);
    await store.keep('somebodys/own', []);
    for (const day of ['2026-10-20', '2026-10-27', '2026-11-20'])
      await store.keep(`log/history/0000000001-${day}.log`, []);
    const now = new Date('2026-11-25T03:00:00Z');
    await someOfLately(store, now);
    expect(await prune(store, now)).toEqual({ pruned: [] });
    await verify('2026-10-20');
    expect(await prune(store, now)).toEqual({ pruned: [nameOf('2026-09-01')] });
    await verify('2026-11-20');
    expect(await prune(store, now)).toEqual({ pruned: [nameOf('2026-10-20')] });
    expect(await store.list('log/history')).toEqual(['0000000001-2026-11-20.log']);
    expect((await store.list('')).sort()).toEqual([
      ...['2026-10-28', '2026-11-04', '2026-11-11', '2026-11-18'].map(nameOf),
      nameOf('2026-11-20'),
      nameOf('2026-11-23'),
      nameOf('2026-11-24'),
      'log',
      'somebodys',
    ]);
  },
);

/** Puts backups that were read back into a place, each of a day with some clinics, and a day of the log of its history. */
async function given(store: Store, day: string, slugs: readonly string[], history: string): Promise<string> {
  const name = nameOf(day);
  const place = store.in(name);
  const clinics = slugs.map((slug) => ({ _id: `id of ${slug}`, slug }));
  const file = await writeLines(place, 'tenants.jsonl.gz', clinics);
  const about = { at: `${day}T03:00:00.000Z`, time: '', history, database: 'circe' };
  const schema = { collections: {}, migrations: [] };
  const collections = [{ name: 'tenants', options: '', indexes: '', file }];
  await writeManifest(place, 'backup', { ...about, schema, collections, changes: file });
  await place.keep('verified', []);
  await store.keep(`log/${history}/0000000001-${day}.log`, []);
  return name;
}

test('backups without a clinic remove none with one, and are removed themselves', async () => {
  const store = openStore(newFolder(), {});
  const [lost, anew] = [randomUUID(), randomUUID()];
  const [first, second] = [
    await given(store, '2026-08-01', ['melati', 'mawar'], lost),
    await given(store, '2026-08-02', ['melati', 'mawar'], lost),
  ];
  const empty = await given(store, '2026-09-01', [], anew);
  await given(store, '2026-11-24', [], anew);
  const now = new Date('2026-11-25T03:00:00Z');
  await someOfLately(store, now);
  expect(await prune(store, now)).toMatchObject({ pruned: [empty, first] });
  expect(await store.list(`log/${lost}`)).toEqual(['0000000001-2026-08-02.log']);
  await given(store, '2026-11-25', ['melati', 'mawar'], anew);
  expect(await prune(store, now)).toEqual({ pruned: [second] });
  expect(await store.list('log')).toEqual([anew]);
});

test.each(['folder', 'bucket'])(
  'the last backup in a %s that has a clinic is never removed by the backups of other clinics, which are, and is named until it is',
  async (kind) => {
    await using s3 = await startS3();
    const store = openStore(kind === 'folder' ? newFolder() : `s3://${s3.bucket}/a`, s3.env);
    const [lost, anew] = [randomUUID(), randomUUID()];
    const slugs = ['melati', 'b', 'c', 'd', 'e', 'f', 'g'];
    const older = await given(store, '2026-08-01', slugs, lost);
    const last = await given(store, '2026-08-03', slugs, lost);
    // Of somebody who set a clinic up in the database that was empty then.
    const days = ['2026-08-04', '2026-09-01', '2026-11-23', '2026-11-24'];
    const [fourth, first] = [
      await given(store, days[0]!, ['new'], anew),
      await given(store, days[1]!, ['new'], anew),
    ];
    await given(store, days[2]!, ['new'], anew);
    const now = new Date('2026-11-25T03:00:00Z');
    await someOfLately(store, now);
    const unpruned = `${last} stays, as no newer backup has what it has of melati, b, c, d, e and 2 more. Restore it, or remove it by hand where nobody needs it.`;
    expect(await prune(store, now)).toEqual({ pruned: [first, fourth, older], unpruned });
    expect(await prune(store, now)).toEqual({ pruned: [], unpruned });
    // The log of the lost one is kept from its last backup on, and that of the new one as ever.
    expect(await store.list(`log/${lost}`)).toEqual(['0000000001-2026-08-03.log']);
    expect(await store.list(`log/${anew}`)).toEqual(['0000000001-2026-11-23.log']);
    // The same clinics with another one, as after a restore: then it is as any other.
    await given(store, days[3]!, ['new', ...slugs], anew);
    expect(await prune(store, now)).toEqual({ pruned: [last] });
    expect(await store.list('log')).toEqual([anew]);
  },
);

test('a backup of which nobody can say which clinics it has is not removed, and others by it are not', async () => {
  const store = openStore(newFolder(), {});
  const history = randomUUID();
  const older = await given(store, '2026-08-01', ['melati'], history);
  const broken = await given(store, '2026-08-02', ['melati'], history);
  const now = new Date('2026-11-25T03:00:00Z');
  await someOfLately(store, now);
  const newest = await given(store, '2026-11-24', ['melati'], history);
  const ruined = async (name: string) => {
    await store.remove(`${name}/tenants.jsonl.gz`);
    await store.keep(`${name}/tenants.jsonl.gz`, [Buffer.from('not what it was')]);
  };
  await ruined(broken);
  expect(await prune(store, now)).toEqual({
    pruned: [older],
    unpruned: expect.stringMatching(/2026-08-02.*tenants.jsonl.gz is damaged/) as string,
  });
  const other = openStore(newFolder(), {});
  await someOfLately(other, now);
  await given(other, '2026-08-01', ['melati'], history);
  await given(other, '2026-11-24', ['melati'], history);
  await other.remove(`${newest}/tenants.jsonl.gz`);
  expect(await prune(other, now)).toMatchObject({ pruned: [], unpruned: expect.any(String) as string });
});

test('a database that was lost and began anew makes no backup before it has a clinic; that of the old one is restored', async () => {
  const [lost, anew, folder, said] = [await open(), await open(), newFolder(), [] as string[]];
  await ensureIndexes(lost);
  await newClinic(lost);
  const { name } = await backedUp(lost, folder);
  const keeper = keeping(anew, folder, said);
  await until(() => Promise.resolve(said.length > 0));
  await logged(anew);
  expect(said).toEqual([
    `No backup is made while the database has no clinic, since there are some in ${join(folder, name)}.`,
  ]);
  // By hand it is made, and yet nothing that is there is worth less.
  await backedUp(anew, folder);
  expect(await newestWithClinic(openStore(folder, {}))).toBe(join(folder, name));
  expect(await restoredFrom(await open(), folder, { at: 'last', dryRun: true })).toMatchObject({ name });
  await newClinic(anew);
  await until(() => Promise.resolve(said.at(-1)?.startsWith('Backup ')));
  await keeper.stop();
  expect(await restoredFrom(await open(), folder, { dryRun: true })).not.toMatchObject({ name });
});

test('a backup whose older ones cannot all be removed is made all the same, and that is said until it is mended', async () => {
  await using s3 = await startS3();
  const address = `s3://${s3.bucket}/a`;
  const [database, store, said] = [await open(), openStore(address, s3.env), [] as string[]];
  const [older, stuck] = ['2020-01-01T03-00-00.000Z', '2020-01-02T03-00-00.000Z'];
  for (const name of [older, stuck]) await store.keep(`${name}/manifest.json`, []);
  await someOfLately(store, new Date());
  s3.fault = (asked) => (asked === `DELETE a/${stuck}/manifest.json` ? 403 : undefined);
  const keeper = keeping(database, address, said, s3.env);
  const because = `The keys may not do this in the bucket ${s3.bucket} (Fault).`;
  await until(() => Promise.resolve(said.some((line) => line.endsWith(because))));
  await keeper.stop();
  expect(said).toMatchObject([
    expect.stringMatching(/^Backup .*read back\.$/),
    `Backups removed: ${older}.`,
    expect.stringMatching(/could not all be removed/),
  ]);
  const recorded = async (action: string) =>
    (await audit.find(openPlatform(database, { kind: 'system', name: 'test' }), { action })).items;
  expect(await recorded('backups.make')).toHaveLength(1);
  expect(await recorded('backups.prune')).toMatchObject([
    { changes: { pruned: { to: [older] }, unpruned: { to: because } } },
  ]);
  const { newest, unprunedSince } = await status(database);
  expect([newest?.name, unprunedSince]).toEqual([expect.any(String), expect.any(Date)]);
  expect(await backedUp(database, address, s3.env)).toMatchObject({ pruned: [], unpruned: because });
  expect((await status(database)).unprunedSince).toEqual(unprunedSince);
  s3.fault = () => undefined;
  expect(await backedUp(database, address, s3.env)).toMatchObject({ pruned: [stuck] });
  expect(await status(database)).not.toHaveProperty('unprunedSince');
});

test('a clock that jumps ahead takes no more than a week from what is kept, and who makes one a month keeps five', async () => {
  const store = openStore(newFolder(), {});
  const history = randomUUID();
  const made = (at: number) => given(store, dayOf(at), ['melati'], history);
  const today = Date.parse('2026-11-25T03:00:00Z');
  const days: string[] = [];
  for (let ago = 30; ago >= 0; ago--) days.push(await made(today - ago * dayMs));
  expect(await prune(store, new Date(today))).toEqual({ pruned: [] });

  const jumped = today + 400 * dayMs;
  const ahead = await made(jumped);
  expect(await prune(store, new Date(jumped))).toEqual({ pruned: days.slice(0, 7).toReversed() });
  expect(await prune(store, new Date(jumped))).toEqual({ pruned: [] });
  await made(jumped + dayMs);
  expect(await prune(store, new Date(jumped + dayMs))).toEqual({ pruned: [days[7]] });
  // Put right, it goes on as if nothing had been.
  await made(today + dayMs);
  expect(await prune(store, new Date(today + dayMs))).toEqual({ pruned: [] });
  const left = await backupsIn(store);
  expect(left).toEqual(expect.arrayContaining([ahead, ...days.slice(8)]));

  const monthly = openStore(newFolder(), {});
  const months: string[] = [];
  for (let ago = 7; ago >= 0; ago--)
    months.push(await given(monthly, dayOf(today - ago * 31 * dayMs), ['melati'], history));
  expect(await prune(monthly, new Date(today))).toEqual({ pruned: months.slice(0, 3).toReversed() });
});

/** The short names of its clinics. */
const slugsOf = async (database: Database): Promise<unknown[]> =>
  (await raw(() => database.db.collection('tenants').distinct('slug'))).sort();

test('a backup that a clock which was ahead has named keeps none of today from being made, and is taken where there is no other', async () => {
  const [database, folder, said] = [await open(), newFolder(), [] as string[]];
  await ensureIndexes(database);
  await newClinic(database);
  const [slug] = await slugsOf(database);
  const first = keeping(database, folder, said);
  await until(() => isBackedUp(database));
  await first.stop();
  const { name } = (await status(database)).newest!;
  const ahead = '2100-01-01T03-00-00.000Z';
  await rename(join(folder, name), join(folder, ahead));
  const store = openStore(folder, {});
  expect(await survey(await check(store))).toMatchObject({
    clinics: [slug],
    elsewhere: [],
    newer: [],
    unread: [],
  });
  expect(await check(store, 'last')).toMatchObject({ name: ahead });

  const next = keeping(database, folder, said);
  await until(async () => (await status(database)).newest?.name !== name);
  await next.stop();
  const { newest } = await status(database);
  const checked = await check(store, 'last');
  expect(checked.name).toBe(newest?.name);
  expect(await survey(checked)).toMatchObject({ clinics: [slug], elsewhere: [], newer: [ahead] });
});

test('who restores is told which clinics are elsewhere, what is newer, and what nobody can read', async () => {
  const [lost, anew, folder] = [await open(), await open(), newFolder()];
  await ensureIndexes(lost);
  for (const database of [lost, lost, anew]) await newClinic(database);
  const old = await backedUp(lost, folder);
  const taken = await backedUp(anew, folder);
  const empty = await backedUp(await open(), folder);
  const unreadable = await backedUp(lost, folder);
  await writeFile(join(folder, unreadable.name, 'manifest.json'), '{}');
  const store = openStore(folder, {});
  await expect(check(store)).rejects.toMatchObject({ code: 'VALIDATION' });
  const chosen = await check(store.in(taken.name));
  const { elsewhere, ...rest } = await survey(chosen);
  expect(rest).toEqual({
    clinics: await slugsOf(anew),
    newer: [unreadable.name, empty.name],
    unread: [unreadable.name],
  });
  expect(elsewhere.map(({ clinic }) => clinic).sort()).toEqual(await slugsOf(lost));
  expect(new Set(elsewhere.map(({ backup }) => backup))).toEqual(new Set([old.name]));
});
