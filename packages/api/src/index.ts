// @paper-circe/api: the router over core, sessions, and what a server needs to answer with it.
//
//   export const fallback = ({ request, params, getClientAddress }) =>
//     handleTrpc(request, { database, tenant: params.tenant, address: getClientAddress() });
//
// A server that renders pages calls procedures without HTTP:
//
//   const api = createCaller(await createContext({ database, tenant, request, cookies, address }));
//   const board = await api.bookings.findByTenantAndDate({ date });
import { apiTokens, tenants } from '@paper-circe/core';

export * from './shared/index.ts';
/** The countries that a clinic can be in, by their ISO 3166 codes. */
export const { countries } = tenants;
export const { ApiTokenId } = apiTokens;
export { CirceError, every, isAlive, openDatabase, ensureIndexes, type Database } from '@paper-circe/core';
export { localeOf, pictureOf, type Picture } from './clinic.ts';
export { createContext, platform, type Context, type ContextOptions } from './context.ts';
export { cookiesOf, type CookieOptions, type Cookies } from './cookies.ts';
export { describedProcedures, type Described, type JsonSchema } from './described.ts';
export { handleTrpc, trpcPath, type HandlerOptions } from './http.ts';
export { NewClinic, provision } from './links.ts';
export { liveStreams } from './live/subscribe.ts';
export { logUnexpected, type Log } from './log.ts';
export { onCalled, type Called } from './measured.ts';
export { demoPassword, hashPassword, NewPassword, passwordLine } from './passwords.ts';
export {
  createCaller,
  createPlatformCaller,
  platformRouter,
  tenantRouter,
  type Caller,
  type PlatformCaller,
  type PlatformRouter,
  type TenantRouter,
} from './root.ts';
export { hashOf as tokenHashOf } from './secrets.ts';
export { setUp, type SetUp } from './set-up.ts';
export { cookieName, endAllSessions, endSession, readSession, startSession } from './sessions/index.ts';
