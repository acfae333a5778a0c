// How calls travel: what is safe to send again is, and each mutation goes alone under a key of its own.
import {
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
  type Operation,
  type OperationContext,
  type TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import type { TenantRouter } from '../root.ts';
import { failureOf } from '../shared/failure.ts';
import { dryRunHeader, idempotencyHeader } from '../shared/headers.ts';
import { maxBatch } from '../shared/limits.ts';
import { fromPlain, plainOf, type Plain } from '../shared/plain.ts';
import { FetchEventSource } from './event-source.ts';

export interface Route {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/** What a caller may ask of one call, as the `context` of its options. */
export interface Asked {
  /** The same for one thing that shall be done once, also by a program that is started again; made up if left out. */
  readonly idempotencyKey?: string;
  /** Answers what the mutation would answer, and changes nothing. */
  readonly dryRun?: boolean;
}

/** superjson's format, of which this API sends and takes plain data only. */
const transformer = {
  serialize(value: unknown): Plain {
    const plain = plainOf(value);
    if (!plain)
      throw new TypeError('Only plain data can be sent: no Map, Set, BigInt, NaN, class, function or ring.');
    return plain;
  },
  deserialize: fromPlain,
};

/** Milliseconds before the second and the third attempt. */
const pauses = [300, 1_000];

/** Whoever has waited this long is told, and not asked to wait as long once more: a server has waited for its database. */
const patienceMs = 4_000;

export function linksTo({ url, headers, fetch }: Route): TRPCLink<TenantRouter>[] {
  const send = (input: string | URL | Request, init?: object) => fetch(input, init as RequestInit);
  const common = { url, transformer, fetch: send } as const;
  return [
    keyed,
    retryLink({
      retry: ({ op, error, attempts }) =>
        attempts <= pauses.length &&
        isRepeatable(op) &&
        isPassing(error) &&
        Date.now() - Number(op.context['askedAt']) < patienceMs,
      retryDelayMs: (attempt) => pauses[attempt - 1] ?? 0,
    }),
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({
        url,
        transformer,
        EventSource: FetchEventSource,
        eventSourceOptions: { headers, fetch: send },
      }),
      false: splitLink({
        condition: ({ type }) => type === 'mutation',
        true: httpLink({ ...common, headers: ({ op }) => ({ ...headers, ...asked(op.context) }) }),
        // Queries go by POST too, so that no name or phone number stands in an address.
        false: httpBatchLink({ ...common, headers, maxItems: maxBatch, methodOverride: 'POST' }),
      }),
    }),
  ];
}

/**
 * Says when a call was made, and gives a mutation its key before it is sent for the first time, so that it has the same
 * one every time.
 */
const keyed: TRPCLink<TenantRouter> =
  () =>
  ({ op, next }) => {
    const key = op.type === 'mutation' && { idempotencyKey: newKey() };
    return next({ ...op, context: { ...key, ...op.context, askedAt: Date.now() } });
  };

/** `randomUUID` is missing in pages over plain http. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function asked({ idempotencyKey, dryRun }: OperationContext): Record<string, string> {
  return {
    ...(typeof idempotencyKey === 'string' && { [idempotencyHeader]: idempotencyKey }),
    ...(dryRun === true && { [dryRunHeader]: '1' }),
  };
}

/** What gives out a secret is not under keys: done twice it would give out two. */
function isRepeatable({ type, path }: Operation): boolean {
  return type === 'query' || (type === 'mutation' && !path.startsWith('auth.'));
}

/** Whether a call was lost on its way or came at a bad moment, and nobody has said no to it. */
function isPassing(error: TRPCClientError<TenantRouter>): boolean {
  const failure = failureOf(error);
  if (failure) return failure.code === 'UNAVAILABLE';
  const answer = error.meta?.['response'];
  if (answer instanceof Response) return [502, 503, 504].includes(answer.status);
  return error.cause instanceof TypeError;
}
