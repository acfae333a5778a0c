// The HTTP side of the router: what is refused before a procedure is looked for, and what every answer carries.
import { randomUUID } from 'node:crypto';
import { isCirceError, type Database } from '@paper-circe/core';
import { TRPCError } from '@trpc/server';
import { resolveResponse } from '@trpc/server/http';
import { getTRPCErrorFromUnknown, getErrorShape } from '@trpc/server/unstable-core-do-not-import';
import { budgetOf } from './api-tokens/index.ts';
import { withBoundedBody } from './body.ts';
import { createContext, platform, type Context } from './context.ts';
import { cookiesOf } from './cookies.ts';
import { assertSameOrigin } from './csrf.ts';
import { asTrpcError, knownError, requestIds } from './errors.ts';
import { logUnexpected, type Log } from './log.ts';
import { platformRouter, tenantRouter } from './root.ts';
import { maxBatch } from './shared/limits.ts';
import { serialize } from './wire.ts';

export interface HandlerOptions {
  readonly database: Database;
  /** The slug in the address, the clinic's own domain, or `platform`. */
  readonly tenant: string;
  /** Where the request came from, behind trusted proxies. */
  readonly address: string;
  /** Where the installation itself is reached, such as `https://desk.example.com`: every clinic is there, and the platform. */
  readonly origin?: string | undefined;
  /** Whether the demo users of a demo database may sign in. */
  readonly demo?: boolean;
  /** Gets one line for each unexpected error; the standard error stream when it is left out. */
  readonly log?: Log;
}

/** The path under which a clinic's procedures are reached. */
export function trpcPath(tenant: string): string {
  return `/api/${tenant}/trpc`;
}

/**
 * Answers one request to `/api/[tenant]/trpc/...`. It reads and sets the session cookie itself. Every answer has
 * an `x-request-id`, and every error carries it too.
 */
export async function handleTrpc(request: Request, options: HandlerOptions): Promise<Response> {
  const requestId = randomUUID();
  const response = await requestIds.run(requestId, () => answer(request, options, requestId));
  response.headers.set('x-request-id', requestId);
  response.headers.set('x-content-type-options', 'nosniff');
  // tRPC asks that a stream is sent as it is written; that it may be kept, as tRPC has it, is not for a clinic's.
  const asItIs = response.headers.get('cache-control')?.includes('no-transform');
  response.headers.set('cache-control', asItIs ? 'no-store, no-transform' : 'no-store');
  return response;
}

async function answer(request: Request, options: HandlerOptions, requestId: string): Promise<Response> {
  const { database, tenant, address, origin, demo = false, log } = options;
  const cookies = cookiesOf(request.headers);
  try {
    assertSameOrigin(request);
    const req = await withBoundedBody(request);
    const context = await createContext({
      database,
      tenant,
      request,
      cookies,
      address,
      origin,
      requestId,
      demo,
    });
    const response = await resolveResponse({
      req,
      path: procedureOf(req, tenant),
      router: tenant === platform ? platformRouter : tenantRouter,
      createContext: () => Promise.resolve(context),
      error: null,
      maxBatchSize: maxBatch,
      // Queries may come by POST, so that names and phone numbers stay out of addresses and their logs.
      allowMethodOverride: true,
      responseMeta: ({ errors }) => (errors.length > 0 ? { headers: retryAfter(errors) } : {}),
      onError: ({ error, path }) => unexpected(error, { requestId, tenant, path }, log),
    });
    cookies.writeTo(response.headers);
    tellAddress(context, tenant, response.headers);
    await tellBudget(context, response.headers);
    return response;
  } catch (error) {
    unexpected(error, { requestId, tenant, path: undefined }, log);
    return refusal(asTrpcError(error));
  }
}

/** What stands behind the path of a clinic's procedures: the name of one, or of several with commas between. */
function procedureOf({ url }: Request, tenant: string): string {
  return new URL(url).pathname.slice(trpcPath(tenant).length).replace(/^\/|\/$/g, '');
}

/** Tells whoever calls a clinic by a slug that it had before where it is now. */
function tellAddress({ clinic }: Context, asked: string, headers: Headers): void {
  const { slug, formerSlugs } = clinic.tenant;
  if (formerSlugs?.includes(asked)) headers.set('link', `<${trpcPath(slug)}>; rel="canonical"`);
}

/** Tells a program how often it may still call. */
async function tellBudget({ database, clinic, apiToken }: Context, headers: Headers): Promise<void> {
  const token = await apiToken();
  if (!token) return;
  const now = clinic.clock().getTime();
  for (const [name, value] of budgetOf(database).headers(token.id, now)) headers.set(name, value);
}

/** Says when to come back, where a call was one too many. */
function retryAfter(errors: readonly TRPCError[]): Headers {
  const waits = errors.map(knownError).filter((error) => isCirceError(error, 'RATE_LIMITED'));
  const longest = Math.max(0, ...waits.map(({ details }) => details.retryAfterSeconds));
  return new Headers(longest > 0 ? { 'retry-after': String(longest) } : {});
}

interface Where {
  readonly requestId: string;
  readonly tenant: string;
  readonly path: string | undefined;
}

function unexpected(error: unknown, where: Where, log: Log | undefined): void {
  if (!knownError(error)) logUnexpected(error, where, log);
}

/** An error as tRPC would send it, for what is refused before tRPC sees it. */
function refusal(cause: TRPCError): Response {
  const error = getTRPCErrorFromUnknown(cause);
  const config = tenantRouter._def._config;
  const shape = getErrorShape({
    config,
    error,
    type: 'unknown',
    path: undefined,
    input: undefined,
    ctx: undefined,
  });
  return Response.json({ error: serialize(shape) }, { status: shape.data.httpStatus });
}
