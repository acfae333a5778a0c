// The command as somebody types it: a process, its output and its exit code.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'circe-cli-'));
  folders.push(folder);
  return folder;
}

async function circe(data: string, words: readonly string[], input = '') {
  const { MONGODB_URI: _, ...env } = process.env;
  const child = spawn(process.execPath, [main, '--data', data, ...words], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return {
    code,
    err,
    lines:
      out.trim() === ''
        ? []
        : out
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

test('a real clinic is opened from nothing: the clinic, its administrator, a check', async () => {
  const data = await newFolder();
  const created = await circe(data, [
    'tenants',
    'create',
    'melati',
    '--name',
    'Klinik Melati',
    '--timezone',
    'Asia/Makassar',
  ]);
  expect(created).toMatchObject({ code: 0, lines: [{ slug: 'melati', name: 'Klinik Melati' }] });
  const words = ['users', 'add', 'melati', 'rani@melati.id', '--name', 'Rani', '--role', 'admin'];
  expect(await circe(data, words, 'a long enough password\n')).toMatchObject({
    code: 0,
    lines: [{ email: 'rani@melati.id', role: 'admin' }],
  });
  expect(await circe(data, words, 'a long enough password\n')).toMatchObject({ code: 5, lines: [] });
  expect(await circe(data, ['tenants', 'create', 'melati', '--name', 'Twin'])).toMatchObject({
    code: 5,
    lines: [],
  });
  expect(await circe(data, ['tenants', 'list'])).toMatchObject({ code: 0, lines: [{ slug: 'melati' }] });
  expect(await circe(data, ['check'])).toMatchObject({
    code: 0,
    lines: [{ slug: 'melati', ok: true, events: 2, wrongHolds: [] }],
  });
});

test('demo data fills an empty database once', async () => {
  const data = await newFolder();
  const seeded = await circe(data, ['seed']);
  expect(seeded).toMatchObject({ code: 0 });
  expect(seeded.err).toContain('Demo password: ');
  expect(await circe(data, ['seed'])).toMatchObject({ code: 2, lines: [] });
  const checked = await circe(data, ['check']);
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.lines.map(({ slug, ok }) => [slug, ok])).toEqual([
    ['bali', true],
    ['jakarta', true],
  ]);
});

test('a database is migrated once, tried before, and asked how far it is', async () => {
  const data = await newFolder();
  const tried = await circe(data, ['migrate', '--dry-run']);
  expect(tried).toMatchObject({ code: 0, lines: [] });
  expect(tried.err).toContain('1 adopt: 0 documents would be changed.');
  const state = (word: string) => ({ code: 0, lines: [{ number: 1, name: 'adopt', state: word }] });
  expect(await circe(data, ['migrate', 'status'])).toMatchObject(state('pending'));
  expect((await circe(data, ['migrate'])).err).toContain('1 adopt: 0 documents changed.');
  expect(await circe(data, ['migrate', 'status'])).toMatchObject(state('done'));
});

test.each([
  [['nothing'], 2],
  [[], 2],
  [['tenants', 'create', 'melati'], 2],
  [['tenants', 'create', 'platform', '--name', 'X'], 6],
  [['tenants', 'create', 'x y', '--name', 'X'], 6],
  [['tenants', 'create', 'ok', '--name', 'X', '--timezone', 'Mars/Base'], 6],
  [['users', 'add', 'missing', 'a@b.id', '--name', 'A'], 4],
  [['--uri', 'nonsense', 'check'], 1],
])('what makes no sense is refused with its exit code: %j', async (words, code) => {
  const answer = await circe(await newFolder(), words, 'a long enough password\n');
  expect(answer).toMatchObject({ code, lines: [] });
  expect(answer.err).not.toBe('');
});

test('a password that is too short is refused before anything is written', async () => {
  const data = await newFolder();
  await circe(data, ['tenants', 'create', 'melati', '--name', 'Klinik Melati']);
  const answer = await circe(data, ['users', 'add', 'melati', 'a@b.id', '--name', 'A'], 'short\n');
  expect(answer).toMatchObject({ code: 2, lines: [] });
});
