// The typed client. It has the types of the router and none of its code.
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
} from '@trpc/client';
import type { ErrorCode } from '@paper-circe/core';
import superjson from 'superjson';
import type { PlatformRouter, TenantRouter } from '../root.ts';
import { failureOf, type Failure } from '../shared/failure.ts';
import { maxBatch } from '../shared/limits.ts';
import { FetchEventSource } from './event-source.ts';

export type { PlatformRouter, TenantRouter } from '../root.ts';
export { failureOf, type Failure } from '../shared/failure.ts';

export interface ClientOptions {
  /** Where Paper Circe runs, such as `https://clinic.example`; in a browser its own address when left out. */
  readonly url?: string;
  /** The clinic's slug. */
  readonly tenant: string;
  /** Who is calling; a browser that is signed in needs none. It travels in a header, never in an address. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** The procedures of one clinic, by name: `client.patients.register.mutate({ ... })`. */
export function createClient(options: ClientOptions) {
  return createTRPCClient<TenantRouter>({ links: [linkTo(options)] });
}
export type Client = ReturnType<typeof createClient>;

/** The procedures of the installation itself. */
export function createPlatformClient(options: Omit<ClientOptions, 'tenant'>) {
  return createTRPCClient<PlatformRouter>({
    links: [linkTo({ ...options, tenant: 'platform' })],
  });
}

function linkTo(options: ClientOptions) {
  const { tenant, token, fetch = globalThis.fetch } = options;
  const send = (input: string | URL | Request, init?: object) => fetch(input, init as RequestInit);
  const url = `${(options.url ?? '').replace(/\/+$/, '')}/api/${tenant}/trpc`;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return splitLink<TenantRouter>({
    condition: ({ type }) => type === 'subscription',
    true: httpSubscriptionLink({
      url,
      transformer: superjson,
      EventSource: FetchEventSource,
      eventSourceOptions: { headers, fetch: send },
    }),
    // Queries go by POST too, so that no name or phone number stands in an address.
    false: httpBatchLink({
      url,
      transformer: superjson,
      headers,
      fetch: send,
      maxItems: maxBatch,
      methodOverride: 'POST',
    }),
  });
}

/** An error of the closed list as it arrives at the client. */
export type CirceClientError<Code extends ErrorCode | 'INTERNAL'> = TRPCClientError<TenantRouter> & {
  readonly data: { readonly circe: Failure<Code> };
};

/** Whether a call was answered with an error of ours, of one code where one is given; narrows its details. */
export function isCirceError<Code extends ErrorCode | 'INTERNAL'>(
  error: unknown,
  code?: Code,
): error is CirceClientError<Code> {
  if (!(error instanceof TRPCClientError)) return false;
  const failure = failureOf(error);
  return failure !== undefined && (code === undefined || failure.code === code);
}
