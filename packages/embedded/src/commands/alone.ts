import type { Collection } from '../storage/catalogue.ts';
import type { Context } from './context.ts';
import { until } from './writing.ts';

/**
 * Changes the shape of collections once no open transaction uses them. Those that use them already may end; others are
 * told to try again, as MongoDB tells them, or there would always be one.
 * @param find looks for the collections, anew whenever somebody was waited for: they may have changed meanwhile
 * @param act runs without anybody in between
 */
export async function alone<C extends readonly (Collection | undefined)[], R>(
  { server, deadline }: Context,
  find: () => C,
  act: (found: C) => R,
): Promise<R> {
  const { transactions, claims, group } = server.store;
  for (;;) {
    if (group.busy) {
      await until(group.busy.ended, deadline);
      continue;
    }
    const found = find();
    const wanted = found.filter((collection) => collection !== undefined);
    const users = [...transactions].filter(({ touched }) => wanted.some((one) => touched.has(one)));
    if (users.length === 0) return act(found);
    for (const one of wanted) claims.set(one, (claims.get(one) ?? 0) + 1);
    try {
      await until(Promise.all(users.map(({ ended }) => ended)), deadline);
    } finally {
      for (const one of wanted) {
        const others = (claims.get(one) ?? 1) - 1;
        if (others > 0) claims.set(one, others);
        else claims.delete(one);
      }
    }
  }
}
