import { mkdtemp, readFile, rm, stat, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describedProcedures } from '@paper-circe/api';
import {
  aToken,
  newPlatformAccount,
  newStaffedPractice,
  password,
  testServer,
  type StaffedPractice,
} from '@paper-circe/api/testing';
import { bookings, patients, tenants, users } from '@paper-circe/core';
import { testDatabase } from '@paper-circe/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flagsOf } from '../procedures/flags.ts';
import { circe, parsed } from '../testing/command.ts';

const db = testDatabase();
const server = testServer(() => ({ database: db.database }));

let practice: StaffedPractice;
let home: string;
beforeAll(async () => {
  [practice, home] = await Promise.all([
    newStaffedPractice(db.database),
    mkdtemp(join(tmpdir(), 'circe-home-')),
  ]);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const as = (role: 'admin' | 'staff' | 'user') => ({
  CIRCE_URL: server.url,
  CIRCE_TENANT: practice.slug,
  CIRCE_TOKEN: practice.accounts[role].token,
});
const call = (words: readonly string[], env: Record<string, string> = as('staff'), input = '') =>
  circe(words, { env, input });
const day = ['bookings', 'findByTenantAndDate', '--date', '2026-11-26'];
const noSuch = '0123456789abcdef01234567';
const booking = ({ ayu, facial, dewi }: StaffedPractice, time: string) => [
  'bookings', 'book', '--patient-id', ayu.id, '--treatmentId', facial.id, `--staff-id=${dewi.id}`,
  '--source', 'online', '--start-at', `2026-11-26T${time}+07:00`,
]; // prettier-ignore

test('every procedure there is has its command, and no flag of one means something else', async () => {
  const { out } = await circe(['completion', 'bash']);
  const all = [...describedProcedures('clinic'), ...describedProcedures('platform')];
  for (const { path } of all) expect(out.join('\n')).toContain(`'server ${path.replace('.', ' ')}'`);
  const others = [
    '--data',
    '--uri',
    '--profile',
    '--json',
    '--input',
    '--columns',
    '--dry-run',
    '--idempotency-key',
    '--help',
  ];
  for (const one of all) {
    expect(flagsOf(one).filter(({ name }) => others.includes(name))).toEqual([]);
  }
});

test('a procedure answers a program with JSON of one shape, and people with a table', async () => {
  const made = await call(['--json', ...booking(practice, '10:00'), '--notes', 'By phone']);
  expect(made.code).toBe(0);
  expect(parsed(made)).toMatchObject([{ data: { startAt: '2026-11-26T03:00:00.000Z', notes: 'By phone' } }]);
  expect(parsed(await call([...day, '--json']))).toMatchObject([{ data: [{ localTime: '10:00' }] }]);
  const shown = await call(day);
  expect(shown.out[0]).toMatch(/^id +patientName .*localTime/);
  expect(shown.out[0]).toContain('staffName');
  expect(shown.out[1]).toMatch(/Ayu Lestari.*Dewi/);
  expect(Math.max(...shown.out.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(shown.err).toMatch(/--columns: patientId, /);
  const chosen = await call([...day, '--columns', 'localTime, notes,payments']);
  expect(chosen).toMatchObject({ code: 0, err: '' });
  expect(chosen.out).toEqual(['localTime  notes     payments', '10:00      By phone']);
  const nothing = await call(['patients', 'findByTenantAndPhone', '--phone', '08999999999', '--json']);
  expect(parsed(nothing)).toEqual([{ data: null }]);
});

test('a long list says on standard error how it goes on', async () => {
  await patients.register(practice.clinic, { name: 'Bunga', phone: '0812 1111 2222' });
  const first = await call(['patients', 'findByTenant', '--limit', '1']);
  expect(first.out).toHaveLength(2);
  const [, cursor = ''] = /--cursor (\S+)$/.exec(first.err) ?? [];
  const second = await call(['patients', 'findByTenant', '--limit', '1', '--cursor', cursor]);
  expect(second.out[1]).not.toBe(first.out[1]);
});

test.each([
  ['no word of it', ['bookings', 'nothing'], 2],
  ['a flag that is missing', ['bookings', 'findByTenantAndDate'], 2],
  ['a flag that is not there', [...day, '--colour', 'red'], 2],
  ['a number that is none', ['patients', 'findByTenant', '--limit', 'many'], 2],
  ['a column that is not there', [...day, '--columns', 'id,colour'], 2],
  ['columns of JSON', ['patients', 'findByTenant', '--columns', 'id'], 2],
  ['a moment without its offset', ['availability', 'explain', '--treatment-id', noSuch, '--start-at', '2026-11-26T10:00'], 2],
  ['an input that is no JSON', ['availability', 'visits', '--steps', '{', '--from', '2026-11-26'], 2],
  ['a procedure of the platform', ['tenants', 'findActive'], 2],
  ['a role that may not', ['users', 'findByTenant'], 3],
  ['an id that does not exist', ['bookings', 'get', '--id', noSuch], 4],
  ['what the schema refuses', ['bookings', 'findByTenantAndDate', '--date', 'tomorrow'], 6],
])('%s ends with its exit code', async (_, words, code) => {
  const answer = await call(['--json', ...words]);
  expect(answer.err).not.toBe('');
  expect(answer.code).toBe(code);
  expect(parsed(answer)).toMatchObject([{ error: { code: expect.any(String) as string } }]);
}); // prettier-ignore

test('what is wrong names the flag or field, what was given and what is expected', async () => {
  const said = async (...words: string[]) => (await call(words)).err;
  expect(await said('bookings', 'findByTenantAndDate', '--date', 'tomorrow')).toMatch(
    /^circe: date: "tomorrow" does not fit\. Write a day, such as 2026-11-24\. \(request /,
  );
  expect(await said('bookings', 'findByTenantAndDate')).toContain('Missing: --date (a day: 2026-11-24)');
  expect(await said('patients', 'findByTenant', '--limit', '1000')).toContain(
    'limit: 1000 does not fit. Write at most 200.',
  );
  expect(await said('patients', 'findByTenant', '--limit', 'many')).toContain(
    '--limit: "many" is no number. Write it as 15',
  );
  expect(await said('availability', 'visits', '--steps', '{', '--from', '2026-11-26')).toContain(
    `--steps: this is no JSON. Write it as [{"treatmentId":"${noSuch}"}]`,
  );
  const several = await said(...booking(practice, '10:00').slice(0, -4), '--source', 'fax', '--start-at', '1999-01-01T00:00Z', '--status', 'gone'); // prettier-ignore
  expect(several.split('\n')).toEqual([
    expect.stringMatching(
      /^circe: startAt: 1999-01-01T00:00:00\.000Z does not fit\. Write an instant from 2000/,
    ),
    '       source: "fax" does not fit. Write one of: walk-in, online.',
    '       status: "gone" does not fit. Write one of: pending, confirmed.',
  ]);
  expect(await said('bookings', 'cancel', '--id', noSuch, '--idempotency-key', 'a b')).toContain(
    'idempotencyKey: "a b" does not fit. Write visible ASCII characters without spaces',
  );
  const secret = await call(['--json', 'auth', 'choosePassword'], as('staff'), 'no-token\nshort\n');
  expect(secret).toMatchObject({
    code: 6,
    err: expect.stringContaining('password: This does not fit.') as string,
  });
  expect(JSON.stringify(secret)).not.toMatch(/no-token|"short/);
});

test('the help of a procedure says what it does, and what a flag takes', async () => {
  const help = async (...words: string[]) =>
    (await circe([...words, '--help'])).out.join('\n').replace(/\s+/g, ' ');
  expect(await help('bookings')).toContain('cancel [options] Cancels a booking, and frees its time.');
  expect(await help('users', 'findByTenant')).toMatch(
    /Lists the clinic's users.* On the platform: Lists who/,
  );
  expect(await help('patients', 'findByTenant')).toContain('--limit <number> 1 to 200; default 50');
  expect(await help('staff', 'addTimeOff')).toContain(
    'such as {"from":"2026-11-24","to":"2026-11-24"}; required',
  );
});

test('a time that is taken is a conflict, and says what is in the way', async () => {
  await call(booking(practice, '12:00'));
  const lost = await call(['--json', ...booking(practice, '12:00')]);
  expect(lost.code).toBe(5);
  expect(parsed(lost)).toMatchObject([
    { error: { code: 'CONFLICT_SLOT', details: { reasons: [{ code: 'BUSY' }] } } },
  ]);
});

test('nobody, a stranger, a flood and a silent server end with their exit codes', async () => {
  const { CIRCE_URL, CIRCE_TENANT } = as('staff');
  expect((await call(day, { CIRCE_URL, CIRCE_TENANT })).code).toBe(3);
  expect((await call(day, { ...as('staff'), CIRCE_TOKEN: `circe_${practice.slug}_nothing` })).code).toBe(3);
  expect((await call(day, { ...as('staff'), CIRCE_TENANT: 'elsewhere' })).code).toBe(4);
  const guess = ['auth', 'login', '--email', 'flood@clinic.test'];
  let code = 0;
  for (let tries = 0; tries < 11; tries++) ({ code } = await call(guess, as('staff'), 'wrong\n'));
  expect(code).toBe(7);
  const silent = await call(['--json', 'clinic', 'current'], {
    ...as('staff'),
    CIRCE_URL: 'http://127.0.0.1:9',
  });
  expect(silent.code).toBe(1);
  expect(parsed(silent)).toMatchObject([{ error: { code: 'UNREACHABLE' } }]);
});

test('a dry run changes nothing, and a key makes twice once', async () => {
  const cancel = async (...more: string[]) => {
    const { items } = await bookings.findByPatient(practice.clinic, practice.ayu.id);
    const open = items.find(({ status }) => status === 'pending')!;
    return { open, said: await call(['--json', 'bookings', 'cancel', '--id', open.id, ...more]) };
  };
  const { open, said } = await cancel('--dry-run');
  expect(parsed(said)).toMatchObject([{ data: { status: 'cancelled' } }]);
  expect(await bookings.get(practice.clinic, open.id)).toMatchObject({ status: 'pending' });
  const key = ['--idempotency-key', 'script/1'];
  const done = await cancel(...key);
  const again = await call(['--json', 'bookings', 'cancel', '--id', done.open.id, ...key]);
  expect(again).toMatchObject({ code: 0, out: done.said.out });
});

test('input comes as JSON too, from a file or standard input, with flags over it', async () => {
  const { facial, quick } = practice;
  const steps = [{ treatmentId: facial.id }, { treatmentId: quick.id }];
  const file = join(home, 'visit.json');
  await writeFile(file, JSON.stringify({ steps, from: '2026-11-27', days: 2 }));
  const offered = await call(['--json', 'availability', 'visits', '--input', `@${file}`, '--days', '1']);
  expect(offered.code).toBe(0);
  const visit = { patientId: practice.ayu.id, steps, source: 'online', startAt: '2026-11-27T03:00:00Z' };
  const booked = await call(
    ['--json', 'bookings', 'bookVisit', '--input', '-'],
    as('staff'),
    JSON.stringify(visit),
  );
  expect(parsed(booked)).toMatchObject([{ data: [{ startAt: visit.startAt.replace('Z', '.000Z') }, {}] }]);
});

test('a password is a line of standard input and no flag', async () => {
  const add = ['server', 'users', 'add', '--email', 'new@clinic.test', '--name', 'New', '--role', 'staff'];
  expect((await call([...add, '--password', 'in the list of processes'], as('admin'))).code).toBe(2);
  expect((await call(add, as('admin'), 'correct horse staple\n')).code).toBe(0);
  const everybody = await users.findByTenant(practice.clinic);
  expect(everybody.items.map(({ email }) => email)).toContain('new@clinic.test');
});

test('a program of the platform opens a clinic with its token, and none of its data', async () => {
  const { cookie } = await newPlatformAccount(db.database);
  const [, session = ''] = cookie.split('=');
  const env = (token: string) => ({ CIRCE_URL: server.url, CIRCE_TENANT: 'platform', CIRCE_TOKEN: token });
  const make = ['--json', 'apiTokens', 'create', '--name', 'Sign-up', '--scopes', 'tenants:write'];
  const [made] = parsed(await call(make, env(session))) as [{ data: { token: string } }];
  const { token } = made.data;
  const newClinic = ['--clinic', '{"name":"Klinik Kenanga","slug":"kenanga"}', '--administrator', '{"name":"Rani","email":"rani@kenanga.id"}']; // prettier-ignore
  const named = { CIRCE_URL: server.url, CIRCE_TOKEN: token };
  const opened = await call(['--json', 'server', 'tenants', 'provision', ...newClinic], named);
  expect(parsed(opened)).toMatchObject([{ data: { tenant: { slug: 'kenanga' }, link: { token: expect.any(String) as string } } }]); // prettier-ignore
  expect((await call(['server', 'tenants', 'provision', ...newClinic], named)).code).toBe(5);
  const found = await call(['--json', 'tenants', 'search', '--text', 'kenanga'], named);
  expect(parsed(found)).toMatchObject([{ data: { items: [{ usage: { maxUsers: { used: 1 } } }] } }]);
  expect((await call(['audit', 'find'], named)).code).toBe(3);
  expect((await call(day, { ...as('staff'), CIRCE_TOKEN: token })).code).toBe(3);
  // One name on both addresses, which takes something else on each.
  const invite = ['--json', 'users', 'invite', '--name', 'Anna', '--email', 'anna@circe.test'];
  expect(parsed(await call(invite, env(session)))).toMatchObject([{ data: { user: { role: 'platform_admin', hasPassword: false } } }]); // prettier-ignore
  expect((await call([...invite, '--role', 'admin'], env(session))).code).toBe(2);
  expect(parsed(await call([...invite, '--role', 'admin'], as('admin')))).toMatchObject([{ data: { user: { role: 'admin' } } }]); // prettier-ignore
  const login = ['login', '--url', server.url, '--token', '--profile', 'programs'];
  expect(await circe(login, { env: { HOME: home }, input: `${token}\n` })).toMatchObject({ code: 0 });
  expect((await circe(['logout', '--profile', 'programs'], { env: { HOME: home } })).code).toBe(0);
});

test('signing in keeps a profile that only its owner can read, and signing out forgets it', async () => {
  const env = { HOME: home };
  const { email } = practice.accounts.staff;
  const login = ['login', '--url', `${server.url}/`, '--tenant', practice.slug, '--email', email];
  expect((await circe(login, { env, input: 'wrong\n' })).code).toBe(3);
  const signedIn = await circe(login, { env, input: `${password}\n` });
  expect(signedIn).toMatchObject({ code: 0 });
  const file = join(home, '.config', 'circe', 'profiles.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const kept = await readFile(file, 'utf8');
  expect(kept).not.toContain(password);
  expect(await circe(day, { env })).toMatchObject({ code: 0 });

  const platform = await newPlatformAccount(db.database);
  const asPlatform = ['login', '--url', server.url, '--tenant', 'platform', '--email', platform.email];
  await circe([...asPlatform, '--profile', 'root'], { env, input: `${password}\n` });
  expect((await circe(['tenants', 'findActive'], { env })).code).toBe(0);
  expect((await circe([...day, '--profile', practice.slug], { env })).code).toBe(0);
  expect((await circe([...day, '--profile', '__proto__'], { env })).code).toBe(2);
  const listed = await circe(['profiles'], { env });
  expect(parsed(listed)).toMatchObject([{ current: false }, { profile: 'root', current: true }]);
  expect(listed.out.join()).not.toContain('token');

  expect(await circe(['logout', '--profile', practice.slug], { env })).toMatchObject({ code: 0 });
  expect((await circe([...day, '--profile', practice.slug], { env })).code).toBe(2);
  await writeFile(file, kept);
  expect((await circe(day, { env })).code).toBe(3);
  await chmod(file, 0o644);
  expect(await circe(day, { env })).toMatchObject({
    code: 2,
    err: expect.stringContaining('chmod 600') as string,
  });
  await chmod(file, 0o600);
  await writeFile(file, '{"profiles":[]}');
  expect((await circe(day, { env })).code).toBe(2);
});

test('a slug that the clinic had before leads to the one of today, which is kept and said', async () => {
  const { clinic, slug, accounts } = await newStaffedPractice(db.database);
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  const program = (await aToken(clinic, 'bookings:read')).token;
  const now = `${slug}-now`;
  await tenants.update(platform, clinic.tenant.id, { slug: now });
  const env = { HOME: await mkdtemp(join(home, 'moved-')) };
  const login = ['login', '--url', server.url];
  const asked = ['--tenant', slug, '--email', accounts.staff.email];
  for (const [words, input] of [
    [asked, password],
    [['--token', '--profile', 'program'], program],
  ] as const) {
    const said = await circe([...login, ...words], { env, input: `${input}\n` });
    expect(said).toMatchObject({ code: 0, err: expect.stringContaining(`"${now}" now`) as string });
    expect(parsed(said)).toMatchObject([{ tenant: now }]);
    expect((await circe(day, { env })).code).toBe(0);
  }
  const listed = await circe(['profiles'], { env });
  expect(parsed(listed)).toMatchObject([
    { profile: now, tenant: now },
    { profile: 'program', tenant: now },
  ]);
  const again = await circe([...login, '--tenant', now, '--email', accounts.staff.email], { env, input: `${password}\n` }); // prettier-ignore
  expect(again).toMatchObject({ code: 0, err: '' });
});

test('without a terminal nothing is asked, and a token goes nowhere but where it belongs', async () => {
  expect((await circe(['login'])).err).toContain('--url');
  expect((await circe(['login', '--url', 'file:///etc', '--tenant', 'x', '--email', 'x'])).code).toBe(2);
  expect((await circe(['login', '--url', server.url, '--token'], { input: 'secret\n' })).code).toBe(2);
  expect((await circe(day)).err).toContain('circe login');
  expect((await circe(day, { env: { CIRCE_TOKEN: 'circe_x_y' } })).err).toContain('CIRCE_URL');
});
