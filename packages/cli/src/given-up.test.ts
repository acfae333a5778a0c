// What is left of an act that does not come to its end, and what is said of it: a process that gets a signal, or no room.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensureIndexes, openDatabase, type Database } from '@paper-circe/core';
import { grow } from '@paper-circe/core/testing/growth';
import { startEmbedded } from '@paper-circe/embedded';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asProcess, circe } from './testing/command.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const of = (name: string) => ['--data', at(name)];

async function withDatabase<Result>(name: string, work: (database: Database) => Promise<Result>) {
  const server = await startEmbedded({ file: join(at(name), 'paper-circe.db') });
  const database = await openDatabase({ uri: server.uri, alone: true });
  try {
    return await work(database);
  } finally {
    await database.close();
    await server.close();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'circe-given-up-'));
  await withDatabase('clinic', async (database) => {
    await ensureIndexes(database);
    await grow(database, 'melati', 300);
  });
  for (const words of [
    ['backup', at('backups')],
    ['tenants', 'export', 'melati', at('exported')],
  ])
    expect(await circe([...of('clinic'), ...words])).toMatchObject({ code: 0 });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ends the command by a signal as soon as it says something, and answers the last line that it said. */
async function ended(words: readonly string[], when: RegExp, name: NodeJS.Signals = 'SIGTERM') {
  const { code, err, out } = await asProcess(words, '', async (child) => {
    await new Promise<void>((resolve) => {
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (when.test(said)) resolve();
      });
      child.once('close', () => resolve());
    });
    child.kill(name);
  });
  expect([code, out]).toEqual([1, '']);
  return err.trimEnd().split('\n').at(-1);
}

const half = 'What was put there before is incomplete: nobody can start on it, until this is done again.';

test('a restore', async () => {
  const words = [...of('restored'), 'restore', at('backups')];
  expect(await ended(words, /^auditEvents: /m, 'SIGINT')).toBe(`circe: Given up because of SIGINT. ${half}`);
  const started = await circe([...of('restored'), 'migrate']);
  expect(started).toMatchObject({ code: 1, err: expect.stringContaining('has not ended') as string });
  expect(await circe(words)).toMatchObject({ code: 0 });
  expect((await circe([...of('restored'), 'check'])).code).toBe(0);
});

test('a move, which leaves the installation where it was', async () => {
  const words = [...of('clinic'), 'migrate-to', at('moved')];
  expect(await ended(words, /^auditEvents: /m)).toBe(
    `circe: Given up because of SIGTERM. ${half} The installation stays where it is.`,
  );
  expect((await circe([...of('moved'), 'migrate'])).code).toBe(1);
  const there = await circe([...of('clinic'), 'tenants', 'list']);
  expect(there.out).toMatchObject([expect.stringContaining('melati')]);
});

test('an export', async () => {
  const words = [...of('clinic'), 'tenants', 'export', 'melati', at('half')];
  expect(await ended(words, /^patients: /m)).toBe(
    'circe: Given up because of SIGTERM. No half export is left.',
  );
  expect((await readdir(folder)).filter((name) => name.includes('half'))).toEqual([]);
});

test.each(['bookings, read', 'bookings'])('an import, while it says %s', async (what) => {
  const name = what === 'bookings' ? 'written' : 'read';
  const words = [...of(name), 'tenants', 'import', at('exported')];
  expect(await ended(words, new RegExp(`^${what}: `, 'm'))).toBe(
    'circe: Given up because of SIGTERM. Nothing of the clinic is left here.',
  );
  // No database was made for what was only looked through.
  if (name === 'read') return expect(await readdir(folder)).not.toContain('read');
  // Its ids are free again, and nobody is at it.
  expect((await circe([...of(name), 'tenants', 'list'])).out).toEqual([]);
  expect(await circe(words)).toMatchObject({ code: 0 });
  expect((await circe([...of(name), 'check'])).code).toBe(0);
});

test('a backup', async () => {
  const place = at('ended');
  const begun = async () => (await readdir(place).catch(() => [])).length > 0;
  const said = asProcess([...of('clinic'), 'backup', place], '', async (child) => {
    while (!(await begun())) await pause(5);
    child.kill('SIGTERM');
  });
  expect(await said).toEqual({
    code: 1,
    out: '',
    err: 'circe: Given up because of SIGTERM. No half backup is left.\n',
  });
  expect(await readdir(place)).toEqual([]);
});

/** Whether this user may make a file system of his own. */
const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none "$0"', tmpdir()]).status === 0;

test.runIf(canMount)('a restore that finds no room', async () => {
  const small = at('small');
  await mkdir(small);
  const main = join(import.meta.dirname, 'main.ts');
  // The second one is refused as the first one was, maybe before it has put anything there.
  const script = `mount -t tmpfs -o size=1m none "$2" || exit 9
    "$0" "$1" --data "$2" restore "$3"; "$0" "$1" --data "$2" migrate; "$0" "$1" --data "$2" restore "$3"`;
  const said = spawnSync(
    'unshare',
    ['-rm', 'sh', '-c', script, process.execPath, main, small, at('backups')],
    {
      encoding: 'utf8',
    },
  );
  expect(said).toMatchObject({ status: 1, stdout: '' });
  const full = `circe: The disk of the database is full, and this was not written. Make room there. ${half}`;
  const lines = said.stderr.split('\n').filter((line) => line.startsWith('circe: '));
  expect(lines).toEqual([
    full,
    expect.stringContaining('being filled'),
    expect.stringContaining('Make room'),
  ]);
});
