import { randomUUID } from 'node:crypto';
import { isCirceError, type apiTokens, type Database, type TenantScope, type users } from '@paper-circe/core';
import { findToken, isApiToken, readToken } from './api-tokens/index.ts';
import { askedBy, type Asked } from './asked.ts';
import type { Cookies } from './cookies.ts';
import { asTrpcError } from './errors.ts';
import { opened, openedUnder } from './opened.ts';
import { cookieNames, isSignedIn, readSession } from './sessions/index.ts';

export { platform } from './opened.ts';

export interface ContextOptions {
  readonly database: Database;
  /** The slug in the address, the clinic's own domain, or `platform`. */
  readonly tenant: string;
  /** Its address tells http from https and under which domain it was asked; its headers may carry a bearer token. */
  readonly request: Request;
  /** Where the installation itself is reached, such as `https://desk.example.com`: every clinic is there, and the platform. */
  readonly origin?: string | undefined;
  readonly cookies: Cookies;
  /** Where the request came from, behind trusted proxies. */
  readonly address: string;
  readonly requestId?: string;
  /** What a form carries in place of the header, so that a second press on its button does nothing more. */
  readonly idempotencyKey?: string | undefined;
  /** Whether the demo users of a demo database may sign in; on an installation of real clinics they never may. */
  readonly demo?: boolean;
}

/** What every procedure gets. */
export interface Context {
  readonly database: Database;
  /** The clinic of the address, acted upon by nobody in particular until a procedure knows who is asking. */
  readonly clinic: TenantScope;
  readonly cookies: Cookies;
  readonly secure: boolean;
  readonly address: string;
  readonly requestId: string;
  readonly demo: boolean;
  readonly asked: Asked;
  /** What the browser says of itself. */
  readonly agent: string | undefined;
  /** The token of a session that came along, whether it is worth anything or not. */
  readonly token: string | undefined;
  /** The signed-in user, read once for each request; undefined when nobody is. */
  readonly user: () => Promise<users.User | undefined>;
  /** The program's token that came along, read once for each request; undefined when none did that is worth anything. */
  readonly apiToken: () => Promise<apiTokens.ApiToken | undefined>;
  /** Whether who asked may still listen: looked up anew each time, and no use of a session. */
  readonly isStillGood: () => Promise<boolean>;
}

/**
 * Opens the clinic of an address for one request, over HTTP or for a caller in this process. Under a clinic's own domain
 * there is this clinic and nothing else.
 * @throws NOT_FOUND when there is no such clinic, FORBIDDEN when it is suspended, VALIDATION when its headers ask for what cannot be done
 */
export async function createContext(options: ContextOptions): Promise<Context> {
  const {
    database,
    request,
    cookies,
    address,
    requestId = randomUUID(),
    idempotencyKey,
    demo = false,
  } = options;
  const secure = request.url.startsWith('https:');
  const clinic = await openedUnder(new URL(request.url), database, options).catch((error: unknown) => {
    throw asTrpcError(error);
  });
  const asked = { ...askedBy(request), ...(idempotencyKey !== undefined && { idempotencyKey }) };
  const agent = request.headers.get('user-agent')?.slice(0, 200);
  const [cookie] = cookieNames(clinic.tenant, secure).flatMap((name) => cookies.get(name) ?? []);
  const known = credentialOf(database, clinic, request.headers, cookie);
  return { database, clinic, cookies, secure, address, requestId, demo, asked, agent, ...known };
}

/** Who asks: a program by the token in the header, or somebody by a session in the header or in the cookie. */
function credentialOf(
  database: Database,
  clinic: TenantScope,
  headers: Headers,
  cookie: string | undefined,
): Pick<Context, 'token' | 'user' | 'apiToken' | 'isStillGood'> {
  const given = bearer(headers);
  if (given !== undefined && isApiToken(given)) {
    return {
      token: undefined,
      user: () => Promise.resolve(undefined),
      apiToken: once(() => readToken(clinic, given)),
      isStillGood: async () =>
        (await findToken(clinic, given)) !== undefined && isOpen(database, clinic.tenant.slug),
    };
  }
  const token = given ?? cookie;
  return {
    token,
    user: once(() => (token ? readSession(clinic, token) : Promise.resolve(undefined))),
    apiToken: () => Promise.resolve(undefined),
    isStillGood: () => (token ? isSignedIn(database, clinic, token) : Promise.resolve(false)),
  };
}

function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => (reading ??= read());
}

/** Whether a clinic is still there and not suspended: that ends its sessions, and lets its tokens wait. */
function isOpen(database: Database, slug: string): Promise<boolean> {
  return opened(database, slug).then(
    () => true,
    (error: unknown) => {
      if (isCirceError(error, 'FORBIDDEN') || isCirceError(error, 'NOT_FOUND')) return false;
      throw error;
    },
  );
}

/** A bearer token, or an empty one when the header is there but holds none: it never falls back to a cookie. */
function bearer(headers: Headers): string | undefined {
  const header = headers.get('authorization');
  if (header === null) return undefined;
  return /^bearer ([\w-]{1,200})$/i.exec(header)?.[1] ?? '';
}
