import type { Collection } from '../storage/catalogue.ts';
import type { Context } from './context.ts';
import { until } from './writing.ts';

/**
 * Waits until no open transaction uses a collection whose shape is about to change. Those that use it already may end;
 * others are told to try again, as MongoDB tells them, or there would always be one.
 */
export async function alone({ server, deadline }: Context, collection: Collection): Promise<void> {
  const { transactions, claims } = server.store;
  const users = [...transactions].filter(({ touched }) => touched.has(collection));
  if (users.length === 0) return;
  claims.set(collection, (claims.get(collection) ?? 0) + 1);
  try {
    await until(Promise.all(users.map(({ ended }) => ended)), deadline);
  } finally {
    const others = (claims.get(collection) ?? 1) - 1;
    if (others > 0) claims.set(collection, others);
    else claims.delete(collection);
  }
}
