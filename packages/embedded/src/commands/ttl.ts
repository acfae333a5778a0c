import { decode } from '../bson/decode.ts';
import { encodeKey } from '../bson/keys.ts';
import { toNumber } from '../bson/numbers.ts';
import { dateAt, isNumeric } from '../bson/types.ts';
import type { Collection, Index } from '../storage/catalogue.ts';
import { type Store } from '../storage/store.ts';
import { Blocked } from '../storage/writer.ts';

/** How many documents one sweep deletes of one index: the rest waits for the next. */
const MOST = 5000;
/** After how many of them others may run. */
const PART = 50;

/** Deletes what TTL indexes say has expired, in parts. What a transaction holds waits for the next sweep. */
export function* sweepExpired(store: Store, now: Date): Generator<undefined, number> {
  let deleted = 0;
  for (const collection of [...store.catalogue.all()]) {
    for (const index of collection.indexes)
      if (isNumeric(index.spec['expireAfterSeconds']))
        deleted += yield* sweepIndex(store, collection, index, now);
  }
  return deleted;
}

function* sweepIndex(
  store: Store,
  collection: Collection,
  index: Index,
  now: Date,
): Generator<undefined, number> {
  const limit = new Date(now.getTime() - toNumber(index.spec['expireAfterSeconds'] as never) * 1000);
  const descending = index.descending[0] === true;
  const [low, high] = [encodeKey([dateAt(-(2n ** 63n))], [descending]), encodeKey([limit], [descending])];
  const [from, to] = descending ? [high, low] : [low, high];
  const rows = store.entries(index, from, to, descending, false)[Symbol.iterator]();
  let deleted = 0;
  // Between two parts both may go, and a document may be given more time.
  while (deleted < MOST && store.catalogue.find(collection.db, collection.name)?.indexes.includes(index)) {
    const expired = new Set<number>();
    for (let row; expired.size < PART && !(row = rows.next()).done;) expired.add(row.value.id);
    if (expired.size === 0) break;
    for (const id of expired) if (isDeleted(store, collection, id)) deleted++;
    yield;
  }
  return deleted;
}

function isDeleted(store: Store, collection: Collection, id: number): boolean {
  const body = store.body(id);
  if (!body) return false;
  try {
    store.remove(collection, id, decode(body));
    return true;
  } catch (error) {
    if (!(error instanceof Blocked)) throw error;
    return false;
  }
}
