// What the command does on a database, and that it is a process with an exit code.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, migrations, openDatabase, tenants } from '@paper-circe/core';
import { startEmbedded, type EmbeddedServer } from '@paper-circe/embedded';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asProcess, circe, parsed, type Said } from './testing/command.ts';

const password = 'a long enough password\n';

let server: EmbeddedServer;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([
    startEmbedded({ file: ':memory:' }),
    mkdtemp(join(tmpdir(), 'circe-cli-')),
  ]);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const onDatabase = (words: readonly string[], input = '') =>
  circe(['--uri', server.uri, ...words], { input });

/** Lines about clinics, whatever their order: two of one name stand in that of their ids. */
function bySlug(said: Said): Record<string, unknown> {
  return Object.fromEntries((parsed(said) as { slug: string }[]).map((line) => [line.slug, line]));
}

test('a database is migrated once, tried before, and asked how far it is', async () => {
  const tried = await onDatabase(['migrate', '--dry-run']);
  expect(tried).toMatchObject({ code: 0, out: [] });
  expect(tried.err).toContain('1 adopt: 0 documents would be changed.');
  const status = async () => parsed(await onDatabase(['migrate', 'status']))[0];
  expect(await status()).toMatchObject({ number: 1, name: 'adopt', state: 'pending' });
  expect((await onDatabase(['migrate'])).err).toContain('1 adopt: 0 documents changed.');
  expect(await status()).toMatchObject({ number: 1, name: 'adopt', state: 'done' });
});

test('a real clinic is opened from nothing: the clinic, its administrator, a check', async () => {
  const created = await onDatabase(['tenants', 'create', 'melati', '--name', 'Klinik Melati', '--timezone', 'Asia/Makassar']); // prettier-ignore
  expect(created.code).toBe(0);
  expect(parsed(created)).toMatchObject([{ slug: 'melati', name: 'Klinik Melati' }]);
  const words = ['users', 'add', 'melati', 'rani@melati.id', '--name', 'Rani', '--role', 'admin'];
  expect(parsed(await onDatabase(words, password))).toMatchObject([
    { email: 'rani@melati.id', role: 'admin' },
  ]);
  expect(await onDatabase(words, password)).toMatchObject({ code: 5, out: [] });
  expect(await onDatabase(['tenants', 'create', 'melati', '--name', 'Twin'])).toMatchObject({
    code: 5,
    out: [],
  });
  expect(parsed(await onDatabase(['tenants', 'list']))).toMatchObject([{ slug: 'melati' }]);
  const checked = await onDatabase(['check', '--json']);
  expect(checked).toMatchObject({ code: 0, err: 'Everything checks out.' });
  expect(parsed(checked)).toEqual([
    { slug: 'installation', ok: true, found: 0, repaired: 0 },
    { slug: 'platform', ok: true, found: 0, repaired: 0 },
    { slug: 'melati', ok: true, found: 0, repaired: 0 },
    { summary: { looked: 3, found: 0, repaired: 0, left: 0 } },
  ]);
  expect((await onDatabase(['check', '--dry-run'])).code).toBe(2);
});

test('a clinic without old bookings has none to archive', async () => {
  const answer = await onDatabase(['archive', '--dry-run']);
  expect(answer).toMatchObject({ code: 0, err: '0 bookings would be moved.' });
  expect(parsed(answer)).toEqual([{ slug: 'melati', moved: 0 }]);
  expect(parsed(await onDatabase(['archive']))).toEqual([{ slug: 'melati', moved: 0 }]);
});

test('a clinic is exported and stands beside itself under another address', async () => {
  const path = join(folder, 'melati');
  const exported = await onDatabase(['tenants', 'export', 'melati', path]);
  expect(parsed(exported)).toMatchObject([{ slug: 'melati', lines: { users: 1 } }]);
  expect(await onDatabase(['tenants', 'export', 'melati', path])).toMatchObject({ code: 6, out: [] });
  expect(await onDatabase(['tenants', 'import', path])).toMatchObject({ code: 5, out: [] });
  const words = ['tenants', 'import', path, '--slug', 'twin', '--remap'];
  expect(await onDatabase([...words, '--dry-run'])).toMatchObject({ code: 0 });
  expect(parsed(await onDatabase(words))).toMatchObject([{ slug: 'twin' }]);
  const checked = await onDatabase(['check', '--json']);
  expect(bySlug(checked)).toMatchObject({ melati: { ok: true }, twin: { ok: true } });
  expect(await onDatabase(['tenants', 'import', join(folder, 'none')])).toMatchObject({ code: 4, out: [] });
});

test('what is wrong is told in words or lines, mended when asked to, and what cannot be is left', async () => {
  const database = await openDatabase({ uri: server.uri });
  const { id } = (await tenants.findBySlug(database, 'melati'))!;
  await tenants.suspend(tenants.openPlatform(database, { kind: 'system', name: 'test' }), id, {
    reason: 'Unpaid',
  });
  const raw = (name: string, key: object, update: object) =>
    database.db.collection(name).updateOne({ $and: [{ tenantId: id }, key] }, update);
  const rani = { email: 'rani@melati.id' };
  await raw('counters', { name: 'users' }, { $set: { value: 5 } });
  await raw('users', rani, { $set: { role: 'staff' } });
  const found = await onDatabase(['check']);
  expect(found).toMatchObject({ code: 1 });
  expect(found.out).toContain('melati: the counter of active users says 5, there are 1');
  expect(found.out).toContain('twin: in order');
  const tried = await onDatabase(['check', '--repair', '--dry-run']);
  expect(tried).toMatchObject({ code: 1 });
  expect(tried.out.join()).toContain('there are 1 [would be repaired]');
  const mended = parsed(await onDatabase(['check', '--repair', '--json']));
  // Two of one name stand in the order of their ids, of which an imported one may have any.
  const isTwin = (line: unknown) => (line as { slug?: string }).slug === 'twin';
  expect(mended.filter(isTwin)).toMatchObject([{ slug: 'twin', ok: true }]);
  expect(mended.filter((line) => !isTwin(line))).toMatchObject([
    { slug: 'installation', ok: true },
    { slug: 'platform', ok: true },
    { slug: 'melati', kind: 'COUNT', quota: 'maxUsers', counted: 5, found: 1, outcome: 'repaired' },
    { slug: 'melati', kind: 'AUDIT', difference: { kind: 'CHANGED', field: 'role' }, outcome: 'left' },
    { slug: 'melati', ok: false, found: 2, repaired: 1 },
    { summary: { found: 2, repaired: 1, left: 1 } },
    { error: { code: 'UNKNOWN' } },
  ]);
  await raw('users', rani, { $set: { role: 'admin' } });
  expect(await onDatabase(['check', '--repair'])).toMatchObject({ code: 0 });
  await tenants.activate(tenants.openPlatform(database, { kind: 'system', name: 'test' }), id);
  await database.close();
});

test('what makes no sense on a new database is refused where there is none, and makes none', async () => {
  const nothing = join(folder, 'nothing');
  const backup = join(folder, 'of-nothing');
  for (const words of [
    ['backup', backup],
    ['check'],
    ['archive'],
    ['migrate', 'status'],
    ['tenants', 'list'],
    ['tenants', 'export', 'melati', backup],
    ['tenants', 'suspend', 'melati', '--reason', 'Left'],
    ['migrate-to', join(folder, 'elsewhere')],
    ['reopen'],
    ['cluster', 'plan'],
  ]) {
    const said = await circe(['--data', nothing, ...words]);
    expect(said, words.join(' ')).toMatchObject({ code: 4, out: [] });
    expect(said.err).toContain(`There is no database in ${nothing}. Where it lies is said with --data`);
  }
  for (const name of ['nothing', 'of-nothing', 'elsewhere'])
    expect(await readdir(folder)).not.toContain(name);
  const empty = await circe(['--data', nothing, 'migrate']).then(() =>
    circe(['--data', nothing, 'backup', backup]),
  );
  expect(empty.code).toBe(0);
  expect(empty.err).toContain(`There is no clinic in ${nothing}`);
});

test('a folder that is named is worked on, whatever database the environment names', async () => {
  const [place, beside] = [join(folder, 'beside-it'), join(folder, 'drill')];
  expect(await onDatabase(['backup', place])).toMatchObject({ code: 0 });
  const env = { MONGODB_URI: server.uri };
  const before = bySlug(await onDatabase(['tenants', 'list']));
  const restored = await circe(['--data', beside, 'restore', place, '--replace'], { env });
  expect(restored).toMatchObject({ code: 0, err: expect.stringContaining(`into ${beside}.`) as string });
  expect(bySlug(await circe(['--data', beside, 'tenants', 'list'], { env }))).toEqual(before);
  const both = await circe(['--data', beside, '--uri', server.uri, 'tenants', 'list']);
  expect(both).toMatchObject({ code: 2, out: [], err: expect.stringContaining('say one of them') as string });
});

test('a variable that is set to nothing names no database, and none is taken in its place', async () => {
  for (const [env, said] of [
    [{ MONGODB_URI: '' }, 'MONGODB_URI must begin with mongodb://'],
    [{ MONGODB_URI: 'localhost:27017' }, 'MONGODB_URI must begin with mongodb://'],
    [{ CIRCE_DATA: ' ' }, 'must be a folder'],
  ] as const) {
    const answer = await circe(['tenants', 'list'], { env });
    expect(answer).toMatchObject({ code: 2, out: [], err: expect.stringContaining(said) as string });
  }
});

test('a restore, an import or a move that is refused or only tried makes no database, nor a folder for one', async () => {
  const place = join(folder, 'kept');
  const [{ name }] = parsed(await onDatabase(['backup', place])) as [{ name: string }];
  const manifest = join(place, name, 'manifest.json');
  const [text, users] = [await readFile(manifest, 'utf8'), join(place, name, 'users.jsonl.gz')];
  const bytes = await readFile(users);
  const none = join(folder, 'none-yet', 'data');
  const restored = async (code: number, ...words: string[]) => {
    for (const more of [[], ['--dry-run'], ['--replace'], ['--at', 'last']]) {
      const said = await circe(['--data', none, 'restore', place, ...more, ...words]);
      expect(said, [...more, ...words].join(' ')).toMatchObject({ code, out: [] });
    }
    expect(await readdir(folder)).not.toContain('none-yet');
  };
  await writeFile(users, bytes.subarray(1));
  await restored(6);
  await rm(users);
  await restored(6);
  await mkdir(users);
  await restored(1);
  await rm(users, { recursive: true });
  await writeFile(users, bytes);
  await writeFile(manifest, text.replace('"history"', '"other"'));
  await restored(6);
  await rm(manifest);
  await restored(4);
  await writeFile(manifest, text);
  await restored(6, '--at', '2100-01-01T00:00:00Z');
  await restored(4, '--at', '2000-01-01T00:00:00Z');
  for (const words of [['restore', place], ['migrate'], ['tenants', 'import', '/nowhere']]) {
    const said = await circe(['--data', none, ...words, '--dry-run']);
    expect(said.code, words.join(' ')).toBe(words[0] === 'tenants' ? 4 : 0);
    if (said.code !== 0) expect(await circe(['--data', none, ...words])).toMatchObject({ code: said.code });
    expect((await circe(['--data', join(manifest, 'x'), ...words, '--dry-run'])).err).toContain('is a file');
  }
  const nothing = await startEmbedded({ file: ':memory:' });
  const database = await openDatabase({ uri: nothing.uri });
  await migrations.migrate(database);
  await database.db.collection('users').insertOne({ tenantId: 'newer', version: 99 });
  await database.close();
  for (const more of [[], ['--dry-run']])
    expect(await circe(['--uri', nothing.uri, 'migrate-to', none, ...more])).toMatchObject({ code: 1 });
  await nothing.close();
  expect(await circe(['--uri', server.uri, 'migrate-to', none, '--dry-run'])).toMatchObject({ code: 0 });
  expect(await readdir(folder)).not.toContain('none-yet');
  expect(await circe(['--data', none, 'restore', place])).toMatchObject({ code: 0 });
});

test('demo data fills an empty embedded database once', { timeout: 300_000 }, async () => {
  const onFile = (words: readonly string[]) => ['--data', folder, ...words];
  const seeded = await asProcess(onFile(['seed']));
  expect(seeded).toMatchObject({ code: 0, out: '' });
  expect(seeded.err).toContain('Demo password: ');
  expect(await circe(onFile(['seed']))).toMatchObject({ code: 2, out: [] });
  expect(parsed(await circe(onFile(['tenants', 'list'])))).toMatchObject([
    { slug: 'bali' },
    { slug: 'jakarta' },
  ]);
});

test('everything is backed up, and restored into an empty database and no other', async () => {
  const backups = join(folder, 'backups');
  const made = await onDatabase(['backup', backups]);
  expect(made.code).toBe(0);
  const [{ name, documents }] = parsed(made) as [{ name: string; documents: number }];
  expect(documents).toBeGreaterThan(0);
  const elsewhere = ['--data', join(folder, 'elsewhere')];
  const tried = await circe([...elsewhere, 'restore', backups, '--dry-run']);
  // What a shell has in its environment may not be what the service has.
  expect(tried.err).toContain(`This could be restored into ${elsewhere.at(-1)}.`);
  expect(parsed(tried)).toMatchObject([{ name, documents }]);
  // Nor is the newest backup always the one that is meant.
  expect(tried.err).toMatch(new RegExp(`^The state of \\S+, \\d minutes? ago, from the backup ${name}, with 2 clinics \\(\\w+, \\w+\\)\\.$`, 'm')); // prettier-ignore
  const later = await onDatabase(['backup', backups]);
  const second = (parsed(later) as [{ name: string }])[0].name;
  const older = await circe([...elsewhere, 'restore', join(backups, name), '--dry-run']);
  expect(older.err).toContain(`Newer and not taken: ${second}.`);
  await rm(join(backups, second), { recursive: true });
  expect(await circe([...elsewhere, 'restore', join(backups, name)])).toMatchObject({ code: 0 });
  expect(Object.keys(bySlug(await circe([...elsewhere, 'tenants', 'list'])))).toContain('melati');
  expect(await circe([...elsewhere, 'restore', backups])).toMatchObject({ code: 5, out: [] });
  expect(await circe([...elsewhere, 'restore', backups, '--replace'])).toMatchObject({ code: 0 });
});

test('an installation moves from its file to a server, and what was left can be opened again', async () => {
  const file = ['--data', join(folder, 'moving')];
  await circe([...file, 'tenants', 'create', 'kenanga', '--name', 'Klinik Kenanga']);
  const other = await startEmbedded({ file: ':memory:' });
  const to = ['migrate-to', other.uri];
  const tried = await circe([...file, ...to, '--dry-run']);
  const done = await circe([...file, ...to]);
  expect(done).toMatchObject({ code: 0, err: expect.stringContaining('the same at both places') as string });
  const [{ documents }] = parsed(tried) as [{ documents: number }];
  expect(parsed(done)).toMatchObject([{ documents, to: expect.stringMatching(/^mongodb:/) as string }]);
  const left = await circe([...file, 'tenants', 'create', 'late', '--name', 'Late']);
  expect(left).toMatchObject({ code: 1, err: expect.stringContaining('has moved to mongodb:') as string });
  expect(bySlug(await circe(['--uri', other.uri, 'tenants', 'list']))).toHaveProperty('kenanga');
  // A timer that nobody has thought of would go on backing up what is left, and succeed.
  for (const words of [
    ['backup', join(folder, 'of-left')],
    ['tenants', 'export', 'kenanga', join(folder, 'k')],
  ])
    expect(await circe([...file, ...words])).toMatchObject({ code: 1, out: [], err: left.err });
  const itself = await circe([...file, 'migrate-to', file[1]!]);
  expect(itself).toMatchObject({ code: 2, err: expect.stringContaining('lies in') as string });
  const reopened = await circe([...file, 'reopen']);
  expect(reopened).toMatchObject({ code: 0, err: expect.stringContaining('is open here again') as string });
  expect(await circe([...file, ...to])).toMatchObject({ code: 5, out: [] });
  await other.close();
});

test('a cluster is planned as commands for its shell or as JSON, and not set up on what is none', async () => {
  const words = ['cluster', 'plan', '--zone', 'melati=shard2'];
  const planned = await onDatabase(words);
  expect(planned).toMatchObject({
    code: 0,
    err: expect.stringContaining('users stays on one shard') as string,
  });
  const bookings = 'db.adminCommand({"shardCollection":"paper-circe.bookings","key":{"tenantId":1}})';
  expect(planned.out).toContain(bookings);
  expect(planned.out).toContain('db.adminCommand({"addShardToZone":"shard2","zone":"melati"})');
  const [answer] = parsed(await onDatabase(['--json', ...words])) as [{ data: { steps: object[] } }];
  expect(answer.data.steps).toHaveLength(planned.out.length);
  const applied = await onDatabase(['cluster', 'apply']);
  expect(applied).toMatchObject({ code: 6, err: expect.stringContaining('isdbgrid') as string });
});

test('a process answers on standard output, speaks on standard error and ends with its code', async () => {
  const refused = await asProcess(['--json', 'tenants', 'create', 'melati']);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('--name');
  expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'USAGE' } });
});

test.each([
  [['nothing'], 2],
  [[], 2],
  [['tenants', 'create', 'melati'], 2],
  [['tenants', 'create', 'platform', '--name', 'X'], 6],
  [['tenants', 'create', 'x y', '--name', 'X'], 6],
  [['tenants', 'create', 'ok', '--name', 'X', '--timezone', 'Mars/Base'], 6],
  [['users', 'add', 'missing', 'a@b.id', '--name', 'A'], 4],
  [['--uri', 'nonsense', 'check'], 6],
  [['seed'], 2],
  [['backup'], 2],
  [['migrate-to'], 2],
  [['cluster', 'plan', '--zone', 'melati'], 2],
  [['cluster', 'plan', '--zone', 'nobody=shard2'], 4],
  [['migrate-to', 'mongodb://'], 6],
  [['backup', 's3://bucket/clinics'], 6],
  [['restore'], 2],
  [['restore', '/nowhere'], 4],
  [['restore', '/nowhere', '--at', 'yesterday'], 2],
  [['restore', '/nowhere', '--at', '2026-11-22T10:15:00'], 2],
])('what makes no sense is refused with its exit code: %j', async (words, code) => {
  const answer = await onDatabase(words, password);
  expect(answer).toMatchObject({ code, out: [] });
  expect(answer.err).not.toBe('');
});

test('a password that is too short is refused before anything is written', async () => {
  const words = ['users', 'add', 'melati', 'a@b.id', '--name', 'A'];
  expect(await onDatabase(words, 'short\n')).toMatchObject({ code: 2, out: [] });
  expect(await onDatabase(words, password)).toMatchObject({ code: 0 });
});

test('a clinic is provisioned, suspended, handed over and resumed on the database itself, and both audits say so', async () => {
  const words = ['tenants', 'provision', 'mawar', '--name', 'Klinik Mawar', '--administrator', 'Rani', '--email', 'rani@mawar.id']; // prettier-ignore
  const made = await onDatabase(words);
  const link = expect.stringMatching(/^\/mawar\/password\/[\w-]{20,}$/) as string;
  expect(parsed(made)).toMatchObject([{ slug: 'mawar', link, expiresAt: expect.any(String) as string }]);
  expect(await onDatabase(words)).toMatchObject({ code: 5, out: [] });
  expect((await onDatabase(['tenants', 'suspend', 'mawar'])).code).toBe(2);
  expect((await onDatabase(['tenants', 'suspend', 'nobody', '--reason', 'x'])).code).toBe(4);
  expect((await onDatabase(['tenants', 'resume', 'mawar'])).code).toBe(5);
  const suspended = await onDatabase(['tenants', 'suspend', 'mawar', '--reason', 'Left']);
  expect(parsed(suspended)).toMatchObject([{ slug: 'mawar', isActive: false }]);
  const path = join(folder, 'mawar');
  expect(parsed(await onDatabase(['tenants', 'export', 'mawar', path]))).toMatchObject([{ slug: 'mawar', lines: { users: 1 } }]); // prettier-ignore
  expect(parsed(await onDatabase(['tenants', 'resume', 'mawar']))).toMatchObject([{ isActive: true }]);
  const database = await openDatabase({ uri: server.uri });
  const { id } = (await tenants.findBySlug(database, 'mawar'))!;
  const system = { kind: 'system', name: 'test' } as const;
  for (const scope of [
    tenants.openPlatform(database, system),
    await tenants.openTenant(database, id, system),
  ]) {
    const { items } = await audit.find(scope, { collection: 'tenants', documentId: id });
    const acts = items.map(({ action }) => action);
    expect(acts).toEqual(expect.arrayContaining(['tenants.suspend', 'tenants.activate']));
    expect(items.every(({ actor }) => actor.kind === 'system' && actor.name === 'circe command')).toBe(true);
  }
  await database.close();
});
