import { getUntypedClient } from '@trpc/client';
import type { Client, PlatformClient } from './create.ts';
import type { Asked } from './links.ts';

/** One call of a procedure whose name is known only when the program runs. */
export interface Call {
  readonly type: 'query' | 'mutation' | 'subscription';
  /** Such as `bookings.findByTenantAndDate`. */
  readonly path: string;
  readonly input: unknown;
  readonly asked?: Asked;
  /** Gets each event of a subscription. */
  readonly onEvent?: (event: unknown) => void;
}

/** Calls a procedure by its name and answers what it answers; a subscription is answered when it has ended. */
export function callByName(client: Client | PlatformClient, call: Call): Promise<unknown> {
  const { type, path, input, asked = {}, onEvent = () => undefined } = call;
  const untyped = getUntypedClient(client as Client);
  if (type === 'query') return untyped.query(path, input);
  if (type === 'mutation') return untyped.mutation(path, input, { context: { ...asked } });
  return new Promise<void>((resolve, reject) => {
    untyped.subscription(path, input, { onData: onEvent, onError: reject, onComplete: resolve });
  });
}
