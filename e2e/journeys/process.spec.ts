import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, type APIResponse } from 'playwright/test';
import { call } from '../desk.ts';
import { freePort, Product } from '../server.ts';
import { open, opening, speak } from '../test.ts';

const server = join(import.meta.dirname, '..', '..', 'apps', 'portal', 'server.js');
const circe = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'src', 'main.ts');
const startWith = (environment: Record<string, string>) =>
  spawnSync(process.execPath, [server], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  });

interface Health {
  readonly status: string;
  readonly disk?: string;
  readonly backup: { readonly newest: string | null; readonly loggedUntil: string | null };
}

test('a wrong environment is told in one line and ends with 1', () => {
  for (const [environment, complaint] of [
    [{ PORT: 'http' }, 'PORT must be a number from 0 to 65535, not "http".'],
    [{ CIRCE_BACKUP: '/proc/none/at/all' }, 'CIRCE_BACKUP: /proc/none/at/all cannot be written'],
    [{ CIRCE_BACKUP: 's3://bucket' }, 'CIRCE_BACKUP: AWS_ACCESS_KEY_ID is not set: a bucket needs it.'],
    [
      { CIRCE_DATA: '/proc/none/at/all' },
      'CIRCE_DATA: /proc/none cannot be written: it cannot be made there',
    ],
    [{ CIRCE_DATA: '/dev/null' }, 'CIRCE_DATA: /dev/null cannot be written: there is a file of that name'],
    [{ CIRCE_LOG: 'xml' }, 'CIRCE_LOG must be text or json, not "xml".'],
    [{ HOST: 'a b' }, 'HOST must be a host name or an address, not "a b".'],
    [{ ORIGIN: 'desk.example.com' }, 'ORIGIN must be an address such as'],
    [{ ORIGIN: 'https://example.com/desk' }, 'ORIGIN must be an address such as'],
  ] as const) {
    const { status, stderr, stdout } = startWith(environment);
    expect(status).toBe(1);
    expect(stderr).toContain(`Paper Circe could not start: ${complaint}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  }
});

test('a database that cannot be opened is told in one line, with nothing of its address that is secret', () => {
  for (const [uri, complaint] of [
    ['mongodb://me:ge@heim@h', 'The address of the database is none of a MongoDB: an @ in'],
    ['mongodb://me:geheim@h/?nonsense=1', 'option nonsense is not supported'],
    ['mongodb://me:geheim@127.0.0.1:9', 'nobody listens there (ECONNREFUSED)'],
  ] as const) {
    const { status, stderr, stdout } = startWith({ MONGODB_URI: uri });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Paper Circe could not start: [^\n]*\n$/);
    expect(stderr).toContain(complaint);
    expect(stdout + stderr).not.toContain('heim');
  }
});

test('with CIRCE_LOG=json everything that is said is an object of a line, with its time and level', async () => {
  const { stderr } = startWith({ CIRCE_LOG: 'json', PORT: 'http' });
  expect(JSON.parse(stderr)).toMatchObject({ level: 'error' });
  expect(stderr).toContain('PORT must be');
  await using product = await Product.start({ CIRCE_DEMO: '0', CIRCE_LOG: 'json' });
  const lines = product.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { time: string; level: string; message: string });
  expect(lines.length).toBeGreaterThan(1);
  for (const { time, level } of lines) expect([level, Date.parse(time) > 0]).toEqual(['info', true]);
  expect(lines.at(-1)?.message).toMatch(/^Paper Circe is ready: .*\n.*\/setup\//);
});

test('a port that is taken is told before anything else starts, and so is a file that another process holds', async () => {
  await using product = await Product.start({ CIRCE_DEMO: '0' });
  const { status, stderr } = startWith({ PORT: new URL(product.url).port, CIRCE_DATA: product.data });
  expect(status).toBe(1);
  expect(stderr).toContain('is in use; set PORT to another one.');
  const second = startWith({ PORT: '0', CIRCE_DATA: product.data, CIRCE_DEMO: '0' });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain('is in use by another process');
});

test('a form is accepted on plain http, refused from another site, and accepted behind a proxy', async ({
  request,
}) => {
  const post = (product: Product, origin: string) =>
    request.post(`${product.url}/language`, {
      form: { locale: 'en', back: '//evil.example/x' },
      headers: { origin },
      maxRedirects: 0,
    });
  {
    await using plain = await Product.start({ CIRCE_DEMO: '0' });
    const accepted = await post(plain, plain.url);
    expect(accepted.status()).toBe(303);
    expect(accepted.headers()['location']).toBe('/');
    expect((await post(plain, 'https://evil.example')).status()).toBe(403);
    const claimed = await request.post(`${plain.url}/language`, {
      form: { locale: 'en', back: '/' },
      headers: { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' },
    });
    expect(claimed.status()).toBe(403);
    expect(accepted.headers()['strict-transport-security']).toBeUndefined();
    for (const path of ['/health/live', '/health/ready'])
      expect(await (await request.get(plain.url + path)).json()).toEqual({ status: 'ok' });
    await request.get(`${plain.url}/jakarta/login`);
    const metrics = await request.get(`${plain.url}/metrics`);
    expect(metrics.status()).toBe(200);
    const text = await metrics.text();
    expect(text).toContain(
      'circe_http_request_duration_seconds_count{route="/language",method="POST",status="3xx"} 1',
    );
    expect(text).toMatch(/^circe_database_connections [1-9]/m);
    expect(text).not.toContain('jakarta');
  }
  await using proxied = await Product.start({ CIRCE_DEMO: '0', ORIGIN: 'https://desk.example.com' });
  expect(proxied.output).toContain('Paper Circe is ready: https://desk.example.com\n');
  expect(proxied.output).toMatch(/ up on https:\/\/desk\.example\.com\/setup\/[\w-]{24}$/m);
  const safe = await post(proxied, 'https://desk.example.com');
  expect(safe.status()).toBe(303);
  expect(safe.headers()['strict-transport-security']).toBe('max-age=31536000');
  expect((await post(proxied, proxied.url)).status()).toBe(403);
  expect((await request.get(`${proxied.url}/metrics`)).status()).toBe(404);
});

test('who goes away in the middle of a form leaves no error in the log', async () => {
  await using product = await Product.start({ CIRCE_DEMO: '0' });
  const { host, port, origin } = new URL(product.url);
  const socket = connect(Number(port), '127.0.0.1');
  const headers = [`Host: ${host}`, `Origin: ${origin}`, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 5000']; // prettier-ignore
  socket.write(`POST /language HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\nlocale=e`);
  await pause(500);
  socket.destroy();
  await pause(500);
  expect(product.output).not.toContain('"level":"error"');
});

test('behind a proxy a clinic is reached under its own domain too, and no other host is believed', async ({
  request,
}) => {
  const desk = 'desk.example.com';
  await using product = await Product.start({ CIRCE_CLOCK: opening, ORIGIN: `https://${desk}` });
  const password = product.demoPassword;
  /** As Caddy passes it on. */
  const ask = (host: string, path: string, { headers = {}, ...options }: Asking = {}) => {
    const forwarded = { host, 'x-forwarded-host': host, 'x-forwarded-proto': 'https', ...headers };
    return request.fetch(product.url + path, { maxRedirects: 0, ...options, headers: forwarded });
  };
  const post = (host: string, path: string, form: Record<string, string>, headers = {}) => {
    const given = { origin: `https://${host}`, accept: 'text/html', ...headers };
    return ask(host, path, { method: 'POST', form, headers: given });
  };
  const signIn = (host: string, tenant: string, email: string) =>
    post(host, `/${tenant}/login`, { email, password });
  const speaks = async (host: string, headers = {}) =>
    (await post(host, '/language', { locale: 'en', back: '/' }, headers)).status();
  const cookieOf = (answer: APIResponse) => answer.headers()['set-cookie'] ?? '';
  const own = 'melati.example';
  const cookie = cookieOf(await signIn(desk, 'platform', 'platform@circe.demo'));
  // Until it is the clinic's, its pages are those of the configured address, and its forms foreign.
  expect(await speaks(own)).toBe(403);
  expect((await ask(desk, `/health/domain?domain=${own}`)).status()).toBe(404);
  const procedure = async (path: string, json: object, method = 'POST') =>
    ask(desk, `/api/platform/trpc/${path}`, {
      method,
      data: { json },
      headers: { cookie, origin: `https://${desk}` },
    });
  const found = (await (await procedure('tenants.search', { text: 'jakarta' })).json()) as Found;
  const [clinic] = found.result.data.json.items;
  expect((await procedure('tenants.update', { id: clinic?.id, domain: own })).status()).toBe(200);

  expect((await ask(desk, `/health/domain?domain=${own}`)).status()).toBe(200);
  const home = await ask(own.toUpperCase(), '/');
  expect([home.status(), home.headers()['location']]).toEqual([303, '/jakarta']);
  const signedIn = await signIn(own, 'jakarta', 'staff@jakarta.demo');
  expect([signedIn.status(), signedIn.headers()['location']]).toEqual([303, '/jakarta']);
  expect(cookieOf(signedIn)).toMatch(/^__Host-circe_jakarta=.*; Secure/);
  expect((await ask(own, '/jakarta', { headers: { cookie: cookieOf(signedIn) } })).status()).toBe(200);
  // Under its domain there is this clinic and nothing else, in whatever spelling and whoever is signed in.
  const hidden = [
    '/bali/login',
    '/book/bali',
    '/platform',
    '/platform/login',
    '/api/bali/trpc/clinic.current',
    '/api/platform/trpc/auth.me',
  ];
  for (const host of [own, own.toUpperCase(), `${own}.`]) {
    const there = async (path: string) => (await ask(host, path, { headers: { cookie } })).status();
    for (const path of ['/jakarta/login', '/api/jakarta/trpc/clinic.current'])
      expect(await there(path), `${path} under ${host}`).toBe(200);
    for (const path of hidden) expect(await there(path), `${path} under ${host}`).toBe(404);
    expect((await ask(host, '/?clinic=bali')).headers()['location']).toBe('/jakarta');
  }
  expect((await ask(desk, '/platform', { headers: { cookie } })).status()).toBe(200);
  // A proxy that asks under a name of its own says the public one beside it, the last when there were several.
  expect(await speaks(own, { host: 'portal:3000', 'x-forwarded-host': `evil.example, ${own}` })).toBe(303);
  for (const [host, origin] of [
    [own, `https://${desk}`],
    [desk, `https://${own}`],
    [own, `http://${own}`],
    [`${own}:8443`, `https://${own}:8443`],
    ['evil.example', 'https://evil.example'],
    [`${own}.evil.example`, `https://${own}.evil.example`],
    [`evil.example@${own}`, 'https://evil.example'],
  ] as const)
    expect(await speaks(host, { origin }), `${origin} to ${host}`).toBe(403);
});

interface Asking {
  readonly method?: string;
  readonly form?: Record<string, string>;
  readonly data?: object;
  readonly headers?: Record<string, string>;
}

interface Found {
  readonly result: {
    readonly data: { readonly json: { readonly items: readonly { readonly id: string }[] } };
  };
}

test('it starts again after it was killed, and when told to end it finishes what it has begun', async ({
  request,
}) => {
  await using product = await Product.start({ CIRCE_DEMO: '0', CIRCE_BACKUP: 'backups', CIRCE_DRAIN: '1' });
  // Its first backup, which it makes at once.
  const backups = async () => ((await (await request.get(`${product.url}/health`)).json()) as Health).backup;
  const newest = async () => (await backups()).newest;
  await expect.poll(newest).not.toBeNull();
  const metrics = await (await request.get(`${product.url}/metrics`)).text();
  for (const name of ['backup_age', 'backup_log_age', 'change_stream_lag'])
    expect(metrics).toMatch(new RegExp(`^circe_${name}_seconds \\d`, 'm'));
  await product.kill();
  const killedAt = Date.now();
  const starting = product.start();
  // Whoever comes too early is not answered, so that a proxy which asks for no health gives his form to another one.
  const early = await answersUntil(starting, `${product.url}/health/ready`);
  await starting;
  expect(early.filter((status) => status !== 200)).toEqual([]);
  expect(await newest()).not.toBeNull();
  // It writes the log of changes on at once: nobody waits for the lease of the dead, which has half a minute to live.
  const isLogged = async () => Date.parse((await backups()).loggedUntil ?? '') > killedAt;
  await expect.poll(isLogged, { timeout: 15_000 }).toBe(true);
  expect((await request.get(`${product.url}/components`)).ok()).toBe(true);
  const form = await begunForm(product.url);
  const stopped = product.stop();
  // First it says to a proxy that it leaves, and answers whoever comes nevertheless.
  const ready = async () => (await request.get(`${product.url}/health/ready`)).status();
  await expect.poll(ready, { intervals: [20] }).toBe(503);
  expect((await request.get(`${product.url}/components`)).headers()['connection']).toBe('close');
  await expect.poll(() => isListening(product.url)).toBe(false);
  expect(await form.finish()).toContain('HTTP/1.1 303');
  expect(await stopped).toBe(0);
});

test('a disk that takes no writes is told by health, and a database that was lost by the log', async ({
  request,
}) => {
  await using product = await Product.start({ CIRCE_DEMO: '0' });
  const [address = ''] = /\S+\/setup\/\S+/.exec(product.output) ?? [];
  const person = { name: 'Rani', email: 'rani@melati.id', password: 'kopi tubruk hangat', repeat: 'kopi tubruk hangat' }; // prettier-ignore
  const form = {
    clinic: 'Klinik Melati',
    timezone: 'Asia/Jakarta',
    country: 'ID',
    currency: 'IDR',
    ...person,
  };
  const setUp = () =>
    request.post(address, { form, headers: { origin: product.url, accept: 'text/html' }, maxRedirects: 0 });
  const health = async () => {
    const answer = await request.get(`${product.url}/health`);
    return [answer.status(), (await answer.json()) as Health] as const;
  };
  expect(await health()).toEqual([200, { status: 'ok', database: 'embedded' }]);
  if (product.limitFiles(1)) {
    expect((await setUp()).status()).toBe(503);
    const disk = 'read-only or failed';
    expect(await health()).toEqual([503, { status: 'unavailable', database: 'embedded', disk }]);
    // Another process would do no better, and what is there can be read.
    expect((await request.get(`${product.url}/health/ready`)).status()).toBe(200);
    product.limitFiles('unlimited');
  }
  expect((await setUp()).status()).toBe(303);
  expect((await health())[0]).toBe(200);

  await product.stop();
  const backups = join(product.data, 'backups');
  const made = spawnSync(process.execPath, [circe, '--data', product.data, 'backup', backups], {
    encoding: 'utf8',
  });
  const { name } = JSON.parse(made.stdout) as { name: string };
  for (const file of readdirSync(product.data))
    if (file.startsWith('paper-circe.db')) rmSync(join(product.data, file));
  await product.start({ CIRCE_BACKUP: backups });
  const newest = join(backups, name);
  expect(product.output).toContain(`there are backups of clinics, the newest in ${newest}\n`);
  expect(product.output).toContain(`and restore: circe restore ${newest} --at last\n`);
  expect((await health())[1].backup.newest).toBeNull();
});

/** A form of which the server has taken the head and not yet the body. */
async function begunForm(url: string) {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const body = 'locale=en&back=/';
  const head = [
    'POST /language HTTP/1.1',
    `host: ${host}`,
    `origin: ${url}`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
    'expect: 100-continue',
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return {
    finish: () => {
      const answer = text(socket);
      socket.write(body);
      return answer;
    },
  };
}

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** What is answered to whoever asks again and again until something is done. */
async function answersUntil(done: Promise<unknown>, address: string): Promise<number[]> {
  const answers: number[] = [];
  const end = done.then(
    () => 'done',
    () => 'done',
  );
  const asked = async () => {
    await fetch(address, { headers: { connection: 'close' } }).then(
      ({ status }) => answers.push(status),
      () => undefined,
    );
    await pause(20);
  };
  while ((await Promise.race([end, asked()])) !== 'done');
  return answers;
}

/** An embedded server in a process of its own, until that is killed. */
async function databaseOn(file: string, port: number) {
  const embedded = join(import.meta.dirname, '..', '..', 'packages', 'embedded', 'src', 'index.ts');
  const script = `import { startEmbedded } from ${JSON.stringify(embedded)};
    console.log((await startEmbedded({ file: ${JSON.stringify(file)}, port: ${port} })).uri);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [uri] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    uri: uri.toString().trim(),
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('who finds the database away loses nothing: a patient, a board and a page that comes by itself', async ({
  page,
  browser,
}) => {
  test.slow();
  await using product = await Product.start({ CIRCE_CLOCK: opening });
  const desk = await browser.newContext({ baseURL: product.url });
  await speak(desk, product.url, 'en');
  const email = 'staff@jakarta.demo';
  const [currentPassword, password] = [product.demoPassword, 'kopi tubruk hangat'];
  await call(desk, 'auth.login', { email, password: currentPassword });
  // The demo's opens nothing on a database that is not embedded.
  await call(desk, 'auth.changePassword', { currentPassword, password });
  await product.stop();
  const [file, port] = [join(product.data, 'paper-circe.db'), await freePort()];
  const database = await databaseOn(file, port);
  await product.start({ MONGODB_URI: database.uri, CIRCE_CLOCK: undefined });
  await page.goto(`${product.url}/book/jakarta`);
  await page.getByRole('link', { name: 'Back Facial' }).click();
  await page
    .getByRole('link', { name: /\d\d\.\d\d/ })
    .first()
    .click();
  await page.locator('input[name=name]').fill('Budi Kuat');
  await page.locator('input[name=phone]').fill('0812-7777-8888');
  await page.locator('textarea[name=notes]').fill('Datang dengan anak');
  await call(desk, 'auth.login', { email, password });
  const board = await desk.newPage();
  await open(board, `${product.url}/jakarta?date=${opening.slice(0, 10)}`);
  const act = board.getByRole('button', { name: /^(Confirm|Complete)/ }).first();
  await expect(act).toBeVisible();
  await database.kill();
  await act.click();
  await page.getByRole('button', { name: 'Booking' }).click();
  await expect(page.getByRole('alert')).toContainText('Sistem sedang tidak bisa dihubungi');
  await expect(board.getByText('The system cannot be reached right now.')).toBeVisible();
  await expect(act, 'the board stays').toBeVisible();
  const late = await desk.newPage();
  expect((await late.goto(`${product.url}/book/jakarta`))?.status()).toBe(503);
  await expect(late.getByText('This page also tries again by itself.')).toBeVisible();
  const again = await databaseOn(file, port);
  await page.getByRole('link', { name: 'Coba lagi' }).click();
  await expect(page.locator('input[name=name]')).toHaveValue('Budi Kuat');
  await expect(page.locator('textarea[name=notes]')).toHaveValue('Datang dengan anak');
  await page.getByRole('button', { name: 'Booking' }).click();
  await expect(page).toHaveURL(/\/booked$/);
  await expect(late.getByRole('link', { name: 'Back Facial' })).toBeVisible({ timeout: 30_000 });
  await desk.close();
  await product.stop();
  await again.kill();
});
