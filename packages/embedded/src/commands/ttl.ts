import { decode } from '../bson/decode.ts';
import { encodeKey } from '../bson/keys.ts';
import { toNumber } from '../bson/numbers.ts';
import { dateAt, isNumeric } from '../bson/types.ts';
import type { Collection, Index } from '../storage/catalogue.ts';
import { type Store } from '../storage/store.ts';
import { Blocked } from '../storage/writer.ts';

/** How many documents one sweep deletes of one index: the rest waits for the next. */
const MOST = 5000;

/** Deletes what TTL indexes say has expired. What a transaction holds waits for the next sweep. */
export function sweepExpired(store: Store, now: Date): number {
  let deleted = 0;
  for (const collection of store.catalogue.all()) {
    for (const index of collection.indexes)
      if (isNumeric(index.spec['expireAfterSeconds'])) deleted += sweepIndex(store, collection, index, now);
  }
  return deleted;
}

function sweepIndex(store: Store, collection: Collection, index: Index, now: Date): number {
  const limit = new Date(now.getTime() - toNumber(index.spec['expireAfterSeconds'] as never) * 1000);
  const descending = index.descending[0] === true;
  const [low, high] = [encodeKey([dateAt(-(2n ** 63n))], [descending]), encodeKey([limit], [descending])];
  const expired = new Set<number>();
  const [from, to] = descending ? [high, low] : [low, high];
  for (const { id } of store.entries(index, from, to, descending, false)) {
    expired.add(id);
    if (expired.size >= MOST) break;
  }
  let deleted = 0;
  for (const id of expired) {
    const body = store.body(id);
    if (!body) continue;
    try {
      store.remove(collection, id, decode(body));
      deleted++;
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
    }
  }
  return deleted;
}
