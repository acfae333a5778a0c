import { chmod, mkdir, readdir, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { migrate, status as migrationStatus } from '../migrations/index.ts';
import * as patients from '../patients/index.ts';
import * as audit from '../public-audit.ts';
import type { TenantScope } from '../tenancy.ts';
import { openPlatform } from '../tenants/read.ts';
import { backedUp, hashesOf, places, restoredFrom } from '../testing/backups.ts';
import { died } from '../testing/died.ts';
import { newPractice, testDatabase } from '../testing/index.ts';
import { unprivileged } from '../testing/unprivileged.ts';
import { exportTenant } from '../transfer/index.ts';
import type { Daily } from './daily.ts';
import { readBackup } from './folder.ts';
import { writeManifest } from './manifest.ts';
import { openStore } from './open-store.ts';
import { prune } from './prune.ts';

const held = testDatabase();
const { newFolder, open } = places();

let folder: string;
let clinic: TenantScope;
let backup: Daily;
let hashes: Record<string, string>;
beforeAll(async () => {
  folder = newFolder();
  await migrate(held.database);
  ({ clinic } = await newPractice(held.database));
  for (let n = 0; n < 5; n++)
    await patients.register(clinic, { name: `Sri ${n}`, phone: `0812-0000-100${n}` });
  backup = await backedUp(held.database, folder);
  hashes = await hashesOf(held.database);
});

const raw = <Result>(work: () => Promise<Result>) => acrossTenants('this test', work);
const holdsNothing = async (database: Database) =>
  expect(Object.keys(await hashesOf(database)).filter((name) => name !== 'migrations')).toEqual([]);

test('what is restored is what was there, in every type, with every index', async () => {
  const database = await open();
  const said: string[] = [];
  const tried = await restoredFrom(database, folder, { dryRun: true });
  await holdsNothing(database);
  const onProgress = (what: string) => said.push(what);
  expect(await restoredFrom(database, join(folder, backup.name), { onProgress })).toEqual(tried);
  expect(tried).toMatchObject({ name: backup.name, at: backup.at, documents: backup.documents });
  expect(said).toEqual(expect.arrayContaining(['patients', 'changes']));
  expect(await hashesOf(database)).toEqual(hashes);
  expect(await migrate(database)).toEqual({ ran: [], problems: [] });
  const recorded = async (where: Database, action: string) =>
    (await audit.find(openPlatform(where, { kind: 'system', name: 'test' }), { action })).items;
  expect(await recorded(database, 'backups.restore')).toMatchObject([
    { documentId: backup.name, changes: { at: { to: backup.at.toISOString() } } },
  ]);
  expect(await recorded(held.database, 'backups.make')).toMatchObject([
    { documentId: backup.name, changes: { place: { to: folder } } },
  ]);
});

test('a backup that was made while others wrote is all of one moment', async () => {
  const { client, db } = held.database;
  // The first and the last collection that are copied, and one document of each that changes with the other's.
  const names = ['aaa', 'zzz'];
  await raw(async () => {
    for (const name of names) await db.collection<{ _id: number }>(name).insertOne({ _id: 1 });
  });
  let written = 0;
  const write = (count: number) =>
    raw(async () => {
      for (const end = written + count; written < end; written++) {
        await client.withSession((own) =>
          own.withTransaction(async (session) => {
            for (const name of names) {
              const update = { $inc: { n: 1 }, $push: { list: { $each: [{ written }], $slice: -3 } } };
              await db.collection<{ _id: number }>(name).updateOne({ _id: 1 }, update as object, { session });
              const other = { _id: 2 + (written % 3) };
              if (written % 2 === 0) await db.collection<{ _id: number }>(name).insertOne(other, { session });
              else await db.collection<{ _id: number }>(name).deleteMany({ _id: { $ne: 1 } }, { session });
            }
          }),
        );
      }
    });
  const busy = newFolder();
  await write(1);
  const [made] = await Promise.all([backedUp(held.database, busy), write(60)]);
  const { changes } = await readBackup(openStore(join(busy, made.name), {}));
  expect(changes.lines).toBeGreaterThan(0);
  const database = await open();
  await restoredFrom(database, busy);
  const [first, last] = await raw(() =>
    Promise.all(names.map((name) => database.db.collection(name).find().sort({ _id: 1 }).toArray())),
  );
  expect(first).toEqual(last);
  expect(first?.[0]?.['n']).toBeGreaterThan(0);
  await raw(async () => {
    for (const name of names) await db.dropCollection(name);
  });
});

test('a database that holds something is replaced only when that is said', async () => {
  const database = await open();
  await raw(() => database.db.collection('somebodys').insertOne({}));
  await expect(restoredFrom(database, folder, { dryRun: true })).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    message: expect.stringContaining('--replace'),
  });
  await expect(restoredFrom(database, folder)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(Object.keys(await hashesOf(database))).toEqual(['somebodys']);
  await restoredFrom(database, folder, { replace: true });
  expect(await hashesOf(database)).toEqual(hashes);
});

test('a database on which a server was started, and nothing set up, counts as empty', async () => {
  const database = await open();
  await migrate(database);
  const doneAt = new Date();
  await raw(() => database.db.collection<{ _id: string }>('schedules').insertOne({ _id: 'archive', doneAt } as { _id: string })); // prettier-ignore
  await restoredFrom(database, folder);
  expect(await hashesOf(database)).toEqual(hashes);
});

test('what is damaged, missing, unreadable, not there or newer is refused before anything is written', async () => {
  const copy = newFolder();
  const { name } = await backedUp(held.database, copy);
  const path = join(copy, name);
  const database = await open();
  const refused = async (code: string) => {
    await expect(restoredFrom(database, copy)).rejects.toMatchObject({ code });
    await holdsNothing(database);
  };
  const file = join(path, 'patients.jsonl.gz');
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, -1));
  await refused('VALIDATION');
  await rm(file);
  await refused('VALIDATION');
  await mkdir(file);
  await refused('UNAVAILABLE');
  await rmdir(file);
  await writeFile(file, bytes);
  const manifest = await readBackup(openStore(path, {}));
  const { schema } = manifest;
  await rm(join(path, 'manifest.json'));
  await refused('NOT_FOUND');
  await writeManifest(openStore(path, {}), 'backup', {
    ...manifest,
    schema: { ...schema, migrations: [99] },
  });
  await refused('UNAVAILABLE');
  await expect(restoredFrom(database, newFolder())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a process that dies while it makes a backup, or has no room for it, leaves none; while it restores, it says so', async () => {
  const [killed, database, before] = [newFolder(), await open(), await readdir(folder)];
  const [backingUp, withoutRoom, restoring] = await Promise.all([
    died('backup', held.database, { subject: killed, before: ['', 13] }),
    died('backup', held.database, { subject: folder, limit: 'ulimit -f 1' }),
    died('restore', database, { subject: folder, before: ['', 21] }),
  ]);
  expect(backingUp.signal).toBe('SIGKILL');
  const [half = ''] = await readdir(killed);
  expect(await readdir(join(killed, half))).not.toContain('manifest.json');
  await expect(restoredFrom(database, killed)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(withoutRoom).toMatchObject({ code: 1, err: expect.stringContaining('EFBIG') as string });
  expect(await readdir(folder)).toEqual(before);
  expect(restoring.signal).toBe('SIGKILL');
  await expect(migrationStatus(database)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(backup.name) as string,
  });
  await expect(restoredFrom(database, folder)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  // A half of it would be the newest backup.
  await expect(backedUp(database, killed)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  // Its lease would run out in half a minute.
  await raw(() =>
    database.db.collection('migrations').updateMany({ token: 1 }, { $set: { until: new Date(0) } }),
  );
  await restoredFrom(database, folder);
  expect(await hashesOf(database)).toEqual(hashes);
});

test('a folder that cannot be made is said, and does not hang', async () => {
  const file = newFolder();
  await writeFile(file, '');
  for (const [folder, reason] of [
    [file, 'EEXIST'],
    ['/proc/nothing/can/be/made', ''],
  ] as const)
    await expect(backedUp(held.database, folder)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(`^${folder}.* cannot be written: .*${reason}`) as string,
    });
});

test('a link whose folder is away is told as what it is, and an export goes where a link leads to', async () => {
  const [loose, link, folder, away] = [newFolder(), newFolder(), newFolder(), newFolder()];
  await symlink(away, loose);
  const refused = {
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`is a link to ${away}`) as string,
  };
  await expect(backedUp(held.database, loose)).rejects.toMatchObject(refused);
  await expect(backedUp(held.database, join(loose, 'deep'))).rejects.toMatchObject(refused);
  await expect(exportTenant(clinic, loose)).rejects.toMatchObject(refused);
  await mkdir(folder);
  await symlink(folder, link);
  await exportTenant(clinic, link);
  expect(await readdir(folder)).toContain('manifest.json');
});

// Windows has no such rights.
test.skipIf(process.platform === 'win32')(
  'what is denied is said, and is neither taken for missing nor left half',
  async () => {
    const denied = async (work: () => Promise<unknown>, message: string) =>
      expect(unprivileged(work)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(`${message}: permission denied (EACCES).`) as string,
      });
    const [copy, database] = [newFolder(), await open()];
    const { name } = await backedUp(held.database, copy);
    const [path, file] = [join(copy, name), join(copy, name, 'patients.jsonl.gz')];
    const above = dirname(copy);
    await chmod(above, 0o755);
    await chmod(copy, 0o555);
    await chmod(path, 0o555);
    await Promise.all((await readdir(path)).map((one) => chmod(join(path, one), 0o444)));
    expect(await readdir(copy)).toEqual([name]);
    await denied(() => exportTenant(clinic, join(copy, 'exported')), 'cannot be written');
    await chmod(file, 0o000);
    await denied(() => restoredFrom(database, copy), `${file} cannot be read`);
    await chmod(path, 0o444);
    await denied(() => restoredFrom(database, copy), `${join(path, 'manifest.json')} cannot be read`);
    // It is not taken for one that was never finished.
    const later = new Date(Date.now() + 10 * 24 * 60 * 60_000);
    expect(await unprivileged(() => prune(openStore(copy, {}), later))).toMatchObject({
    pruned: [], unpruned: expect.stringContaining('permission denied') as string,
  }); // prettier-ignore
    await chmod(copy, 0o000);
    await denied(() => restoredFrom(database, copy), 'cannot be read');
    await holdsNothing(database);
    for (const folder of [copy, path]) await chmod(folder, 0o700);
    await chmod(above, 0o700);
  },
);
