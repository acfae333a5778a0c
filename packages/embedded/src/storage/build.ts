import { decode } from '../bson/codec.ts';
import type { Doc } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { endId, firstId, type Collection, type Index } from './catalogue.ts';
import { changesOf, type IndexChange } from './changes.ts';
import { duplicateKey } from './duplicate.ts';
import { type Store } from './store.ts';
import { Blocked, lockOf } from './writer.ts';

/** So many documents are read at a time. */
const CHUNK = 200;

const running = new WeakMap<Collection, Promise<void>>();

/** Resolves when no index of a collection is being built. */
export const built = (collection: Collection): Promise<void> => running.get(collection) ?? Promise.resolve();

/**
 * Builds an index over what is there, a few documents at a time, while others write and keep it too.
 * @param pause lets others run, at least until something has ended
 */
export function buildIndex(
  store: Store,
  collection: Collection,
  spec: Doc,
  pause: (until?: Promise<void>) => Promise<void>,
): Promise<void> {
  const building = build(store, collection, spec, pause);
  running.set(
    collection,
    building.catch(() => undefined),
  );
  return building;
}

async function build(
  store: Store,
  collection: Collection,
  spec: Doc,
  pause: (until?: Promise<void>) => Promise<void>,
): Promise<void> {
  const { group, catalogue } = store;
  const index = group.write(() => catalogue.beginIndex(collection, spec));
  collection.changedAt = group.pending;
  // Not when the collection was dropped, or read anew after a failure of the disk.
  const goesOn = (): boolean =>
    catalogue.find(collection.db, collection.name) === collection && collection.building.includes(index);
  try {
    for (let from: number | undefined = firstId(collection); from !== undefined;) {
      const { next, blocked } = indexChunk(store, collection, index, from);
      from = next;
      await pause(blocked?.holder.ended);
      if (!goesOn())
        throw new MongoError('IndexBuildAborted', `the build of index ${index.name} was interrupted`);
    }
  } catch (error) {
    if (goesOn()) group.write(() => catalogue.dropIndex(collection, index));
    throw error;
  }
  group.write(() => catalogue.finishIndex(collection, index));
  // A snapshot of before does not have all of its entries.
  collection.changedAt = group.pending;
}

/** Indexes some documents in one go, so that none of them changes in between; says where to go on. */
function indexChunk(
  store: Store,
  collection: Collection,
  index: Index,
  from: number,
): { next: number | undefined; blocked?: Blocked } {
  let last: number | undefined;
  for (const { id, body } of store.file.writer.chunk(from, endId(collection), CHUNK)) {
    const doc = decode(body);
    const [change] = changesOf([index], undefined, doc);
    try {
      if (change) addEntries(store, collection, id, doc, change);
    } catch (error) {
      if (error instanceof Blocked) return { next: id, blocked: error };
      throw error;
    }
    last = id;
  }
  return { next: last === undefined ? undefined : last + 1 };
}

function addEntries(store: Store, collection: Collection, id: number, doc: Doc, change: IndexChange): void {
  const { index, added, multikey } = change;
  const missing = added.filter((key) => {
    if (!index.unique) return true;
    store.refuseLocked(lockOf(index, key));
    const taken = store.uniqueId(index, key);
    if (taken !== undefined && taken !== id) throw duplicateKey(collection, index, doc, key);
    return taken === undefined;
  });
  store.group.write(() => {
    for (const key of missing) store.file.writer.addEntry(index, key, id);
    store.catalogue.markMultikey(index, multikey);
  });
}
