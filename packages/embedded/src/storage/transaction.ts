import type { Doc } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { endId, firstId, maintained, nsOf, type Collection, type Index } from './catalogue.ts';
import { changesOf, type IndexChange } from './changes.ts';
import { conflict, WriteConflict } from './conflict.ts';
import type { Connection, Entry } from './connection.ts';
import { duplicateKey } from './duplicate.ts';
import type { Change } from './oplog.ts';
import { AddedEntries, byKey, merge, skipIds } from './overlay.ts';
import type { Pace } from './pace.ts';
import type { Store } from './store.ts';
import { Blocked, lockOf, nameKey, type LockKey, type Writer } from './writer.ts';
import type { Row } from './view.ts';

/** A transaction with more writes than that is committed in parts. */
const FEW = 200;

interface Written {
  collection: Collection;
  body: Buffer | undefined;
  doc: Doc | undefined;
  /** The document in the snapshot, whose entries go at commit. */
  original: Doc | undefined;
}

/** Whether an index meets an array where it had none, which is written at once. */
const meetsArray = ({ index, multikey }: Pick<IndexChange, 'index' | 'multikey'>): boolean =>
  multikey.some((bits, at) => (bits & ~(index.multikey[at] ?? 0)) !== 0);

/**
 * A transaction: one snapshot to read, and its own writes in memory over it. Documents and unique keys
 * that it writes are locked; whoever comes second gets a write conflict. At commit the writes become
 * one group in the file.
 */
export class Transaction implements Writer {
  readonly ended: Promise<void>;
  readonly seq: number;
  /** Collections that it has used: their indexes may not change under it. */
  readonly touched = new Set<Collection>();
  state: 'open' | 'committing' | 'committed' | 'aborted' = 'open';
  readonly #store: Store;
  readonly #origin: Doc;
  readonly #snapshot: Connection;
  readonly #written = new Map<number, Written>();
  readonly #added = new Map<number, AddedEntries>();
  readonly #created = new Map<string, Collection>();
  readonly #locks: LockKey[] = [];
  readonly #changes: Change[] = [];
  #end!: () => void;

  /** @param origin what its events say of where they come from */
  constructor(store: Store, origin: Doc) {
    this.#store = store;
    this.#origin = origin;
    const { connection, seq } = store.takeSnapshot();
    this.#snapshot = connection;
    this.seq = seq;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    store.transactions.add(this);
  }

  /** The collection that has a name in this snapshot; one that has been changed or dropped since cannot be read any more. */
  collection(db: string, name: string): Collection | undefined {
    const key = nameKey(db, name);
    const own = this.#created.get(key);
    if (own) return own;
    const renamed = (this.#store.recent.get(key) ?? 0) > this.seq;
    if (renamed && !this.#snapshot.hasCollection(db, name)) return undefined;
    const collection = this.#store.collection(db, name);
    if (renamed || (collection && collection.changedAt > this.seq)) {
      throw conflict(
        'SnapshotUnavailable',
        `Unable to read from a snapshot due to pending collection catalog changes to collection '${db}.${name}'`,
      );
    }
    if (collection && !this.touched.has(collection)) this.#use(collection);
    return collection;
  }

  /** Who came after somebody who waits for the collection goes behind him: one after another, they would keep him out for good. */
  #use(collection: Collection): void {
    if (this.#store.claims.has(collection))
      throw conflict(
        'LockTimeout',
        `Unable to acquire a lock on collection '${nsOf(collection)}': its indexes or its name are about to change`,
      );
    this.touched.add(collection);
  }

  createCollection(db: string, name: string, options: Doc): Collection {
    const key = nameKey(db, name);
    this.#refuseConflict(key);
    const collection = this.#store.catalogue.newCollection(db, name, options);
    this.#created.set(key, collection);
    return collection;
  }

  /** An index of a collection that is this transaction's own, and still empty: there is nothing to build. */
  createIndex(collection: Collection, spec: Doc): void {
    const own = [...this.#created.values()].includes(collection);
    if (!own || this.countDocuments(collection) > 0)
      throw new MongoError(
        'OperationNotSupportedInTransaction',
        `Cannot create new indexes on ${own ? 'non-empty' : 'existing'} collection ${nsOf(collection)} in a multi-document transaction.`,
      );
    collection.indexes.push(this.#store.catalogue.newIndex(spec));
  }

  body(id: number): Buffer | undefined {
    const own = this.#written.get(id);
    return own ? own.body : this.#snapshot.body(id);
  }

  *documents(collection: Collection, backwards: boolean, pace?: Pace): Generator<Row> {
    const own = [...this.#written]
      .filter(([, { collection: other, body }]) => other === collection && body)
      .map(([id, { body }]) => ({ id, body: body as Buffer }))
      .sort((a, b) => (backwards ? b.id - a.id : a.id - b.id));
    const theirs = this.#snapshot.documents(firstId(collection), endId(collection), backwards, pace);
    yield* merge(own, skipIds(theirs, this.#written), (a, b) => (backwards ? b.id - a.id : a.id - b.id));
  }

  entries(
    index: Index,
    low: Buffer,
    high: Buffer,
    backwards: boolean,
    keyed: boolean,
    pace?: Pace,
  ): Iterable<Entry> {
    if (this.#written.size === 0) return this.#snapshot.entries(index, low, high, backwards, keyed, pace);
    const theirs = this.#snapshot.entries(index, low, high, backwards, true, pace);
    const own = this.#added.get(index.id)?.between(low, high, backwards) ?? [];
    return merge(own, skipIds(theirs, this.#written), (a, b) => (backwards ? byKey(b, a) : byKey(a, b)));
  }

  unique(index: Index, key: Buffer): Row | undefined {
    const id = this.#uniqueId(index, key);
    const body = id === undefined ? undefined : this.body(id);
    return id === undefined || !body ? undefined : { id, body };
  }

  #uniqueId(index: Index, key: Buffer): number | undefined {
    const own = this.#added.get(index.id)?.idOf(key);
    if (own !== undefined) return own;
    const theirs = this.#snapshot.uniqueId(index.id, key);
    return theirs === undefined || this.#written.has(theirs) ? undefined : theirs;
  }

  countEntries(index: Index, low: Buffer, high: Buffer, limit: number): number {
    return this.#snapshot.countEntries(index, low, high, limit);
  }

  countDocuments(collection: Collection): number {
    let count = this.#snapshot.countDocuments(firstId(collection), endId(collection));
    for (const { collection: other, body, original } of this.#written.values())
      if (other === collection) count += Number(body !== undefined) - Number(original !== undefined);
    return count;
  }

  insert(collection: Collection, doc: Doc, body: Buffer): void {
    this.#write(collection, collection.next++, undefined, doc, body);
    this.#changes.push({ kind: 'insert', collection, before: undefined, after: doc });
  }

  update(
    collection: Collection,
    id: number,
    before: Doc,
    after: Doc,
    body: Buffer,
    kind: 'update' | 'replace',
  ): void {
    this.#write(collection, id, before, after, body);
    this.#changes.push({ kind, collection, before, after });
  }

  remove(collection: Collection, id: number, before: Doc): void {
    this.#write(collection, id, before, undefined, undefined);
    this.#changes.push({ kind: 'delete', collection, before, after: undefined });
  }

  #write(
    collection: Collection,
    id: number,
    before: Doc | undefined,
    after: Doc | undefined,
    body: Buffer | undefined,
  ): void {
    const changes = changesOf(maintained(collection), before, after);
    const wanted: LockKey[] = before ? [id] : [];
    for (const { index, added, removed } of changes) {
      if (!index.unique) continue;
      for (const key of removed) wanted.push(lockOf(index, key));
      for (const key of added) wanted.push(lockOf(index, key));
    }
    for (const key of wanted) this.#refuseConflict(key);
    const { busy } = this.#store.group;
    if (busy && changes.some(meetsArray)) throw new Blocked(busy);
    for (const { index, added } of changes) {
      if (!index.unique) continue;
      for (const key of added) {
        const taken = this.#uniqueId(index, key);
        if (taken !== undefined && taken !== id) throw duplicateKey(collection, index, after as Doc, key);
      }
    }
    for (const key of wanted) this.#lock(key);
    const known = this.#written.get(id);
    this.#written.set(id, { collection, body, doc: after, original: known ? known.original : before });
    for (const { index, added, removed, multikey } of changes) {
      let entries = this.#added.get(index.id);
      if (!entries) this.#added.set(index.id, (entries = new AddedEntries()));
      if (known) for (const key of removed) entries.remove(key, id);
      for (const key of added) entries.add(key, id);
      if (meetsArray({ index, multikey }))
        this.#store.group.write(() => this.#store.catalogue.markMultikey(index, multikey));
    }
    // Entries that the document keeps are hidden with the snapshot's version of it: they need their own.
    if (!known && before && after) this.#keepEntries(collection, id, after, changes);
  }

  #keepEntries(collection: Collection, id: number, after: Doc, changes: readonly IndexChange[]): void {
    for (const { index, added } of changesOf(maintained(collection), undefined, after)) {
      let entries = this.#added.get(index.id);
      if (!entries) this.#added.set(index.id, (entries = new AddedEntries()));
      const already = changes.find((change) => change.index === index)?.added ?? [];
      for (const key of added) if (!already.some((other) => other.equals(key))) entries.add(key, id);
    }
  }

  #refuseConflict(key: LockKey): void {
    const holder = this.#store.locks.get(key);
    if ((holder && holder !== this) || (this.#store.recent.get(key) ?? 0) > this.seq)
      throw new WriteConflict(holder === this ? undefined : holder);
  }

  #lock(key: LockKey): void {
    if (this.#store.locks.get(key) === this) return;
    this.#store.locks.set(key, this);
    this.#locks.push(key);
  }

  get hasWritten(): boolean {
    return this.#written.size > 0 || this.#created.size > 0;
  }

  /**
   * Puts the writes into the group of now; of many it makes a group of their own, in parts, that others see whole.
   * @param also runs in the same group
   */
  commit(also: () => void): Promise<void> | void {
    if (this.#written.size > FEW) {
      this.state = 'committing';
      return this.#store.group.writeInParts(this, () => this.#parts(also));
    }
    const parts = this.#parts(also);
    this.#store.group.write(() => {
      for (const _part of parts);
    });
  }

  #parts(also: () => void): Generator<void> {
    for (const key of this.#created.keys()) this.#refuseConflict(key);
    return this.#apply([...this.#written], also);
  }

  *#apply(written: [id: number, what: Written][], also: () => void): Generator<void> {
    const store = this.#store;
    for (const key of this.#created.keys()) store.touch(key);
    const placed: { id: number; body: Buffer | undefined; changes: IndexChange[] }[] = [];
    // All that goes before all that comes: one document may take a unique key that another gives up.
    for (const [id, { collection, body, doc, original }] of written) {
      if (!original && !doc) continue;
      const changes = changesOf(maintained(collection), original, doc);
      store.removeEntries(id, changes);
      placed.push({ id, body, changes });
      yield;
    }
    for (const { id, body, changes } of placed) {
      store.place(id, body, changes);
      yield;
    }
    yield* store.oplog.recordInParts(this.#changes, this.#origin);
    for (const collection of this.#created.values()) store.catalogue.keep(collection);
    also();
    this.finish('committed');
  }

  abort(): void {
    if (this.state === 'open') this.finish('aborted');
  }

  finish(state: 'committed' | 'aborted'): void {
    if (this.state === 'committed' || this.state === 'aborted') return;
    this.state = state;
    for (const key of this.#locks) this.#store.locks.delete(key);
    this.#store.transactions.delete(this);
    this.#store.dropSnapshot(this.seq);
    this.#end();
  }
}
