import type { Writer } from '../storage/writer.ts';
import type { Context } from './context.ts';

/**
 * The same command, over the same data, with writes that change nothing: for what explain says a write would do.
 * @param empty sees no collection, so that it only finds whether the command is right
 */
export function dryRun(context: Context, empty = false): Context {
  const { data, server } = context;
  const dry: Writer = {
    collection: (db, name) => (empty ? undefined : data.collection(db, name)),
    createCollection: (db, name, options) => server.store.catalogue.newCollection(db, name, options),
    body: (id) => data.body(id),
    documents: (...args) => data.documents(...args),
    entries: (...args) => data.entries(...args),
    unique: (index, key) => data.unique(index, key),
    countEntries: (index, low, high, limit) => data.countEntries(index, low, high, limit),
    countDocuments: (collection) => data.countDocuments(collection),
    insert() {},
    update() {},
    remove() {},
  };
  return { ...context, data: dry, retry: undefined };
}
