import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { asBuffer, decode } from '../bson/decode.ts';
import { encodedKeys, type KeyPattern } from './keys-of.ts';
import { Pace } from './pace.ts';
import { scanSql, sql } from './statements.ts';

export interface Entry {
  /** Empty where it was not asked for. */
  key: Buffer;
  id: number;
  /** The document, where it was read along. */
  body?: Buffer;
}

/** An index as the tables know it. */
export interface IndexTable extends KeyPattern {
  readonly id: number;
  readonly unique: boolean;
  /** Where its documents have arrays (see DocumentKeys): without any, each has one key. */
  readonly multikey: readonly number[];
  /** Leaves of a document what its keys are made of. */
  readonly cut: (body: Buffer) => Buffer;
}

/** Above every key, since no type starts with this byte. */
export const TOP = Buffer.from([0xff]);
export const BOTTOM = Buffer.alloc(0);

/**
 * One SQLite connection and its prepared statements. Scans read in chunks and go on behind the last key
 * they saw, so no statement stays open while others write, and a write between two rows is seen.
 */
export class Connection {
  readonly db: DatabaseSync;
  #statements!: Record<keyof typeof sql, StatementSync>;
  /** Those that read an index, for each way of doing it. */
  readonly #scans: StatementSync[] = [];
  /** Counts written rows: a scan that finds another number reads on from where it is instead of using what it has. */
  #writes = 0;
  #instead: Connection | undefined;

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  prepare(): this {
    const prepared: Partial<Record<keyof typeof sql, StatementSync>> = {};
    for (const [name, text] of Object.entries(sql)) prepared[name as keyof typeof sql] = this.#prepared(text);
    this.#statements = prepared as Record<keyof typeof sql, StatementSync>;
    return this;
  }

  #prepared(text: string): StatementSync {
    const statement = this.db.prepare(text);
    statement.setReturnArrays(true);
    return statement;
  }

  get writes(): number {
    return this.#writes;
  }

  /** How many rows have been written since it was opened, also those that were rolled back. */
  get written(): number {
    return (this.#statements.written.get() as unknown as [number])[0];
  }

  /** Lets queries read by another connection, for as long as what this one has written is not whole. */
  readInstead(other: Connection | undefined): void {
    this.#instead = other;
    this.#writes++;
  }

  /** What queries read with. */
  get #reading(): Record<keyof typeof sql, StatementSync> {
    return (this.#instead ?? this).#statements;
  }

  /** How many pages stand in SQLite's log of writes, and how many of them are copied into the file. */
  log(): { pages: number; copied: number } {
    const [, pages, copied] = this.#statements.logSize.get() as unknown as [number, number, number];
    return { pages, copied };
  }

  /** Copies the log into the file, as far as nobody reads what is older. */
  checkpoint(): void {
    this.#statements.checkpoint.get();
  }

  begin(): void {
    this.#statements.begin.run();
  }

  commit(): void {
    this.#statements.commit.run();
  }

  rollback(): void {
    this.#statements.rollback.run();
  }

  /** Keeps reading the state of now: SQLite takes its snapshot at the first read. */
  beginReading(): void {
    this.#statements.beginReading.run();
    this.#statements.anything.get();
  }

  body(id: number): Buffer | undefined {
    const row = this.#reading.body.get(id) as unknown as [Uint8Array] | undefined;
    return row && asBuffer(row[0]);
  }

  hasCollection(db: string, name: string): boolean {
    return this.#statements.collection.get(db, name) !== undefined;
  }

  lastId(low: number, high: number): number | undefined {
    return (this.#statements.lastId.get(low, high) as unknown as [number | null])[0] ?? undefined;
  }

  *documents(
    low: number,
    high: number,
    backwards: boolean,
    pace = new Pace(),
  ): Generator<{ id: number; body: Buffer }> {
    let from = low;
    let to = high;
    for (let full = true; full;) {
      const statement = backwards ? this.#reading.docsBack : this.#reading.docs;
      const writes = this.#writes;
      const size = pace.next;
      const rows = statement.all(from, to, size) as unknown as [number, Uint8Array | null][];
      let looked = 0;
      let bytes = 0;
      for (const [id, small] of rows) {
        const body = this.#whole(id, small);
        if (backwards) to = id;
        else from = id + 1;
        looked++;
        bytes += body.length;
        yield { id, body };
        if (writes !== this.#writes) break;
      }
      if (writes !== this.#writes) pace.disturbed(looked);
      else pace.looked(looked, bytes, (full = rows.length === size));
    }
  }

  /** Some documents from an id on, in order. */
  chunk(from: number, high: number, limit: number): { id: number; body: Buffer }[] {
    const rows = this.#reading.docs.all(from, high, limit) as unknown as [number, Uint8Array | null][];
    return rows.map(([id, small]) => ({ id, body: this.#whole(id, small) }));
  }

  uniqueId(index: number, key: Buffer): number | undefined {
    return (this.#reading.uniqueId.get(index, key) as unknown as [number] | undefined)?.[0];
  }

  unique(index: number, key: Buffer): { id: number; body: Buffer } | undefined {
    const row = this.#reading.unique.get(index, key) as unknown as [number, Uint8Array] | undefined;
    return row && { id: row[0], body: asBuffer(row[1]) };
  }

  /**
   * The entries from low (inclusive) to high (exclusive), with their documents.
   * @param keyed whether keys are wanted: to hand one over takes as long as to hand over a document
   */
  *entries(
    index: IndexTable,
    low: Buffer,
    high: Buffer,
    backwards: boolean,
    keyed: boolean,
    pace = new Pace(),
  ): Generator<Entry> {
    const { unique } = index;
    let from = low;
    let to = high;
    let edge: number | undefined;
    for (;;) {
      const writes = this.#writes;
      const size = pace.next;
      const withKeys = keyed || index.multikey.some((bits) => bits !== 0);
      const statement = (this.#instead ?? this).#scan(unique, backwards, edge !== undefined, withKeys);
      const range = edge === undefined ? [from, to] : backwards ? [from, to, edge] : [from, edge, to];
      const rows = statement.all(index.id, ...range, size) as unknown as [
        number,
        Uint8Array | null,
        Uint8Array?,
      ][];
      let looked = 0;
      let bytes = 0;
      let last: Entry | undefined;
      for (const [id, small, key] of rows) {
        const body = this.#whole(id, small);
        last = { key: key ? asBuffer(key) : BOTTOM, id, body };
        looked++;
        bytes += body.length;
        yield last;
        if (writes !== this.#writes) break;
      }
      const changed = writes !== this.#writes;
      if (changed) pace.disturbed(looked);
      else pace.looked(looked, bytes, rows.length === size);
      if (!last || (!changed && rows.length < size)) return;
      const key = withKeys ? last.key : keyOf(index, last.body as Buffer);
      if (backwards) to = key;
      else from = unique ? Buffer.concat([key, Buffer.alloc(1)]) : key;
      if (!unique) edge = last.id;
    }
  }

  /** The first document of a stretch of an index. */
  first(
    index: IndexTable,
    low: Buffer,
    high: Buffer,
    backwards: boolean,
  ): { id: number; body: Buffer } | undefined {
    const statement = (this.#instead ?? this).#scan(index.unique, backwards, false, false);
    const row = statement.get(index.id, low, high, 1) as unknown as [number, Uint8Array | null] | undefined;
    return row && { id: row[0], body: this.#whole(row[0], row[1]) };
  }

  /** A document of a chunk that has just been read, where it was too large to come with it. */
  #whole(id: number, small: Uint8Array | null): Buffer {
    return small ? asBuffer(small) : (this.body(id) as Buffer);
  }

  #scan(unique: boolean, backwards: boolean, behind: boolean, keyed: boolean): StatementSync {
    const way = Number(unique) + 2 * Number(backwards) + 4 * Number(behind) + 8 * Number(keyed);
    return (this.#scans[way] ??= this.#prepared(scanSql(unique, backwards, behind, keyed)));
  }

  /** How many entries a range has, counted no further than the limit. */
  countEntries(index: IndexTable, low: Buffer, high: Buffer, limit: number): number {
    const statement = index.unique ? this.#reading.countUniques : this.#reading.countEntries;
    return (statement.get(index.id, low, high, limit) as unknown as [number])[0];
  }

  countDocuments(low: number, high: number): number {
    return (this.#reading.countDocs.get(low, high) as unknown as [number])[0];
  }

  sizeOfDocuments(low: number, high: number): number {
    return (this.#reading.sizeOfDocs.get(low, high) as unknown as [number | null])[0] ?? 0;
  }

  putDocument(id: number, body: Buffer): void {
    this.#writes++;
    this.#statements.putDoc.run(id, body);
  }

  removeDocument(id: number): void {
    this.#writes++;
    this.#statements.removeDoc.run(id);
  }

  addEntry(index: IndexTable, key: Buffer, id: number): void {
    this.#writes++;
    (index.unique ? this.#statements.addUnique : this.#statements.addEntry).run(index.id, key, id);
  }

  removeEntry(index: IndexTable, key: Buffer, id: number): void {
    this.#writes++;
    (index.unique ? this.#statements.removeUnique : this.#statements.removeEntry).run(index.id, key, id);
  }

  putSession(lsid: string, number: number, record: Buffer, at: number): void {
    this.#statements.putSession.run(lsid, number, record, at);
  }

  session(lsid: string): { number: number; record: Buffer } | undefined {
    const row = this.#statements.session.get(lsid) as unknown as [number, Uint8Array] | undefined;
    return row && { number: row[0], record: asBuffer(row[1]) };
  }

  removeSessionsBefore(at: number): void {
    this.#statements.oldSessions.run(at);
  }

  addEvent(seq: number, event: Buffer): void {
    this.#statements.addEvent.run(seq, event);
  }

  events(after: number, limit: number): { seq: number; event: Buffer }[] {
    const rows = this.#statements.events.all(after, limit) as unknown as [number, Uint8Array][];
    return rows.map(([seq, event]) => ({ seq, event: asBuffer(event) }));
  }

  eventBounds(): { first: number; last: number } {
    const [first, last] = this.#statements.eventBounds.get() as unknown as [number | null, number | null];
    return { first: first ?? 0, last: last ?? 0 };
  }

  removeEventsUpTo(seq: number): void {
    this.#statements.oldEvents.run(seq);
  }

  meta(name: string): Buffer | undefined {
    const row = this.#statements.meta.get(name) as unknown as [Uint8Array] | undefined;
    return row && asBuffer(row[0]);
  }

  putMeta(name: string, value: Buffer): void {
    this.#statements.putMeta.run(name, value);
  }

  close(): void {
    this.db.close();
  }
}

/** The key of a document that has no arrays on the paths of an index. */
const keyOf = (index: IndexTable, body: Buffer): Buffer =>
  encodedKeys(decode(index.cut(body)), index).keys[0] ?? BOTTOM;
