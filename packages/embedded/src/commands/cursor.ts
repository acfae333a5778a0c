import { Long } from '../bson/types.ts';
import { Raw, type Answer } from '../bson/encode.ts';
import { fail } from '../errors.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import type { Transaction } from '../storage/transaction.ts';

const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const IDLE = 10 * 60 * 1000;
/** How long something may hold the event loop at a time, in milliseconds. */
const SLICE = 10;

/** A client that reads: one that has gone away waits for nothing. */
interface Reader {
  gone?: boolean;
}

/** Lets others run when a slice of time is over. */
export class Slices {
  #started = performance.now();
  readonly #deadline: number | undefined;
  readonly #before: (() => void) | undefined;
  readonly #client: Reader | undefined;

  /**
   * @param deadline when the operation must have ended, on the clock of `performance.now`
   * @param before what is to be done before others run
   * @param client of what only reads, which need not go on without it
   */
  constructor(deadline: number | undefined, before?: () => void, client?: Reader) {
    this.#deadline = deadline;
    this.#before = before;
    this.#client = client;
  }

  /** Whether a pause would let others run now. */
  get due(): boolean {
    return performance.now() - this.#started >= SLICE;
  }

  async pause(): Promise<void> {
    const now = performance.now();
    if (this.#deadline !== undefined && now > this.#deadline)
      fail('MaxTimeMSExpired', 'operation exceeded time limit');
    if (now - this.#started < SLICE) return;
    this.#before?.();
    await new Promise((resolve) => setImmediate(resolve));
    this.#started = performance.now();
    if (this.#client?.gone) leave();
  }
}

/** Ends what a client has asked who has gone away. */
export const leave = (): never =>
  fail('ClientDisconnect', 'operation was interrupted because a client disconnected');

/** The pauses of a command that only reads. */
export const readingSlices = (context: { deadline: number | undefined; client: Reader }): Slices =>
  new Slices(context.deadline, undefined, context.client);

export interface Batches {
  /** Up to so many documents; `done` when there are no more. */
  next(
    size: number,
    deadline: number | undefined,
    awaitTime?: number,
    client?: Reader,
  ): Promise<{ documents: Buffer[]; done: boolean; more?: Record<string, Answer> }>;
  close?(): void;
}

/** A query that is read batch by batch. */
export class QueryBatches implements Batches {
  readonly #source: Pausing<Buffer>;
  #ahead: Buffer | undefined;

  constructor(source: Pausing<Buffer>) {
    this.#source = source;
  }

  async next(
    size: number,
    deadline: number | undefined,
    _awaitTime?: number,
    client?: Reader,
  ): Promise<{ documents: Buffer[]; done: boolean }> {
    const documents: Buffer[] = [];
    let bytes = 0;
    if (this.#ahead && size > 0) {
      documents.push(this.#ahead);
      bytes = this.#ahead.length;
      this.#ahead = undefined;
    }
    const slices = new Slices(deadline, undefined, client);
    if (deadline !== undefined) await slices.pause();
    while (documents.length < size) {
      const { value, done } = this.#source.next();
      if (done) return { documents, done: true };
      if (value === PAUSE) {
        await slices.pause();
        continue;
      }
      const document = value as Buffer;
      if (documents.length > 0 && bytes + document.length > MAX_BATCH_BYTES) {
        this.#ahead = document;
        return { documents, done: false };
      }
      documents.push(document);
      bytes += document.length;
      if (documents.length % 64 === 0) await slices.pause();
    }
    return { documents, done: false };
  }

  close(): void {
    this.#source.return(undefined);
  }
}

/** Documents that are all there already. */
export function listed(documents: Buffer[]): Batches {
  return {
    next(size) {
      const batch = documents.splice(0, size);
      return Promise.resolve({ documents: batch, done: documents.length === 0 });
    },
  };
}

/** What is left of the time that the command that opened a cursor may take, over all of its batches. */
export class Limit {
  #left: number | undefined;

  constructor(deadline: number | undefined) {
    this.#left = deadline && deadline - performance.now();
  }

  async keep<R>(action: (deadline: number | undefined) => Promise<R>): Promise<R> {
    const began = performance.now();
    const result = await action(this.#left && began + this.#left);
    if (this.#left) this.#left -= performance.now() - began;
    return result;
  }
}

/** What is left of a cursor whose collection is gone. */
const gone: Batches = {
  next: () => fail('QueryPlanKilled', 'collection dropped or renamed between getMores'),
};

export interface Cursor {
  id: bigint;
  ns: string;
  limit: Limit;
  batches: Batches;
  lsid: string | undefined;
  transaction: Transaction | undefined;
  usedAt: number;
  /** Who reads it now. */
  user: Reader | undefined;
  /** Whether it waits for what comes: its getMore says how long. */
  tailing: boolean;
  /** Whether it stays open however long nobody uses it, as long as its session does. */
  lasting: boolean;
}

export class Cursors {
  readonly #open = new Map<bigint, Cursor>();
  readonly #now: () => number;
  #next = 0n;

  /** @param now the time by which cursors expire */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(cursor: Omit<Cursor, 'id' | 'usedAt' | 'user'>): Cursor {
    this.#next += 1n + BigInt(Math.floor(Math.random() * 1000));
    const id = (BigInt(Date.now()) << 20n) + this.#next;
    const made = { ...cursor, id, usedAt: this.#now(), user: undefined };
    this.#open.set(made.id, made);
    return made;
  }

  get(id: bigint): Cursor | undefined {
    const cursor = this.#open.get(id);
    if (!cursor || !this.#isIdle(cursor)) return cursor;
    this.close(id);
    return undefined;
  }

  /** Notes that somebody has just used a cursor. */
  used(cursor: Cursor): void {
    cursor.usedAt = this.#now();
  }

  #isIdle({ usedAt, user, lasting, transaction }: Cursor): boolean {
    if (user) return false;
    return transaction ? transaction.state !== 'open' : !lasting && this.#now() - usedAt >= IDLE;
  }

  get size(): number {
    return this.#open.size;
  }

  close(id: bigint): boolean {
    const cursor = this.#open.get(id);
    if (!cursor) return false;
    this.#open.delete(id);
    cursor.batches.close?.();
    return true;
  }

  closeWhere(condition: (cursor: Cursor) => boolean): void {
    for (const cursor of [...this.#open.values()]) if (condition(cursor)) this.close(cursor.id);
  }

  /** Ends the queries of a collection that is dropped or renamed: their next getMore says so. */
  interrupt(ns: string): void {
    for (const cursor of this.#open.values()) {
      if (cursor.tailing || cursor.ns !== ns) continue;
      cursor.batches.close?.();
      cursor.batches = gone;
    }
  }

  sweep(): void {
    this.closeWhere((cursor) => this.#isIdle(cursor));
  }
}

export const cursorAnswer = (
  id: bigint,
  ns: string,
  batch: 'firstBatch' | 'nextBatch',
  documents: readonly Buffer[],
  more: Record<string, Answer> = {},
): Record<string, Answer> => ({
  cursor: { [batch]: raw(documents), ...more, id: Long.fromBigInt(id), ns },
});

/** The same of commands that list, which say whose batch it is before they give it. */
export const listAnswer = (id: bigint, ns: string, documents: readonly Buffer[]): Record<string, Answer> => ({
  cursor: { id: Long.fromBigInt(id), ns, firstBatch: raw(documents) },
});

const raw = (documents: readonly Buffer[]): Raw[] => documents.map((document) => new Raw(document));
