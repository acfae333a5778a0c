import type { Doc } from '../bson/types.ts';
import { Catalogue, endId, firstId, maintained, type Collection, type Index } from './catalogue.ts';
import { changesOf, type IndexChange } from './changes.ts';
import type { Connection } from './connection.ts';
import { duplicateKey } from './duplicate.ts';
import { DataFile, type Durability } from './file.ts';
import { Graves } from './graves.ts';
import { Group } from './group.ts';
import { Oplog, type Change } from './oplog.ts';
import { rebuildIndexes } from './rebuild.ts';
import type { Pace } from './pace.ts';
import type { Row } from './view.ts';
import { Blocked, lockOf, nameKey, type Holder, type LockKey, type Writer } from './writer.ts';

/** The latest state of a data file: reads see every write at once, before it is durable. */
export class Store implements Writer {
  readonly file: DataFile;
  readonly catalogue: Catalogue;
  readonly group: Group;
  readonly graves: Graves;
  /** Documents and unique keys that open transactions have written. */
  readonly locks = new Map<LockKey, Holder>();
  /** Under which commit each of these, or a collection's name, changed last, as far back as an open snapshot reaches. */
  readonly recent = new Map<LockKey, number>();
  readonly transactions = new Set<Holder>();
  /** How many wait to change the shape of a collection: no other transaction begins to use it before they have. */
  readonly claims = new Map<Collection, number>();
  readonly oplog: Oplog;
  /** Told of each document that is written or removed. */
  readonly watchers = new Set<(id: number) => void>();
  /** Called when a group could not be committed: what was in memory about it is wrong. */
  onUndone: (() => void) | undefined;
  readonly #snapshots = new Map<number, { connection: Connection; users: number }>();

  constructor(path: string, durability: Durability, compilePartial: (filter: Doc) => (doc: Doc) => boolean) {
    this.file = new DataFile(path, durability);
    this.group = new Group(this.file, () => {
      // They have taken numbers of documents that are free again.
      for (const transaction of [...this.transactions]) transaction.abort();
      this.catalogue.load();
      this.oplog.load();
      // What did not come to be is in nobody's way: there may never be a commit of that number.
      for (const [key, seq] of this.recent)
        if (seq > this.group.committed) this.recent.set(key, this.group.committed);
      this.onUndone?.();
    });
    this.graves = new Graves(this.file, this.group);
    this.catalogue = new Catalogue(this.file, this.graves, compilePartial);
    this.catalogue.dropUnfinished();
    this.oplog = new Oplog(this.file, this.group);
    this.group.onCommit(() => {
      if (this.#snapshots.size === 0) this.recent.clear();
      this.file.checkpoints.look();
    });
    if (this.file.isOld) rebuildIndexes(this.file, this.group, this.catalogue);
  }

  /** The committed state of now, shared by all who ask before the next commit. */
  takeSnapshot(): { connection: Connection; seq: number } {
    const seq = this.group.committed;
    const known = this.#snapshots.get(seq);
    if (known) {
      known.users++;
      return { connection: known.connection, seq };
    }
    const connection = this.file.openSnapshot();
    this.#snapshots.set(seq, { connection, users: 1 });
    return { connection, seq };
  }

  dropSnapshot(seq: number): void {
    const known = this.#snapshots.get(seq);
    if (!known || --known.users > 0) return;
    this.#snapshots.delete(seq);
    if (this.#snapshots.size === 0) this.#forget();
    this.file.closeSnapshot(known.connection);
  }

  /** Forgets what no open snapshot, and none that is taken from now on, can ask for any more. */
  #forget(): void {
    const oldest = Math.min(this.group.committed, ...this.#snapshots.keys());
    for (const [key, seq] of this.recent) if (seq <= oldest) this.recent.delete(key);
  }

  touch(key: LockKey): void {
    this.recent.set(key, this.group.pending);
    if (this.recent.size > 20_000 && this.recent.size % 5000 === 0) this.#forget();
  }

  collection(db: string, name: string): Collection | undefined {
    return this.catalogue.find(db, name);
  }

  createCollection(db: string, name: string, options: Doc): Collection {
    // It may be about to make one of that name.
    this.#refuseBusy();
    return this.group.write(() => {
      this.touch(nameKey(db, name));
      return this.catalogue.create(db, name, options);
    });
  }

  dropCollection(collection: Collection): void {
    this.group.write(() => {
      this.touch(nameKey(collection.db, collection.name));
      this.catalogue.drop(collection);
      this.oplog.record([{ kind: 'drop', collection }]);
    });
  }

  renameCollection(collection: Collection, name: string): void {
    this.group.write(() => {
      for (const one of [collection.name, name]) this.touch(nameKey(collection.db, one));
      this.oplog.record([{ kind: 'rename', collection, to: name }]);
      this.catalogue.rename(collection, name);
    });
  }

  body(id: number): Buffer | undefined {
    return this.file.writer.body(id);
  }

  documents(collection: Collection, backwards: boolean, pace?: Pace): Iterable<Row> {
    return this.file.writer.documents(firstId(collection), endId(collection), backwards, pace);
  }

  entries(index: Index, low: Buffer, high: Buffer, backwards: boolean, keyed: boolean, pace?: Pace) {
    return this.file.writer.entries(index, low, high, backwards, keyed, pace);
  }

  first(index: Index, low: Buffer, high: Buffer, backwards: boolean): Row | undefined {
    return this.file.writer.first(index, low, high, backwards);
  }

  unique(index: Index, key: Buffer): Row | undefined {
    return this.file.writer.unique(index.id, key);
  }

  uniqueId(index: Index, key: Buffer): number | undefined {
    return this.file.writer.uniqueId(index.id, key);
  }

  countEntries(index: Index, low: Buffer, high: Buffer, limit: number): number {
    return this.file.writer.countEntries(index, low, high, limit);
  }

  countDocuments(collection: Collection): number {
    return this.file.writer.countDocuments(firstId(collection), endId(collection));
  }

  insert(collection: Collection, doc: Doc, body: Buffer): void {
    const id = collection.next++;
    this.#apply(collection, id, doc, body, changesOf(maintained(collection), undefined, doc));
    this.#log({ kind: 'insert', collection, before: undefined, after: doc });
  }

  update(
    collection: Collection,
    id: number,
    before: Doc,
    after: Doc,
    body: Buffer,
    kind: 'update' | 'replace',
  ): void {
    this.#apply(collection, id, after, body, changesOf(maintained(collection), before, after));
    this.#log({ kind, collection, before, after });
  }

  remove(collection: Collection, id: number, before: Doc): void {
    this.#apply(collection, id, undefined, undefined, changesOf(maintained(collection), before, undefined));
    this.#log({ kind: 'delete', collection, before, after: undefined });
  }

  #log(change: Change): void {
    const record = (): void => this.oplog.record([change]);
    if (this.oplog.on) this.group.write(record);
    else record();
  }

  /** Checks everything first, so that a refused write has changed nothing. */
  #apply(
    collection: Collection,
    id: number,
    after: Doc | undefined,
    body: Buffer | undefined,
    changes: IndexChange[],
  ): void {
    this.#refuseBusy();
    if (this.locks.size > 0) this.#refuseAllLocked(id, changes);
    // What is looked up inside of the group's transaction does not begin one of its own each time.
    this.group.write(() => {
      for (const { index, added } of changes) {
        if (!index.unique) continue;
        for (const key of added) {
          const taken = this.uniqueId(index, key);
          if (taken !== undefined && taken !== id) throw duplicateKey(collection, index, after as Doc, key);
        }
      }
      this.removeEntries(id, changes);
      this.place(id, body, changes);
    });
  }

  #refuseBusy(): void {
    const { busy } = this.group;
    if (busy) throw new Blocked(busy);
  }

  #refuseAllLocked(id: number, changes: readonly IndexChange[]): void {
    this.refuseLocked(id);
    for (const { index, added, removed } of changes)
      if (index.unique) for (const key of [...removed, ...added]) this.refuseLocked(lockOf(index, key));
  }

  refuseLocked(key: LockKey): void {
    const holder = this.locks.get(key);
    if (holder) throw new Blocked(holder);
  }

  /** The first half of a write; only inside a group, after the checks. */
  removeEntries(id: number, changes: readonly IndexChange[]): void {
    for (const { index, removed } of changes) {
      for (const key of removed) {
        this.file.writer.removeEntry(index, key, id);
        if (index.unique) this.touch(lockOf(index, key));
      }
    }
  }

  /** The second half: the document and its new entries. */
  place(id: number, body: Buffer | undefined, changes: readonly IndexChange[]): void {
    const { writer } = this.file;
    this.touch(id);
    for (const wrote of this.watchers) wrote(id);
    if (body) writer.putDocument(id, body);
    else writer.removeDocument(id);
    for (const { index, added, multikey } of changes) {
      for (const key of added) {
        writer.addEntry(index, key, id);
        if (index.unique) this.touch(lockOf(index, key));
      }
      this.catalogue.markMultikey(index, multikey);
    }
  }

  /** Copies the committed state to another file, while this one goes on. */
  async backup(path: string): Promise<void> {
    await this.group.durable();
    await this.file.backup(path);
  }

  close(): void {
    this.graves.close();
    this.group.close();
    for (const transaction of [...this.transactions]) transaction.abort();
    for (const { connection } of this.#snapshots.values()) this.file.closeSnapshot(connection);
    this.#snapshots.clear();
    this.file.close();
  }
}
