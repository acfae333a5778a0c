// Every procedure there is, called by everybody who may not and with everything it must refuse. A procedure
// without its row here fails the first test.
import {
  apiTokens,
  audit,
  bookings,
  patients,
  staff,
  tenants,
  treatments,
  users,
  type Database,
} from '@paper-circe/core';
import { tallyOf, morning, testDatabase } from '@paper-circe/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { handleTrpc } from './http.ts';
import { platformRouter, tenantRouter } from './root.ts';
import { PlatformScope, TokenScope } from './shared/scopes.ts';
import type { Log } from './log.ts';
import { dryRunHeader, idempotencyHeader } from './shared/headers.ts';
import {
  newPlatformAccount,
  newStaffedPractice,
  password,
  type Account,
  type StaffedPractice,
} from './testing/accounts.ts';
import { call as send, callAll as sendAll, type Answer, type Call } from './testing/call.ts';
import {
  aBooking,
  anOwnBooking,
  aSession,
  aToken,
  aVisit,
  ofClinics,
  ofPlatform,
  phone,
  type Row,
} from './testing/procedures.ts';
import type { Meta } from './trpc.ts';

const db = testDatabase();

const surfaces = [
  { surface: 'clinic', router: tenantRouter, rows: ofClinics },
  { surface: 'platform', router: platformRouter, rows: ofPlatform },
] as const;

type Kind = 'query' | 'mutation' | 'subscription';
const proceduresOf = (router: (typeof surfaces)[number]['router']) =>
  router._def.procedures as unknown as Record<
    string,
    { _def: { type: Kind; inputs: readonly unknown[]; meta?: Meta } }
  >;

let platformAccount: Account;
let jakarta: StaffedPractice;
let bali: StaffedPractice;
beforeAll(async () => {
  [jakarta, bali, platformAccount] = await Promise.all([
    newStaffedPractice(db.database),
    newStaffedPractice(db.database),
    newPlatformAccount(db.database),
  ]);
  const { clinic, ayu, sari, facial, accounts } = bali;
  await patients.update(clinic, ayu.id, { name: `${canary} Ayu`, notes: canary, email: 'kenari@bali.test' });
  await staff.update(clinic, sari.id, { name: `${canary} Sari`, skills: [canary] });
  await treatments.update(clinic, facial.id, { name: `${canary} Facial`, description: canary });
  await users.update(clinic, accounts.staff.user.id, { name: `${canary} Desk` });
  const noted = await aBooking(bali);
  await bookings.cancel(clinic, noted.id);
  expect(JSON.stringify(await send(db.database, { tenant: bali.slug, path: 'patients.get', type: 'query', cookie: accounts.staff.cookie, input: { id: ayu.id } }))).toContain(canary); // prettier-ignore
});

/** Stands in everything that somebody at the other clinic wrote; nobody here may ever get to see it. */
const canary = 'Kenari';

/** Whatever comes back, an answer, an error or a line of the log, is searched for the canary. */
async function searched<Found>(sent: (log: Log) => Promise<Found>): Promise<Found> {
  const lines: unknown[] = [];
  const answer = await sent((line) => void lines.push(line));
  expect(JSON.stringify([answer, lines])).not.toMatch(new RegExp(canary, 'i'));
  return answer;
}

const call = (database: Database, wanted: Call): Promise<Answer> =>
  searched((log) => send(database, wanted, log));

type One = Pick<Call, 'path' | 'type' | 'input' | 'raw'>;

/** Calls procedures, of which a request takes many of a kind. Of subscriptions there is one to a request. */
async function callAll(who: Omit<Call, keyof One>, calls: readonly One[]): Promise<Answer[]> {
  const answers = new Map<One, Answer>();
  for (const [type, some] of Map.groupBy(calls, ({ type }) => type)) {
    const found =
      type === 'subscription'
        ? await Promise.all(some.map((one) => call(db.database, { ...who, ...one })))
        : await searched((log) => sendAll(db.database, who, some, log));
    for (const [n, one] of some.entries()) answers.set(one, found[n]!);
  }
  return calls.map((one) => answers.get(one)!);
}

/** The codes that somebody is answered with by procedures that are none of his, by their paths. */
async function codesFor(
  who: Omit<Call, keyof One>,
  procedures: readonly { readonly path: string; readonly type: Kind; readonly row: Row }[],
  input = good,
): Promise<Map<string, string>> {
  const calls: One[] = [];
  for (const { path, type, row } of procedures) calls.push({ path, type, input: await input(row) });
  const answers = await callAll(who, calls);
  return new Map(calls.map(({ path }, n) => [path, codeOf(answers[n]!)]));
}

/** What is asked once for all tests of a kind. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => (asked ??= ask());
}

/** What a procedure is called with when all is well, made once for the calls that will be refused anyway. */
const inputs = new Map<Row, Promise<object | undefined>>();
function good(row: Row): Promise<object | undefined> {
  let input = inputs.get(row);
  if (!input) inputs.set(row, (input = Promise.resolve(row.input?.(jakarta, platformAccount))));
  return input;
}

/** Who calls a procedure that would sign him out, made once for the calls that will be refused anyway. */
const callers = new Map<Row, Promise<Account>>();
function callerOf(row: Row): Promise<Account> | undefined {
  let account = callers.get(row);
  if (!account && row.account) callers.set(row, (account = row.account(jakarta)));
  return account;
}

const codeOf = (answer: Answer) => (answer.ok ? 'ok' : answer.error.code);

/** A token is not in an answer that is given again. */
function withoutToken(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => key === 'token' ? undefined : key.endsWith('At') ? new Date(String(value)) : value); // prettier-ignore
}

describe.each(surfaces)('on the address of the $surface', ({ surface, router, rows }) => {
  const procedures = proceduresOf(router);

  test('every procedure has a row, and takes input exactly when the row does', () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(procedures).sort());
    for (const [path, { _def }] of Object.entries(procedures)) {
      expect([path, _def.inputs.length > 0]).toEqual([path, rows[path]?.input !== undefined]);
    }
  });

  const all = Object.entries(procedures).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    row: rows[path]!,
  }));
  const firstPath = all.find(({ row }) => row.input)?.path;
  const tenantOf = () => (surface === 'clinic' ? jakarta.slug : 'platform');
  const calling =
    (path: string, type: Kind) =>
    (cookie: string | undefined, input?: unknown, more?: Pick<Call, 'raw' | 'headers'>) =>
      call(db.database, { tenant: tenantOf(), path, type, cookie, input, ...more });
  const allowed = async (row: Row) => {
    const own = await callerOf(row);
    if (own) return own.cookie;
    if (surface === 'platform') return platformAccount.cookie;
    const { admin, staff, user } = jakarta.accounts;
    if (row.for === 'patient') return user.cookie;
    return row.for === 'admin' ? admin.cookie : staff.cookie;
  };

  const closed = all.filter(({ row }) => row.for !== 'anybody');
  const toStrangers = once(async () => {
    const ownName = jakarta.accounts.admin.cookie.split('=')[0] ?? '';
    const strangers = [
      undefined,
      bali.accounts.admin.cookie,
      `${surface === 'clinic' ? ownName : 'circe_platform'}=${bali.accounts.admin.token}`,
      ...(surface === 'clinic' ? [`${ownName}=${platformAccount.token}`] : []),
      `${ownName}=`,
      `${ownName}={"$ne":null}`,
    ];
    const tenant = tenantOf();
    const codes: Map<string, string>[] = [];
    for (const cookie of strangers) codes.push(await codesFor({ tenant, cookie }, closed));
    return [...codes, await codesFor({ tenant }, closed, () => Promise.resolve({ nonsense: true }))];
  });

  test.each(closed)('$path is for those who are signed in here', { timeout: 120_000 }, async ({ path }) => {
    const codes = (await toStrangers()).map((of) => of.get(path));
    expect(codes).toEqual(codes.map(() => 'UNAUTHENTICATED'));
  });

  const wrong = { patient: ['staff', 'admin'], staff: ['user'], admin: ['user', 'staff'] } as const;
  const wrongFor = ({ row }: { row: Row }) => wrong[row.for as keyof typeof wrong] ?? [];
  const toRoles = once(async () => {
    const codes = new Map<string, Map<string, string>>();
    for (const role of ['user', 'staff', 'admin'] as const) {
      const theirs = all.filter((one) => wrongFor(one).some((it) => it === role));
      codes.set(role, await codesFor({ tenant: tenantOf(), cookie: jakarta.accounts[role].cookie }, theirs));
    }
    return codes;
  });

  test.each(all.filter((one) => wrongFor(one).length > 0))(
    '$path is refused to the wrong role',
    { timeout: 120_000 },
    async (one) => {
      const codes = await toRoles();
      for (const role of wrongFor(one))
        expect([role, codes.get(role)?.get(one.path)]).toEqual([role, 'FORBIDDEN']);
    },
  );

  test.each(all.filter(({ row }) => row.input))(
    '$path refuses operators, other types and fields it does not know',
    async ({ path, type, row }) => {
      const calls = calling(path, type);
      const cookie = await allowed(row);
      const input = (await good(row)) as Record<string, unknown>;
      const wrong = Object.entries(input).flatMap(([key, value]) =>
        [{ $ne: null }, { $gt: '' }, null, [value], typeof value === 'string' ? 7 : 'x'].map((it) => ({
          [key]: it,
        })),
      );
      const extra = ['tenantId', '_id', 'isActive', '$where'].map((key) => ({ [key]: bali.ayu.id }));
      const hostile = [...wrong, ...extra];
      const answers = await callAll({ tenant: tenantOf(), cookie }, hostile.map((one) => ({ path, type, input: { ...input, ...one } }))); // prettier-ignore
      expect(hostile.map((one, n) => [one, codeOf(answers[n]!)])).toEqual(hostile.map((one) => [one, 'VALIDATION'])); // prettier-ignore
      const none = await calls(cookie);
      if (!row.optional) expect(codeOf(none)).toBe('VALIDATION');
    },
  );

  test.each(all)('$path cannot be used to change what every object has', async ({ path, type, row }) => {
    const calls = calling(path, type);
    const given = JSON.stringify((await good(row)) ?? {});
    const fields = given === '{}' ? '' : `,${given.slice(1, -1)}`;
    const raws = [
      `{"json":{"__proto__":{"polluted":true}${fields}}}`,
      `{"json":{"constructor":{"prototype":{"polluted":true}}${fields}}}`,
      `{"json":{"x":1${fields}},"meta":{"values":{"__proto__.polluted":["undefined"],"constructor.prototype.polluted":["Date"]}}}`,
      `{"json":{"x":1${fields}},"meta":{"referentialEqualities":{"x":["__proto__.polluted","constructor.prototype.polluted"]}}}`,
      `{"__proto__":{"json":{"polluted":true}}}`,
    ];
    const cookie = row.for === 'anybody' ? undefined : await allowed(row);
    await callAll({ tenant: tenantOf(), cookie }, raws.map((raw) => ({ path, type, raw }))); // prettier-ignore
    // What is not in a batch is read elsewhere, and the same for all.
    if (path === firstPath) for (const raw of raws) await calls(cookie, undefined, { raw });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each(all)('$path answers those it is for', async ({ path, type, row }) => {
    const calls = calling(path, type);
    const own = await row.account?.(jakarta);
    const cookie = row.for === 'anybody' ? undefined : (own?.cookie ?? (await allowed(row)));
    const input = await row.input?.(jakarta, platformAccount);
    // Nobody has failed to come before his time.
    if (path === 'bookings.noShow') db.clock.now = new Date('2026-11-24T12:45:00Z');
    const answer = await calls(cookie, input);
    db.clock.now = morning;
    expect(answer).toMatchObject({ ok: true });
    const text = JSON.stringify(answer);
    for (const inside of [
      '"holds"',
      '"holding"',
      '"searchWords"',
      '"bookedHash"',
      '"linkHash"',
      '"passwordHash"',
      '$argon2',
      '"tenantId"',
    ]) {
      expect(text).not.toContain(inside);
    }
    if (row.optional) expect(codeOf(await calls(cookie))).toBe('ok');
  });

  test.each(all)('$path says in its meta whom it is for', ({ path, row }) => {
    expect(procedures[path]?._def.meta).toEqual({ for: row.for });
  });

  test.each(all.filter(({ type, row }) => type === 'mutation' && row.for !== 'anybody'))(
    '$path is tried without a trace, and done once however often it is sent',
    async ({ path, type, row }) => {
      const calls = calling(path, type);
      const own = await row.account?.(jakarta);
      const cookie = own?.cookie ?? (await allowed(row));
      const input = await row.input?.(jakarta, platformAccount);
      if (path === 'bookings.noShow') db.clock.now = new Date('2026-11-24T12:45:00Z');
      const before = await tallyOf(db.database);
      expect(await calls(cookie, input, { headers: { [dryRunHeader]: '1' } })).toMatchObject({ ok: true });
      expect(await tallyOf(db.database)).toEqual(before);
      const headers = { [idempotencyHeader]: `a-test-of-${path}` };
      const first = await calls(cookie, input, { headers });
      expect(first).toMatchObject({ ok: true });
      const after = await tallyOf(db.database);
      expect(after).not.toEqual(before);
      const again = await calls(cookie, input, { headers });
      if (own) expect(codeOf(again)).toBe('UNAUTHENTICATED');
      else expect(again).toEqual(row.shownOnce ? withoutToken(first) : first);
      expect(await tallyOf(db.database)).toEqual(after);
      db.clock.now = morning;
    },
  );

  test.each(all.filter(({ type, row }) => type === 'mutation' && row.for === 'anybody'))(
    '$path cannot be tried, and says so',
    async ({ path, type, row }) => {
      const input = await row.input?.(jakarta, platformAccount);
      const answer = await calling(path, type)(undefined, input, { headers: { [dryRunHeader]: '1' } });
      expect(codeOf(answer)).toBe('VALIDATION');
    },
  );
});

test('a key is for one call, and a dry run is asked for or not', async () => {
  const { cookie } = jakarta.accounts.staff;
  const refused = async (path: string, headers: Record<string, string>) => {
    const answer = await call(db.database, { tenant: jakarta.slug, path, type: 'mutation', cookie, headers, raw: '{}' }); // prettier-ignore
    expect(codeOf(answer)).toBe('VALIDATION');
  };
  const key = (value: string) => ({ [idempotencyHeader]: value });
  for (const batch of ['patients.register,patients.register', 'patients.register%2Cpatients.register'])
    await refused(`${batch}?batch=1`, key('one'));
  for (const wrong of ['', ' ', 'two words', 'x'.repeat(201)]) await refused('patients.register', key(wrong));
  for (const wrong of ['', 'true', '2']) await refused('patients.register', { [dryRunHeader]: wrong });
});

test("a key that was used for something else is refused, and is nobody else's", async () => {
  const register = (cookie: string, input: object) => {
    const headers = { [idempotencyHeader]: 'the-same' };
    return call(db.database, { tenant: jakarta.slug, path: 'patients.register', type: 'mutation', cookie, input, headers }); // prettier-ignore
  };
  const { staff, admin } = jakarta.accounts;
  const [one, other] = [phone(), phone()];
  expect(await register(staff.cookie, { name: 'One', phone: one })).toMatchObject({ ok: true });
  const again = await register(staff.cookie, { name: 'Two', phone: other });
  expect(again).toMatchObject({ ok: false, error: { code: 'CONFLICT_DUPLICATE', details: { field: 'idempotencyKey' } } }); // prettier-ignore
  expect(await register(admin.cookie, { name: 'Two', phone: other })).toMatchObject({ ok: true });
});

describe('a program with a token', () => {
  const byToken = (token: string, path: string, type: Kind, input?: unknown) => {
    const headers = { authorization: `Bearer ${token}` };
    return call(db.database, { tenant: jakarta.slug, path, type, input, headers });
  };
  const all = Object.entries(proceduresOf(tenantRouter)).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    row: ofClinics[path]!,
  }));
  const groupOf = (path: string) => path.split('.')[0] ?? '';
  const scopeFor = (path: string, type: Kind) =>
    TokenScope.safeParse(`${groupOf(path)}:${type === 'mutation' ? 'write' : 'read'}`).data;

  /** One for each set of scopes: most procedures share theirs. */
  const made = new Map<string, Promise<string>>();
  function tokenOf({ clinic }: StaffedPractice, scopes: readonly TokenScope[]): Promise<string> {
    const key = `${clinic.tenantId} ${scopes.join()}`;
    const known = made.get(key) ?? aToken(clinic, ...scopes).then(({ token }) => token);
    made.set(key, known);
    return known;
  }

  test('what no token may do is this, and nothing else', () => {
    const closed = all.filter(({ path, type, row }) => row.for !== 'anybody' && !scopeFor(path, type));
    expect([...new Set(closed.map(({ path, type }) => `${groupOf(path)} ${type}`))].toSorted()).toEqual([
      'apiTokens mutation',
      'apiTokens query',
      'auth mutation',
      'auth query',
      'me mutation',
      'me query',
      'sessions mutation',
      'sessions query',
      'users mutation',
    ]);
    const useful = all.map(({ path, type }) => scopeFor(path, type));
    expect(TokenScope.options.filter((scope) => !useful.includes(scope))).toEqual([]);
  });

  /** What core lets nobody but an administrator do. */
  const forAdministrators = new Set(['dayCloses.reopen']);

  const closed = all.filter(({ row }) => row.for !== 'anybody');
  const withToken = (token: string, some = closed) =>
    codesFor({ tenant: jakarta.slug, headers: { authorization: `Bearer ${token}` } }, some);
  /** Every scope but those with which a procedure may be called. */
  const othersFor = ({ path, type }: { path: string; type: Kind }) => {
    const enough = [scopeFor(path, type), `${groupOf(path)}:write`];
    return TokenScope.options.filter((scope) => !enough.includes(scope));
  };
  const toNothing = once(async () => {
    const foreign = await tokenOf(bali, TokenScope.options);
    const lesser = await tokenOf(jakarta, othersFor(closed[0]!));
    const codes: Map<string, string>[] = [];
    for (const token of [foreign, `${lesser}0`, `circe_${jakarta.slug}_`]) codes.push(await withToken(token));
    return codes;
  });
  const toLesser = once(async () => {
    const codes = new Map<string, string>();
    for (const some of Map.groupBy(closed, (one) => othersFor(one).join()).values())
      for (const one of await withToken(await tokenOf(jakarta, othersFor(some[0]!)), some)) codes.set(...one);
    return codes;
  });

  test.each(closed)(
    '$path is called with its scope and with no other one',
    { timeout: 120_000 },
    async ({ path, type, row }) => {
      expect((await toLesser()).get(path)).toBe('FORBIDDEN');
      const codes = (await toNothing()).map((of) => of.get(path));
      expect(codes).toEqual(codes.map(() => 'UNAUTHENTICATED'));
      const needed = scopeFor(path, type);
      if (!needed) return;
      const token = await tokenOf(jakarta, [needed]);
      if (path === 'bookings.noShow') db.clock.now = new Date('2026-11-24T12:45:00Z');
      const answer = await byToken(token, path, type, await row.input?.(jakarta, platformAccount));
      db.clock.now = morning;
      expect(codeOf(answer)).toBe(forAdministrators.has(path) ? 'FORBIDDEN' : 'ok');
    },
  );

  test('reads what it writes, is recorded by its name, and decides nothing that is for an administrator', async () => {
    const { token } = await aToken(jakarta.clinic, 'patients:write', 'bookings:write');
    const registered = await byToken(token, 'patients.register', 'mutation', {
      name: 'Rina',
      phone: phone(),
    });
    const { id } = (registered as { data: { id: string } }).data;
    expect(await byToken(token, 'patients.get', 'query', { id })).toMatchObject({ data: { name: 'Rina' } });
    const history = await call(db.database, {
      tenant: jakarta.slug,
      path: 'audit.historyOf',
      type: 'query',
      cookie: jakarta.accounts.admin.cookie,
      input: { collection: 'patients', documentId: id },
    });
    expect(history).toMatchObject({ data: { items: [{ actor: { kind: 'token' } }] } });
    const override = { reason: 'Because I can' };
    const startAt = new Date('2026-12-24T20:00:00Z');
    const { facial, dewi } = jakarta;
    const booking = { patientId: id, treatmentId: facial.id, staffId: dewi.id, source: 'online', startAt };
    expect(codeOf(await byToken(token, 'bookings.book', 'mutation', { ...booking, override }))).toBe(
      'FORBIDDEN',
    );
  });
});

describe('a program with a token of the platform', () => {
  const platform = () => tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  const all = Object.entries(proceduresOf(platformRouter)).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    row: ofPlatform[path]!,
  }));
  const byToken = (token: string, path: string, type: Kind, input?: unknown, tenant = 'platform') =>
    call(db.database, { tenant, path, type, input, headers: { authorization: `Bearer ${token}` } });
  const scopeFor = (path: string, type: Kind) =>
    PlatformScope.safeParse(`${path.split('.')[0] ?? ''}:${type === 'mutation' ? 'write' : 'read'}`).data;

  test('what no token may do is to sign in, to see or decide who runs the platform, and to make tokens', () => {
    const closed = all.filter(({ path, type, row }) => row.for === 'platform' && !scopeFor(path, type));
    expect([...new Set(closed.map(({ path, type }) => `${path.split('.')[0]} ${type}`))]).toEqual(['users query', 'users mutation', 'sessions query', 'sessions mutation', 'apiTokens query', 'apiTokens mutation']); // prettier-ignore
    const useful = all.map(({ path, type }) => scopeFor(path, type));
    expect(PlatformScope.options.filter((scope) => !useful.includes(scope))).toEqual([]);
  });

  test('calls what its scopes name, and nothing else', async () => {
    const made = await Promise.all(PlatformScope.options.map((scope) => aToken(platform(), scope)));
    const tokens = new Map(PlatformScope.options.map((scope, at) => [scope, made[at]!.token]));
    const clinics = (await aToken(jakarta.clinic, ...TokenScope.options)).token;
    for (const { path, type, row } of all.filter(({ row }) => row.for !== 'anybody')) {
      const needed = scopeFor(path, type);
      for (const [scope, token] of tokens) {
        const enough = scope === needed || scope === needed?.replace('read', 'write');
        const input = enough ? await row.input?.(jakarta, platformAccount) : await good(row);
        expect([path, scope, codeOf(await byToken(token, path, type, input))]).toEqual([path, scope, enough ? 'ok' : 'FORBIDDEN']); // prettier-ignore
      }
      expect([path, codeOf(await byToken(clinics, path, type, await good(row)))]).toEqual([path, 'UNAUTHENTICATED']); // prettier-ignore
    }
  });

  test('is nobody at a clinic, is worth nothing once revoked or run out, and is named in both audits', async () => {
    const create = (input: object) =>
      call(db.database, { tenant: 'platform', path: 'apiTokens.create', type: 'mutation', cookie: platformAccount.cookie, input }); // prettier-ignore
    const input = { name: 'Sign-up page', scopes: [...PlatformScope.options] };
    const { id, token } = ((await create(input)) as { data: { id: string; token: string } }).data;
    expect(token).toMatch(/^circe_platform_[0-9a-f]{64}$/);
    for (const wrong of ['bookings:read', 'patients:write', 'apiTokens:write', 'users:read'])
      expect(codeOf(await create({ ...input, scopes: [wrong] }))).toBe('VALIDATION');
    for (const [path, { _def }] of Object.entries(proceduresOf(tenantRouter))) {
      if (ofClinics[path]!.for === 'anybody') continue;
      const answer = await byToken(token, path, _def.type, await good(ofClinics[path]!), jakarta.slug);
      expect([path, codeOf(answer)]).toEqual([path, 'UNAUTHENTICATED']);
    }
    const clinic = { ...(await ofPlatform['tenants.suspend']!.input!(jakarta, platformAccount)) } as { id: string }; // prettier-ignore
    expect(codeOf(await byToken(token, 'tenants.suspend', 'mutation', clinic))).toBe('ok');
    const actor = { kind: 'token', id, name: 'Sign-up page' };
    const found = await byToken(token, 'audit.find', 'query', {
      documentId: clinic.id,
      action: 'tenants.suspend',
    });
    expect(found).toMatchObject({ data: { items: [{ action: 'tenants.suspend', actor }] } });
    expect(codeOf(await byToken(token, 'tenants.activate', 'mutation', { id: clinic.id }))).toBe('ok');
    const opened = await tenants.openTenant(db.database, clinic.id, { kind: 'system', name: 'test' });
    expect((await audit.find(opened, { action: 'tenants.suspend' })).items).toMatchObject([{ actor }]);
    const listed = await call(db.database, { tenant: 'platform', path: 'apiTokens.findByTenant', type: 'query', cookie: platformAccount.cookie }); // prettier-ignore
    expect(JSON.stringify(listed)).not.toContain(token.slice(-20));
    const used = expect.objectContaining({ id, lastUsedAt: db.clock.now }) as object;
    expect(listed).toMatchObject({ data: { items: expect.arrayContaining([used]) as object[] } });
    db.clock.now = new Date(morning.getTime() + 91 * 86_400_000);
    expect(codeOf(await byToken(token, 'tenants.search', 'query'))).toBe('UNAUTHENTICATED');
    db.clock.now = morning;
    await apiTokens.revoke(platform(), apiTokens.ApiTokenId.parse(id));
    expect(codeOf(await byToken(token, 'tenants.search', 'query'))).toBe('UNAUTHENTICATED');
  });
});

const nowhere = '0123456789abcdef01234567';

test('an id of another clinic answers exactly like one that does not exist', async () => {
  const { ayu, sari, facial } = bali;
  const leave = { from: '2026-12-01', to: '2026-12-02' };
  const foreign = await aBooking(bali);
  const visit = await aVisit(bali);
  const good = { patientId: jakarta.ayu.id, treatmentId: jakarta.facial.id, staffId: jakarta.sari.id };
  const book = { ...good, source: 'online', startAt: new Date('2026-12-22T03:00:00Z') };
  const past = { ...good, startAt: new Date('2025-12-22T03:00:00Z'), status: 'completed' };
  const own = await aBooking(jakarta);
  const cases: Case[] = [
    ['patients.get', 'query', {}, 'id', ayu.id],
    ['patients.update', 'mutation', { name: 'Mine now' }, 'id', ayu.id],
    ['patients.history', 'query', {}, 'id', ayu.id],
    ['patients.suggestDuplicates', 'query', {}, 'id', ayu.id],
    ['patients.merge', 'mutation', { keep: jakarta.ayu.id }, 'from', ayu.id],
    ['patients.merge', 'mutation', { from: jakarta.ayu.id }, 'keep', ayu.id],
    ['patients.deactivate', 'mutation', {}, 'id', ayu.id],
    ['patients.erase', 'mutation', {}, 'id', ayu.id],
    ['patients.restore', 'mutation', {}, 'id', ayu.id],
    ['staff.get', 'query', {}, 'id', sari.id],
    ['staff.update', 'mutation', { role: 'Mine' }, 'id', sari.id],
    ['staff.addTimeOff', 'mutation', { timeOff: leave }, 'id', sari.id],
    ['staff.removeTimeOff', 'mutation', leave, 'id', sari.id],
    ['staff.setException', 'mutation', { date: leave.from, hours: [] }, 'id', sari.id],
    ['staff.removeException', 'mutation', { date: leave.from }, 'id', sari.id],
    ['staff.setTreatments', 'mutation', { treatmentIds: [] }, 'id', sari.id],
    ['staff.undo', 'mutation', {}, 'id', sari.id],
    ['treatments.undo', 'mutation', {}, 'id', facial.id],
    ['bookings.setDuration', 'mutation', { durationMin: 90 }, 'id', foreign.id],
    ['availability.explainDuration', 'query', { durationMin: 90 }, 'bookingId', foreign.id],
    ['staff.findUncovered', 'query', {}, 'id', sari.id],
    ['treatments.update', 'mutation', { price: 1 }, 'id', facial.id],
    ...(['get', 'update', 'deactivate', 'reactivate', 'allowReset'] as const).map(
      (act): [string, Kind, object, string, string] => [
        `users.${act}`,
        act === 'get' ? 'query' : 'mutation',
        {},
        'id',
        bali.accounts.staff.user.id,
      ],
    ),
    ['users.update', 'mutation', { id: jakarta.accounts.user.user.id }, 'patientId', ayu.id],
    ['users.invite', 'mutation', { email: 'x@clinic.test', name: 'X', role: 'user' }, 'patientId', ayu.id],
    ['users.changeRole', 'mutation', { role: 'user' }, 'id', bali.accounts.staff.user.id],
    ['users.setPassword', 'mutation', { password }, 'id', bali.accounts.staff.user.id],
    ['sessions.findByUser', 'query', {}, 'userId', bali.accounts.staff.user.id],
    ['sessions.revokeAll', 'mutation', {}, 'userId', bali.accounts.staff.user.id],
    [
      'sessions.revoke',
      'mutation',
      { userId: jakarta.accounts.staff.user.id },
      'id',
      (await aSession(bali.clinic, bali.accounts.staff.user.id)).id,
    ],
    ['apiTokens.revoke', 'mutation', {}, 'id', (await aToken(bali.clinic, 'bookings:read')).id],
    ...(['staff', 'treatments'] as const).flatMap((feature) =>
      (['deactivate', 'restore'] as const).map((act): [string, Kind, object, string, string] => [
        `${feature}.${act}`,
        'mutation',
        {},
        'id',
        feature === 'staff' ? sari.id : facial.id,
      ]),
    ),
    ['treatments.get', 'query', {}, 'id', facial.id],
    ['treatments.findByTenantAndStaff', 'query', {}, 'staffId', sari.id],
    ['bookings.get', 'query', {}, 'id', foreign.id],
    ['bookings.findByPatient', 'query', {}, 'patientId', ayu.id],
    ['bookings.findVisitHistory', 'query', {}, 'patientId', ayu.id],
    ['bookings.book', 'mutation', book, 'patientId', ayu.id],
    ['bookings.book', 'mutation', book, 'treatmentId', facial.id],
    ['bookings.book', 'mutation', book, 'staffId', sari.id],
    ['bookings.importPast', 'mutation', past, 'patientId', ayu.id],
    ['bookings.importPast', 'mutation', past, 'treatmentId', facial.id],
    ['bookings.importPast', 'mutation', past, 'staffId', sari.id],
    ['bookings.reschedule', 'mutation', { startAt: book.startAt }, 'id', foreign.id],
    ['bookings.reschedule', 'mutation', { id: own.id, startAt: book.startAt }, 'staffId', sari.id],
    ...(['confirm', 'arrive', 'cancel', 'complete', 'noShow', 'undo'] as const).map(
      (act): [string, Kind, object, string, string] => [`bookings.${act}`, 'mutation', {}, 'id', foreign.id],
    ),
    ['bookings.pay', 'mutation', { method: 'cash', amount: 1 }, 'id', foreign.id],
    ['bookings.refund', 'mutation', { method: 'cash', amount: 1, reason: 'R' }, 'id', foreign.id],
    ['bookings.correctPayment', 'mutation', { payment: 0, method: 'card', reason: 'R' }, 'id', foreign.id],
    ['bookings.confirmVisit', 'mutation', {}, 'visitId', visit.visitId],
    ['bookings.cancelVisit', 'mutation', {}, 'visitId', visit.visitId],
    ['bookings.rescheduleVisit', 'mutation', { startAt: book.startAt }, 'visitId', visit.visitId],
    ['bookings.undoVisit', 'mutation', {}, 'visitId', visit.visitId],
    ['availability.searchMoves', 'query', { date: '2026-12-22' }, 'staffId', sari.id],
    ['bookings.findByVisit', 'query', {}, 'visitId', visit.visitId],
    [
      'availability.explainVisit',
      'query',
      { steps: [{ treatmentId: jakarta.facial.id }], startAt: book.startAt },
      'moving',
      visit.visitId,
    ],
    ['availability.explain', 'query', { startAt: book.startAt }, 'treatmentId', facial.id],
    ['queue.callIn', 'mutation', {}, 'id', foreign.id],
    ['queue.skip', 'mutation', {}, 'id', foreign.id],
    ['queue.start', 'mutation', {}, 'id', foreign.id],
    ['queue.join', 'mutation', good, 'patientId', ayu.id],
    [
      'availability.search',
      'query',
      { treatmentId: jakarta.facial.id, from: '2026-12-22' },
      'staffId',
      sari.id,
    ],
    ['availability.search', 'query', { from: '2026-12-22' }, 'treatmentId', facial.id],
    ['audit.historyOf', 'query', { collection: 'patients' }, 'documentId', ayu.id],
  ];
  await expectAlike(jakarta.accounts.admin.cookie, cases);
});

test('what is of another patient, of this clinic or another, answers a patient like what does not exist', async () => {
  const { clinic, quick, accounts, ayu } = jakarta;
  const startAt = new Date('2026-12-22T03:00:00Z');
  const from = '2026-12-22';
  const steps = (treatmentId: string, staffId = 'any') => [{ treatmentId, staffId }];
  await patients.update(clinic, ayu.id, { name: `${canary} Next Door`, notes: canary });
  const cases: Case[] = [await aBooking(jakarta), await anOwnBooking(bali)].flatMap(({ id }): Case[] => [
    ['me.appointment', 'query', {}, 'id', id],
    ['me.cancel', 'mutation', {}, 'id', id],
    ['me.reschedule', 'mutation', { startAt }, 'id', id],
    ['me.timesToMove', 'query', { from }, 'id', id],
  ]);
  await expectAlike(accounts.user.cookie, [
    ...cases,
    ['me.book', 'mutation', { startAt }, 'steps', steps(bali.facial.id), steps(nowhere)],
    ['me.book', 'mutation', { startAt }, 'steps', steps(quick.id, bali.sari.id), steps(quick.id, nowhere)],
    ['me.freeTimes', 'query', { from }, 'steps', steps(bali.facial.id), steps(nowhere)],
    ['me.freeTimes', 'query', { from }, 'steps', steps(quick.id, bali.sari.id), steps(quick.id, nowhere)],
  ]);
  for (const path of ['profile', 'findUpcoming', 'findPast', 'findTreatments', 'findStaff']) {
    const { cookie } = accounts.user;
    const answer = await call(db.database, {
      tenant: jakarta.slug,
      path: `me.${path}`,
      type: 'query',
      cookie,
    });
    expect(codeOf(answer)).toBe('ok');
  }
  await patients.update(clinic, ayu.id, { name: ayu.name, notes: '' });
});

type Case = [path: string, type: Kind, input: object, key: string, theirs: unknown, nobodys?: unknown];

async function expectAlike(cookie: string, cases: readonly Case[]): Promise<void> {
  for (const [path, type, input, key, theirs, nobodys = nowhere] of cases) {
    const answers = await Promise.all(
      [theirs, nobodys].map(async (one) => {
        const answer = await call(db.database, { tenant: jakarta.slug, path, type, cookie, input: { ...input, [key]: one } }); // prettier-ignore
        return JSON.stringify(answer).replace(/"requestId":"[^"]*"/, '');
      }),
    );
    expect([path, key, answers[0]]).toEqual([path, key, answers[1]]);
  }
}

test('a clinic that does not exist, or is the platform, is no clinic', async () => {
  const { cookie } = jakarta.accounts.staff;
  for (const tenant of ['nowhere', 'health', '{"$ne":null}', '%00', jakarta.slug.toUpperCase()]) {
    const answer = await call(db.database, { tenant, path: 'clinic.current', type: 'query', cookie });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND', message: 'This clinic does not exist.' },
    });
  }
  const answer = await call(db.database, {
    tenant: 'platform',
    path: 'clinic.current',
    type: 'query',
    cookie,
  });
  expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
});

test('a clinic that is suspended is closed to its people and programs, each of whom is told', async () => {
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  const closing = await newStaffedPractice(db.database);
  const { token } = await aToken(closing.clinic, 'clinic:read', 'live:read');
  const { cookie } = closing.accounts.staff;
  const credentials = [{ cookie }, { headers: { authorization: `Bearer ${token}` } }, {}];
  const told = { code: 'FORBIDDEN', details: { needs: 'active clinic' } };
  const all = (path: string, type: Kind) =>
    Promise.all(credentials.map((who) => call(db.database, { tenant: closing.slug, path, type, ...who })));
  await tenants.suspend(platform, closing.clinic.tenant.id, { reason: `${canary} owes us` });
  for (const path of ['clinic.current', 'auth.login', 'live.events']) {
    for (const answer of await all(path, path === 'auth.login' ? 'mutation' : 'query'))
      expect(answer).toMatchObject({ ok: false, error: told });
  }
  await tenants.activate(platform, closing.clinic.tenant.id);
  expect((await all('live.position', 'query')).map(codeOf)).toEqual(['UNAUTHENTICATED', 'ok', 'UNAUTHENTICATED']); // prettier-ignore
});

test("a clinic's own domain leads to it as its slug does, until it is closed", async () => {
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  const { id } = bali.clinic.tenant;
  await tenants.update(platform, id, { domain: 'klinik-bali.example' });
  const ask = (tenant: string) => send(db.database, { tenant, path: 'clinic.current', type: 'query' });
  expect(await ask('Klinik-Bali.example')).toEqual(await ask(bali.slug));
  expect(await ask('other.example')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  await tenants.suspend(platform, id, { reason: 'For now' });
  expect(await ask('klinik-bali.example')).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  await tenants.activate(platform, id);
});

test("under a clinic's own domain there is this clinic, and nothing else", async () => {
  const platform = tenants.openPlatform(db.database, { kind: 'system', name: 'test' });
  const own = await newStaffedPractice(db.database);
  await tenants.update(platform, own.clinic.tenant.id, { domain: 'klinik-sendiri.example' });
  const under = async (host: string, tenant: string, origin?: string) => {
    const request = new Request(`https://${host}/api/${tenant}/trpc/auth.me`);
    const answer = await handleTrpc(request, { database: db.database, tenant, address: '', origin });
    return answer.status;
  };
  const hosts = ['klinik-sendiri.example', 'Klinik-SENDIRI.example', 'klinik-sendiri.example.', 'klinik-sendiri.example:8443']; // prettier-ignore
  for (const host of hosts) {
    for (const tenant of [own.slug, 'klinik-sendiri.example', 'KLINIK-sendiri.example.'])
      expect([host, tenant, await under(host, tenant)]).toEqual([host, tenant, 401]);
    for (const tenant of [jakarta.slug, 'platform', 'nowhere'])
      expect([host, tenant, await under(host, tenant)]).toEqual([host, tenant, 404]);
  }
  // What is suspended elsewhere is not told here either.
  await tenants.suspend(platform, own.clinic.tenant.id, { reason: 'For now' });
  expect(await under('klinik-sendiri.example', own.slug)).toBe(403);
  expect(await under('klinik-sendiri.example', jakarta.slug)).toBe(404);
  // Elsewhere everything is there; whoever gave the installation's own address to a clinic has not locked it.
  for (const host of [
    'desk.example',
    'klinik-sendiri.example.evil.example',
    '127.0.0.1',
    '[::1]',
    'localhost',
  ])
    expect([host, await under(host, 'platform')]).toEqual([host, 401]);
  expect(await under('klinik-sendiri.example', 'platform', 'https://klinik-sendiri.example')).toBe(401);
});

test('what a user does is recorded as his', async () => {
  const { user, cookie } = jakarta.accounts.staff;
  const calling = (path: string, type: Kind, who: string, input: object) =>
    call(db.database, { tenant: jakarta.slug, path, type, cookie: who, input });
  const made = await calling('patients.register', 'mutation', cookie, { name: 'Rina', phone: phone() });
  const { id } = (made as { data: { id: string } }).data;
  const history = await calling('audit.historyOf', 'query', jakarta.accounts.admin.cookie, {
    collection: 'patients',
    documentId: id,
  });
  expect(history).toMatchObject({
    data: {
      items: [{ action: 'patients.register', actor: { kind: 'user', id: user.id, role: 'staff' } }],
    },
  });
});

test('a clinic never makes an administrator of the platform', async () => {
  const input = { email: 'boss@clinic.test', name: 'Boss', role: 'platform_admin', password };
  const { cookie } = jakarta.accounts.admin;
  const answer = await call(db.database, {
    tenant: jakarta.slug,
    path: 'users.add',
    type: 'mutation',
    cookie,
    input,
  });
  expect(codeOf(answer)).toBe('FORBIDDEN');
  expect(
    await users.findByEmailAndTenant(tenants.openPlatform(db.database, { kind: 'public' }), input.email),
  ).toBeUndefined();
});
