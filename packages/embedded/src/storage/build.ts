import { decode } from '../bson/decode.ts';
import type { Doc } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { endId, firstId, type Collection, type Index } from './catalogue.ts';
import { changesOf } from './changes.ts';
import type { Entry } from './connection.ts';
import { duplicateKey } from './duplicate.ts';
import { EntrySorter } from './entry-sorter.ts';
import { Spill } from './spill.ts';
import { type Store } from './store.ts';
import { Blocked, lockOf } from './writer.ts';

/** So many documents are read at a time, and so many entries written: few enough not to hold the event loop. */
const CHUNK = 50;

const running = new WeakMap<Collection, Promise<void>>();

/** The end of the build that goes on in a collection. */
export const building = (collection: Collection): Promise<void> | undefined => running.get(collection);

/** Lets others run, at least until something has ended. */
type Pause = (until?: Promise<void>) => Promise<void>;

/**
 * Builds indexes over what is there in one pass over it, all of them or none, while others write and keep them too.
 * Their entries are sorted before they are written: a page of the file is written once for each index, and not once for
 * each entry.
 */
export function buildIndexes(
  store: Store,
  collection: Collection,
  specs: readonly Doc[],
  pause: Pause,
): Promise<void> {
  const build = new Build(store, collection, specs, pause).run();
  const ended = build.catch(() => undefined).finally(() => running.delete(collection));
  running.set(collection, ended);
  return build;
}

class Build {
  readonly #store: Store;
  readonly #collection: Collection;
  readonly #indexes: readonly Index[];
  readonly #pause: Pause;
  readonly #sorters = new Map<Index, EntrySorter>();
  #spill: Spill | undefined;
  /** The first document that was not read yet. */
  #from: number;
  /** Documents that were written since they were read: what was sorted of them is not so any more. */
  readonly #rewritten = new Set<number>();

  constructor(store: Store, collection: Collection, specs: readonly Doc[], pause: Pause) {
    this.#store = store;
    this.#collection = collection;
    this.#pause = pause;
    this.#from = firstId(collection);
    this.#indexes = store.group.write(() =>
      specs.map((spec) => store.catalogue.beginIndex(collection, spec)),
    );
    collection.changedAt = store.group.pending;
    for (const index of this.#indexes)
      this.#sorters.set(index, new EntrySorter(() => (this.#spill ??= new Spill())));
  }

  async run(): Promise<void> {
    const { group, catalogue } = this.#store;
    const collection = this.#collection;
    const wrote = (id: number): void => {
      if (id >= firstId(collection) && id < this.#from) this.#rewritten.add(id);
    };
    this.#store.watchers.add(wrote);
    try {
      while (this.#read()) await this.#spare();
      for (const index of this.#indexes) await this.#write(index);
      // From here on what writers do is enough: nothing is sorted any more that they could overtake.
      this.#store.watchers.delete(wrote);
      await this.#writeAgain();
    } catch (error) {
      if (this.#goesOn)
        group.write(() => this.#indexes.forEach((index) => catalogue.dropIndex(collection, index)));
      throw error;
    } finally {
      this.#store.watchers.delete(wrote);
      this.#spill?.close();
    }
    group.write(() => this.#indexes.forEach((index) => catalogue.finishIndex(collection, index)));
    // A snapshot of before does not have all of their entries.
    collection.changedAt = group.pending;
  }

  /** Not when the collection was dropped, or read anew after a failure of the disk. */
  get #goesOn(): boolean {
    const { db, name, building: now } = this.#collection;
    return (
      this.#store.catalogue.find(db, name) === this.#collection &&
      this.#indexes.every((index) => now.includes(index))
    );
  }

  async #rest(until?: Promise<void>): Promise<void> {
    await this.#pause(until);
    // Who reads what was before a commit that is made in parts would bring it back after it.
    const { group } = this.#store;
    while (group.busy) await this.#pause(group.busy.ended);
    if (this.#goesOn) return;
    if (group.refusal) throw group.refusal;
    const names = this.#indexes.map(({ name }) => name).join(', ');
    throw new MongoError('IndexBuildAborted', `the build of index ${names} was interrupted`);
  }

  /** Reads some documents in one go, so that none of them changes in between; false when there are no more. */
  #read(): boolean {
    const rows = this.#store.file.writer.chunk(this.#from, endId(this.#collection), CHUNK);
    for (const { id, body } of rows) {
      for (const { index, added, multikey } of changesOf(this.#indexes, undefined, decode(body))) {
        for (const key of added) this.#sorters.get(index)?.add({ key, id });
        this.#store.catalogue.markMultikey(index, multikey);
      }
      this.#from = id + 1;
    }
    return rows.length > 0;
  }

  /** Rests, and takes out of memory what is too much of it. */
  async #spare(): Promise<void> {
    await this.#rest();
    for (const sorter of this.#sorters.values()) {
      if (!sorter.isFull) continue;
      sorter.flush();
      await this.#rest();
    }
  }

  async #write(index: Index): Promise<void> {
    let some: Entry[] = [];
    for (const entry of this.#sorters.get(index)?.sorted() ?? []) {
      some.push(entry);
      if (some.length < CHUNK) continue;
      await this.#whenFree(() => this.#add(index, some.filter(this.#isAsRead)));
      await this.#rest();
      some = [];
    }
    await this.#whenFree(() => this.#add(index, some.filter(this.#isAsRead)));
    this.#sorters.delete(index);
  }

  readonly #isAsRead = ({ id }: Entry): boolean => !this.#rewritten.has(id);

  /** Writers have put in what they changed of a document, and not what stayed as it was. */
  async #writeAgain(): Promise<void> {
    for (const id of this.#rewritten) {
      await this.#whenFree(() => {
        const body = this.#store.body(id);
        if (!body) return;
        for (const { index, added, multikey } of changesOf(this.#indexes, undefined, decode(body))) {
          this.#add(
            index,
            added.map((key) => ({ key, id })),
          );
          this.#store.catalogue.markMultikey(index, multikey);
        }
      });
      await this.#rest();
    }
  }

  /** Does something again until no transaction's lock is in its way. */
  async #whenFree(action: () => void): Promise<void> {
    for (;;) {
      try {
        return action();
      } catch (error) {
        if (!(error instanceof Blocked)) throw error;
        await this.#rest(error.holder.ended);
      }
    }
  }

  /** Adds entries of documents as they are now, in one go; those that are there already stay. */
  #add(index: Index, entries: readonly Entry[]): void {
    for (const { key, id } of entries) {
      if (index.unique && this.#isThere(index, key, id)) continue;
      this.#store.group.write(() => this.#store.file.writer.addEntry(index, key, id));
    }
  }

  #isThere(index: Index, key: Buffer, id: number): boolean {
    const store = this.#store;
    const lock = lockOf(index, key);
    store.refuseLocked(lock);
    const taken = store.uniqueId(index, key);
    if (taken !== undefined && taken !== id)
      throw duplicateKey(this.#collection, index, decode(store.body(id) as Buffer), key);
    // A transaction that began before does not see it.
    if (store.transactions.size > 0) store.touch(lock);
    return taken === id;
  }
}
