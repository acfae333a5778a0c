import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';
import { shaped } from './errors.ts';
import { wire } from './wire.ts';

/** What is known of a procedure before it is called. */
export interface Meta {
  /** Who may call it. */
  readonly for: 'anybody' | 'signed in' | 'patient' | 'staff' | 'admin' | 'platform';
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    defaultMeta: { for: 'anybody' },
    transformer: wire,
    isDev: false,
    errorFormatter: ({ error, shape, ctx }) => shaped(error, shape, ctx?.requestId),
    sse: {
      // Proxies close what is silent for a minute; a client that hears nothing for two pings connects again.
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 40_000 },
    },
  });

export const router = t.router;
export const { procedure } = t;
export const createCallerFactory = t.createCallerFactory;
