import type { Collection } from '../storage/catalogue.ts';
import type { Context } from './context.ts';
import { until } from './writing.ts';

/** Waits until no open transaction uses a collection whose shape is about to change. */
export async function alone(context: Context, collection: Collection): Promise<void> {
  for (;;) {
    const users = [...context.server.store.transactions].filter(({ touched }) => touched.has(collection));
    if (users.length === 0) return;
    await until(Promise.all(users.map(({ ended }) => ended)), context.deadline);
  }
}
