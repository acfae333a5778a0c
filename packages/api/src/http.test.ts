import { request as httpRequest } from 'node:http';
import { apiTokens, tenants } from '@paper-circe/core';
import { testDatabase } from '@paper-circe/core/testing';
import { beforeAll, expect, test } from 'vitest';
import { budgetOf } from './api-tokens/index.ts';
import { createClient, isCirceError } from './client/index.ts';
import { handleTrpc } from './http.ts';
import { aToken } from './testing/procedures.ts';
import { newStaffedPractice, password, type StaffedPractice } from './testing/accounts.ts';
import { testServer } from './testing/server.ts';

const db = testDatabase();
const lines: object[] = [];
const server = testServer(() => ({ database: db.database, log: (line) => void lines.push(line) }));

let practice: StaffedPractice;
beforeAll(async () => {
  practice = await newStaffedPractice(db.database);
});

interface Shape {
  error: { json: { message: string; data: { httpStatus: number; path?: string; stack?: string; circe: { code: string; requestId: string } } } };
} // prettier-ignore

function send(path: string, init: RequestInit = {}, slug = practice.slug): Promise<Response> {
  return fetch(`${server.url}/api/${slug}/trpc/${path}`, {
    ...init,
    headers: {
      cookie: practice.accounts.staff.cookie,
      ...(init.headers as Record<string, string> | undefined),
    },
  });
}

const posted = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
});

const rina = JSON.stringify({ json: { name: 'Rina', phone: '0812 7777 0009' } });

test.each([
  ['a foreign origin', { origin: 'https://evil.test' }],
  ['the origin of a sibling port', { origin: 'http://127.0.0.1:1' }],
  ['no origin that can be told', { origin: 'null' }],
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling site', { 'sec-fetch-site': 'same-site' }],
])('a change asked for by %s is refused, whatever its content type', async (_, headers) => {
  for (const type of [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ]) {
    const answer = await send('patients.register', posted(rina, { ...headers, 'content-type': type }));
    expect(answer.status).toBe(403);
    expect(((await answer.json()) as Shape).error.json.data.circe).toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('our own page and programs that are no browsers may change things', async () => {
  const own = await send(
    'patients.register',
    posted(rina, { origin: server.url, 'sec-fetch-site': 'same-origin' }),
  );
  expect(own.status).toBe(200);
  const script = await send('patients.search', posted('{"json":{"text":"rina"}}'));
  expect(await script.json()).toMatchObject({ result: { data: { json: { items: [{ name: 'Rina' }] } } } });
});

test('what is no JSON is not read', async () => {
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/octet-stream']) {
    const answer = await send('patients.register', posted(rina, { 'content-type': type }));
    expect(answer.status).toBe(415);
  }
});

test('a change by GET is refused, and so is a token in the address', async () => {
  const changed = await send(`patients.register?input=${encodeURIComponent(rina)}`);
  expect(changed.status).toBe(405);
  const { token } = practice.accounts.staff;
  const program = await aToken(practice.clinic, 'patients:read');
  for (const name of ['token', 'access_token', 'authorization', 'api_key']) {
    const query = `${name}=${encodeURIComponent(program.token)}`;
    const answer = await send(`patients.findByTenant?${query}`, { headers: { cookie: '' } });
    expect(answer.status).toBe(401);
  }
  const asCookie = { cookie: practice.accounts.staff.cookie.replace(/=.*/, `=${program.token}`) };
  expect((await send('patients.findByTenant', { headers: asCookie })).status).toBe(401);
  for (const name of ['token', 'access_token', 'authorization', 'connectionParams']) {
    const value = name === 'connectionParams' ? JSON.stringify({ token }) : token;
    const answer = await send(`auth.me?${name}=${encodeURIComponent(value)}`, { headers: { cookie: '' } });
    expect(answer.status).toBe(401);
  }
});

test('a batch holds at most 20 calls', async () => {
  const batch = (n: number) => send(`${Array(n).fill('clinic.current').join(',')}?batch=1`);
  const fine = await batch(20);
  expect(fine.status).toBe(200);
  expect(await fine.json()).toHaveLength(20);
  const refused = await batch(21);
  expect(refused.status).toBe(400);
  expect(((await refused.json()) as Shape).error.json.data.circe.code).toBe('VALIDATION');
});

test('a body has at most 256 KB, whatever it says of its length', async () => {
  const big = JSON.stringify({ json: { name: 'x'.repeat(300 * 1024) } });
  const honest = await send('patients.register', posted(big));
  expect(honest.status).toBe(413);
  // In pieces, without saying how many.
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', cookie: practice.accounts.staff.cookie };
    const request = httpRequest(`${server.url}/api/${practice.slug}/trpc/patients.register`, {
      method: 'POST',
      headers,
    });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on('error', reject);
    const piece = 'x'.repeat(16 * 1024);
    const feed = () => {
      if (!request.destroyed) request.write(piece, () => setTimeout(feed, 1));
    };
    request.write('{"json":{"name":"');
    feed();
  });
  expect(status).toBe(413);
  const fits = await send(
    'patients.search',
    posted(JSON.stringify({ json: { text: '' }, pad: 'x'.repeat(250 * 1024) })),
  );
  expect(fits.status).toBe(200);
});

test('what cannot be read is refused without repeating it', async () => {
  const deep = `{"json":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  for (const body of ['{"json":SECRET', '[]', 'null', '"SECRET"', deep]) {
    const answer = await send('patients.register', posted(body));
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).not.toContain('SECRET');
    expect((JSON.parse(text) as Shape).error.json.data.circe.code).toBe('VALIDATION');
  }
});

test('what is nested deeper than anything of ours is refused before it is read, and brackets in a text are none', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  for (const body of [nested(65), `{"json":{"name":"\\\\","phone":${nested(100_000)}}}`]) {
    const answer = await send('patients.register', posted(body));
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('nested too deep')]);
  }
  const notes = `\\" ${'[{'.repeat(300)} \\`;
  const given = { name: 'Rara', phone: '0812 7777 0019', notes };
  const taken = await send('patients.register', posted(JSON.stringify({ json: given })));
  expect(await taken.json()).toMatchObject({ result: { data: { json: { notes } } } });
  expect(await (await send('patients.register', posted(nested(64)))).text()).not.toContain('nested');
});

test('who goes away in the middle of sending is no bug of ours, and no line of the log', async () => {
  const [cut, logged] = [Promise.withResolvers<void>(), [] as object[]];
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"json":')),
    pull: (controller) => cut.promise.then(() => controller.error(new Error('aborted'))),
  });
  const init = { ...posted(''), body, duplex: 'half' } as const;
  const request = new Request(`${server.url}/api/${practice.slug}/trpc/patients.register`, init);
  const log = (line: object) => void logged.push(line);
  const where = { database: db.database, tenant: practice.slug, address: '127.0.0.1', log };
  const answer = handleTrpc(request, where);
  cut.resolve();
  expect((await answer).status).toBe(400);
  expect(logged).toEqual([]);
});

test('every answer carries a request id, and every error the same one', async () => {
  const fine = await send('clinic.current');
  expect(fine.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(fine.headers.get('cache-control')).toBe('no-store');
  const stream = await send('live.events');
  expect(stream.headers.get('cache-control')).toBe('no-store, no-transform');
  await stream.body?.cancel();
  const answers = [
    await send('no.such'),
    await send('auth.me', { headers: { cookie: '' } }),
    await send('patients.get', posted('{"json":{"id":"x"}}')),
    await send('clinic.current', {}, 'nowhere'),
    await send('patients.register', posted(rina, { origin: 'https://evil.test' })),
  ];
  for (const answer of answers) {
    const { data } = ((await answer.json()) as Shape).error.json;
    expect(data.circe.requestId).toBe(answer.headers.get('x-request-id'));
    expect(data.stack).toBeUndefined();
  }
});

test('a clinic is called by a slug that it had before, session and all, and says where it is now', async () => {
  const { clinic, slug, accounts } = await newStaffedPractice(db.database);
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  await tenants.update(platform, clinic.tenant.id, { slug: `${slug}-now` });
  const { cookie } = accounts.staff;
  for (const [address, link] of [
    [slug, `</api/${slug}-now/trpc>; rel="canonical"`],
    [`${slug}-now`, null],
  ] as const) {
    const answer = await send('auth.me', { headers: { cookie } }, address);
    expect([answer.status, answer.headers.get('link')]).toEqual([200, link]);
  }
  const out = await send(
    'auth.logout',
    { ...posted('{}'), headers: { ...posted('{}').headers, cookie } },
    slug,
  );
  const gone = out.headers.getSetCookie().map((one) => one.split('=')[0]);
  expect(gone).toEqual([`circe_${slug}-now`, `circe_${slug}`]);
});

test('signing in sets the cookie on the answer, and signing out takes it away', async () => {
  const { email } = practice.accounts.admin;
  const login = await send(
    'auth.login',
    posted(JSON.stringify({ json: { email, password } }), { cookie: '' }),
  );
  const cookie = login.headers.getSetCookie();
  expect(cookie).toHaveLength(1);
  expect(cookie[0]).toMatch(
    /^circe_clinic-[\w-]+=[a-z0-9]{40}; Path=\/; Max-Age=2592000; SameSite=Lax; HttpOnly$/,
  );
  expect(await login.text()).not.toContain(cookie[0]!.split(/[=;]/)[1]!);
  const headers = { cookie: cookie[0]!.split(';')[0]! };
  expect((await send('auth.me', { headers })).status).toBe(200);
  const logout = await send('auth.logout', posted('', headers));
  expect(logout.headers.getSetCookie()[0]).toMatch(/^circe_clinic-[\w-]+=; Path=\/; Max-Age=0; /);
  expect((await send('auth.me', { headers })).status).toBe(401);
});

test('a bug is told by its request id only, and logged without personal data', async () => {
  const raw = db.database.db.collection<{ _id: string }>('tenants');
  const slug = `broken-${process.pid}`;
  await raw.insertOne({ _id: 'Ibu Ayu 0812', name: 'Broken', slug, isActive: true } as { _id: string });
  const answer = await send('clinic.current', {}, slug);
  expect(answer.status).toBe(500);
  const { message, data } = ((await answer.json()) as Shape).error.json;
  expect(message).toBe('Something went wrong on our side.');
  expect(data.circe.code).toBe('INTERNAL');
  const logged = JSON.stringify(lines);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: 'error',
    event: 'unexpected',
    requestId: data.circe.requestId,
    tenant: slug,
  });
  expect(logged).not.toContain('Ibu Ayu');
  expect(logged).toContain('at ');
});

test('the typed client tells errors apart and narrows their details', async () => {
  const { slug, accounts, ayu, facial, dewi } = practice;
  const client = createClient({ url: server.url, tenant: slug, token: accounts.staff.token });
  const taken = await client.patients.register
    .mutate({ name: 'Other', phone: ayu.phone })
    .catch((error: unknown) => error);
  expect(isCirceError(taken)).toBe(true);
  expect(isCirceError(taken, 'NOT_FOUND')).toBe(false);
  if (!isCirceError(taken, 'CONFLICT_DUPLICATE')) throw taken;
  expect(taken.data.circe.details).toEqual({ field: 'phone', id: ayu.id });

  const booking = { patientId: ayu.id, treatmentId: facial.id, staffId: dewi.id, source: 'online' } as const;
  const startAt = new Date('2026-11-26T03:00:00Z');
  const won = await client.bookings.book.mutate({ ...booking, startAt });
  expect(won.startAt).toEqual(startAt);
  const lost = await client.bookings.book.mutate({ ...booking, startAt }).catch((error: unknown) => error);
  if (!isCirceError(lost, 'CONFLICT_SLOT')) throw lost;
  expect(lost.data.circe.details.reasons).toEqual([{ code: 'BUSY', bookingId: won.id }]);
  expect(isCirceError(new Error('offline'))).toBe(false);
});

test('a program is told how often it may call, call by call, and is sent away when it calls more', async () => {
  const { token } = await aToken(practice.clinic, 'patients:read');
  const headers = { authorization: `Bearer ${token}`, cookie: '' };
  const batch = (n: number) =>
    send(`${Array(n).fill('patients.findByTenant').join(',')}?batch=1`, { headers });
  const first = await batch(20);
  expect(first.headers.get('ratelimit-policy')).toBe('"token";q=1200;w=60');
  expect(first.headers.get('ratelimit')).toBe('"token";r=1180;t=60');
  const [id] = (await apiTokens.findByTenant(practice.clinic, { limit: 1 })).items.map((made) => made.id);
  for (let n = 20; n < 1200; n++) budgetOf(db.database).spend(id!, db.clock.now.getTime());
  const refused = await send('patients.findByTenant', { headers });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(refused.headers.get('ratelimit')).toBe('"token";r=0;t=60');
  db.clock.now = new Date(db.clock.now.getTime() + 60_000);
  expect((await batch(2)).headers.get('ratelimit')).toBe('"token";r=1198;t=60');
  expect((await send('clinic.current')).headers.has('ratelimit')).toBe(false);
});

test('the client splits what is too much for one batch', async () => {
  const { slug, accounts, ayu } = practice;
  const client = createClient({ url: `${server.url}/`, tenant: slug, token: accounts.staff.token });
  const all = await Promise.all(Array.from({ length: 45 }, () => client.patients.get.query({ id: ayu.id })));
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set([ayu.id]));
});

test('of whoever may not call it nothing is read: what is no JSON is answered by who asks, and then by what it is', async () => {
  const broken = '{"json": {';
  const nobody = await send('patients.register', posted(broken, { cookie: '' }));
  expect(nobody.status).toBe(401);
  expect(((await nobody.json()) as Shape).error.json.data.circe.code).toBe('UNAUTHENTICATED');
  const somebody = await send('patients.register', posted(broken));
  expect(somebody.status).toBe(400);
  expect(((await somebody.json()) as Shape).error.json.data.circe.code).toBe('VALIDATION');
});
