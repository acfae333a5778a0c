import { createTRPCClient } from '@trpc/client';
import type { PlatformRouter, TenantRouter } from '../root.ts';
import { linksTo, type Route } from './links.ts';

export interface ClientOptions {
  /** Where Paper Circe runs, such as `https://clinic.example`; in a browser its own address when left out. */
  readonly url?: string;
  /** The clinic's slug. */
  readonly tenant: string;
  /** Who is calling; a browser that is signed in needs none. It travels in a header, never in an address. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * The procedures of one clinic, by name: `client.patients.register.mutate({ ... })`. A query, and a mutation under its
 * idempotency key, is sent up to three times where the connection is lost or the server is not available. A caller
 * who may start again himself gives the key, and may only try: `mutate(input, { context: { idempotencyKey } })`,
 * `mutate(input, { context: { dryRun: true } })`; the context is an `Asked`.
 */
export function createClient(options: ClientOptions) {
  return createTRPCClient<TenantRouter>({ links: linksTo(routeTo(options)) });
}
export type Client = ReturnType<typeof createClient>;

/** The procedures of the installation itself. */
export function createPlatformClient(options: Omit<ClientOptions, 'tenant'>) {
  return createTRPCClient<PlatformRouter>({ links: linksTo(routeTo({ ...options, tenant: 'platform' })) });
}
export type PlatformClient = ReturnType<typeof createPlatformClient>;

function routeTo({ url = '', tenant, token, fetch = globalThis.fetch }: ClientOptions): Route {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { url: `${url.replace(/\/+$/, '')}/api/${tenant}/trpc`, headers, fetch };
}
