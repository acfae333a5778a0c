import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { patients, tenants } from '@paper-circe/core';
import { testDatabase } from '@paper-circe/core/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { newStaffedPractice, type StaffedPractice } from '../testing/accounts.ts';
import { aToken } from '../testing/procedures.ts';
import { testServer } from '../testing/server.ts';
import { createClient, isCirceError } from './index.ts';

const db = testDatabase();
const server = testServer(() => ({ database: db.database }));

let practice: StaffedPractice;
beforeAll(async () => {
  practice = await newStaffedPractice(db.database);
});

let phones = 0;
const somebody = () => ({ name: 'Rina', phone: `0813 0000 ${String(++phones).padStart(4, '0')}` });
const clientWith = (fetch = globalThis.fetch) =>
  createClient({ url: server.url, tenant: practice.slug, token: practice.accounts.staff.token, fetch });
const thrownBy = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error); // prettier-ignore

/** A network that loses the first answers on their way back. */
function losing(answers: number) {
  const seen: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    seen.push(new Request(input, init));
    const answer = await globalThis.fetch(input, init);
    if (seen.length > answers) return answer;
    await answer.body?.cancel();
    throw new TypeError('fetch failed');
  };
  return { seen, fetch };
}

test('a mutation whose answer was lost is sent again and done once', async () => {
  const { seen, fetch } = losing(2);
  const given = somebody();
  const { id } = await clientWith(fetch).patients.register.mutate(given);
  expect(seen).toHaveLength(3);
  expect(new Set(seen.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  expect(await patients.findByTenantAndPhone(practice.clinic, given.phone)).toMatchObject({ id });
});

test('a network that stays away is given up on', async () => {
  const { seen, fetch } = losing(9);
  const error = await thrownBy(clientWith(fetch).clinic.current.query());
  expect(isCirceError(error)).toBe(false);
  expect(seen).toHaveLength(3);
});

test('whoever has waited for an answer that says not now is not made to wait as long once more', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { seen, fetch } = losing(9);
  const slow: typeof globalThis.fetch = async (...asked) => {
    vi.setSystemTime(Date.now() + 5_000);
    return fetch(...asked);
  };
  try {
    await thrownBy(clientWith(slow).patients.register.mutate(somebody()));
    await thrownBy(clientWith(slow).clinic.current.query());
  } finally {
    vi.useRealTimers();
  }
  expect(seen).toHaveLength(2);
});

test('what was refused, and what gives out a secret, is not sent again', async () => {
  const { seen, fetch } = losing(0);
  const refused = await thrownBy(clientWith(fetch).patients.register.mutate({ name: '', phone: '' }));
  expect(isCirceError(refused, 'VALIDATION')).toBe(true);
  expect(seen).toHaveLength(1);
  const lost = losing(1);
  await thrownBy(clientWith(lost.fetch).auth.login.mutate({ email: 'a@b.id', password: 'wrong' }));
  expect(lost.seen).toHaveLength(1);
});

test('a program whose clinic is suspended is told so, and asks once', async () => {
  const { slug, clinic, accounts } = await newStaffedPractice(db.database);
  const { token } = await aToken(clinic, 'clinic:read');
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  await tenants.suspend(platform, clinic.tenant.id, { reason: 'Unpaid' });
  for (const credential of [token, accounts.staff.token]) {
    const { seen, fetch } = losing(0);
    const client = createClient({ url: server.url, tenant: slug, token: credential, fetch });
    const error = await thrownBy(client.clinic.current.query());
    expect(isCirceError(error, 'FORBIDDEN') && error.data.circe).toMatchObject({
      message: 'This clinic is suspended. All of its data is kept.',
      details: { needs: 'active clinic' },
    });
    expect(seen).toHaveLength(1);
  }
});

test('a program that starts again with its own key finds what it did before', async () => {
  const given = somebody();
  const context = { idempotencyKey: 'nightly/2026-11-24/1' };
  const first = await clientWith().patients.register.mutate(given, { context });
  expect(await clientWith().patients.register.mutate(given, { context })).toEqual(first);
  const other = await thrownBy(clientWith().patients.register.mutate(somebody(), { context }));
  expect(isCirceError(other, 'CONFLICT_DUPLICATE')).toBe(true);
});

test('a key that is none is refused', async () => {
  for (const idempotencyKey of ['', 'with space', 'x'.repeat(201)]) {
    const error = await thrownBy(
      clientWith().patients.register.mutate(somebody(), { context: { idempotencyKey } }),
    );
    expect(isCirceError(error, 'VALIDATION')).toBe(true);
  }
});

test('a dry run answers what would be, refuses what would be refused, and leaves nothing', async () => {
  const given = somebody();
  const context = { dryRun: true };
  expect(await clientWith().patients.register.mutate(given, { context })).toMatchObject({ name: 'Rina' });
  expect(await patients.findByTenantAndPhone(practice.clinic, given.phone)).toBeUndefined();
  const { ayu } = practice;
  const taken = { ...given, phone: ayu.phone };
  const error = await thrownBy(clientWith().patients.register.mutate(taken, { context }));
  expect(isCirceError(error, 'CONFLICT_DUPLICATE')).toBe(true);
});

test('two mutations at once keep their keys apart', async () => {
  const { seen, fetch } = losing(0);
  const client = clientWith(fetch);
  await Promise.all([client.patients.register.mutate(somebody()), client.patients.register.mutate(somebody())]); // prettier-ignore
  expect(new Set(seen.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(2);
});

test('it asks for nothing that only Node has, live events neither, as there is nothing of it in an edge runtime', async () => {
  const { name, phone } = somebody();
  const given = [server.url, practice.slug, practice.accounts.staff.token, name, phone];
  const program = `
    const asked = [];
    for (const name of ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate', 'require']) {
      const own = globalThis[name];
      // Node's own parts, its fetch among them, go on with it.
      const get = () => (/node:/.test(new Error().stack.split('\\n')[2]) || asked.push(name), own);
      Object.defineProperty(globalThis, name, { get, configurable: true });
    }
    delete globalThis.MessageEvent;
    delete globalThis.EventSource;
    const fetched = fetch;
    globalThis.fetch = (input, init = {}) => {
      const unknown = ['cache', 'credentials', 'mode', 'keepalive'].filter((field) => init[field] !== undefined);
      if (unknown.length > 0) throw new TypeError(unknown + ' is not implemented');
      return fetched(input, init);
    };
    const { createClient, isCirceError } = await import('@paper-circe/api/client');
    const [url, tenant, token, name, phone] = ${JSON.stringify(given)};
    const client = createClient({ url, tenant, token });
    const events = [];
    const begun = Promise.withResolvers();
    const told = Promise.withResolvers();
    const listening = client.live.events.subscribe(undefined, {
      onData: (event) => (events.push(event) === 1 ? begun.resolve() : told.resolve()),
      onConnectionStateChange: ({ error }) => error && told.reject(error),
    });
    await Promise.race([begun.promise, told.promise]);
    const { id } = await client.patients.register.mutate({ name, phone });
    await told.promise;
    listening.unsubscribe();
    const { createdAt } = await client.patients.get.query({ id });
    const twice = await client.patients.register.mutate({ name, phone }).catch((error) => error);
    const seen = [id, events[1].data.documentId, createdAt instanceof Date, isCirceError(twice, 'CONFLICT_DUPLICATE'), [...asked]];
    void Buffer;
    console.log(JSON.stringify([...seen, asked]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('../../../../packages/cli', import.meta.url),
  });
  const patient = await patients.findByTenantAndPhone(practice.clinic, phone);
  // The last one is this program's own question, which has to be seen.
  expect(JSON.parse(stdout)).toEqual([patient?.id, patient?.id, true, true, [], ['Buffer']]);
});
