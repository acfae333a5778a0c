import { MongoError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { isSqlite, kindOf, SQLITE_FULL, type DataFile } from './file.ts';

/** READONLY, IOERR and CANTOPEN: the disk has become read-only, has failed, or has gone. */
const noDisk = new Set([8, 10, 14]);

/** How long a part of a long write takes, in milliseconds. */
const PART = 10;

/** Something whose end others wait for. */
export interface Ending {
  readonly ended: Promise<void>;
}

/** A write that is made in parts. */
interface Long {
  holder: Ending;
  parts: Iterator<unknown>;
  /** What was committed before it: others read that until it is whole. */
  before: Connection;
  done: (error?: MongoError) => void;
}

/**
 * Group commit: all writes of one turn of the event loop share one SQLite transaction and one fsync.
 * A write is acknowledged when `durable` resolves. When SQLite fails, the whole group is undone and
 * everyone in it learns so.
 */
export class Group {
  /** Counts commits; a write is visible to snapshots taken at or after its number. */
  committed = 0;
  /** What the disk said to the last write, where it refused it. */
  refusal: MongoError | undefined;
  /** How many rows had been written by then: what changes nothing asks nothing of the disk. */
  #writtenBefore = 0;
  /** Counts the groups that were undone. */
  undone = 0;
  #lastUndone: MongoError | undefined;
  readonly #file: DataFile;
  readonly #undone: () => void;
  readonly #afterwards: (() => void)[] = [];
  #open = false;
  /** Whether a commit at the end of this turn is due already. */
  #due = false;
  #closed = false;
  #long: Long | undefined;
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(file: DataFile, undone: () => void) {
    this.#file = file;
    this.#undone = undone;
  }

  /** The number that the writes of now will commit under. */
  get pending(): number {
    return this.committed + 1;
  }

  /** What is to be done after each commit. */
  onCommit(action: () => void): void {
    this.#afterwards.push(action);
  }

  /** Whose long write is under way: others may wait for it. */
  get busy(): Ending | undefined {
    return this.#long?.holder;
  }

  /** Runs a write, which either happens whole or throws before it has changed anything. */
  write<R>(action: () => R): R {
    this.#finishLong();
    if (this.#begin()) this.#commitLater();
    try {
      return action();
    } catch (error) {
      if (!isSqlite(error)) throw error;
      throw this.#undo(error);
    }
  }

  /**
   * Runs a write that takes long in parts, between which others run. Nobody sees any of it before it is whole: it is a
   * group of its own, and meanwhile others read what was committed before. Who writes should wait for `busy`; who does
   * not makes the rest of it at once.
   * @param action called when it begins; it may still throw
   */
  writeInParts(holder: Ending, action: () => Iterator<unknown>): Promise<void> {
    const { undone } = this;
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        if (this.#closed) return reject(new MongoError('Interrupted', 'the server is closed'));
        if (this.#long) return void setImmediate(begin);
        try {
          // Here nobody is about to add to the group of now what belongs into it.
          this.commit();
          if (undone !== this.undone) throw this.#lastUndone as MongoError;
          const parts = action();
          const before = this.#file.openSnapshot();
          try {
            this.#begin();
          } catch (error) {
            this.#file.closeSnapshot(before);
            throw error;
          }
          this.#file.writer.readInstead(before);
          this.#long = {
            holder,
            parts,
            before,
            done: (error) => (error ? reject(error) : resolve()),
          };
          this.#work();
        } catch (error) {
          reject(error as Error);
        }
      };
      setImmediate(begin);
    });
  }

  readonly #work = (): void => {
    if (this.#workFor(PART)) setImmediate(this.#work);
  };

  #finishLong(): void {
    while (this.#workFor(Infinity));
  }

  /** Goes on with the long write for so many milliseconds; whether there is more of it. */
  #workFor(time: number): boolean {
    const long = this.#long;
    if (!long) return false;
    const until = performance.now() + time;
    try {
      do if (long.parts.next().done) return this.#endLong(long);
      while (performance.now() < until);
      return true;
    } catch (error) {
      this.#endLong(long, this.#undo(error));
      return false;
    }
  }

  #endLong({ before, done }: Long, error?: MongoError): false {
    this.#long = undefined;
    this.#file.writer.readInstead(undefined);
    this.#file.closeSnapshot(before);
    if (!error) this.#commitLater();
    done(error);
    return false;
  }

  /** Commits at the end of this turn. */
  #commitLater(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#due = false;
    this.commit();
  };

  /** Whether it was not open yet. */
  #begin(): boolean {
    if (this.#open) return false;
    try {
      writing(() => this.#file.writer.begin());
    } catch (error) {
      if (error instanceof MongoError) this.#refused(error);
      throw error;
    }
    return (this.#open = true);
  }

  /** Commits what there is, a long write only when it is whole. */
  commit(): void {
    if (!this.#open || this.#long) return;
    try {
      this.#file.writer.commit();
    } catch (error) {
      this.#undo(error);
      return;
    }
    this.#open = false;
    this.committed++;
    if (this.refusal && this.#file.writer.written > this.#writtenBefore) this.refusal = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
    for (const action of this.#afterwards) action();
  }

  #undo(error: unknown): MongoError {
    const failure = translate(error);
    this.#refused(failure);
    this.#lastUndone = failure;
    this.undone++;
    try {
      this.#file.writer.rollback();
    } catch {
      // SQLite has already rolled back by itself.
    }
    this.#open = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#undone();
    for (const { reject } of waiting) reject(failure);
    return failure;
  }

  #refused(error: MongoError): void {
    this.refusal = error;
    this.#writtenBefore = this.#file.writer.written;
  }

  /** Commits all there is, before the file is closed. */
  close(): void {
    this.#finishLong();
    this.commit();
    this.#closed = true;
  }

  /**
   * Resolves when everything written so far is committed.
   * @param since `undone` as it was before the first write of whoever asks, where others ran between his writes: one of
   * them may have been in a group that was undone meanwhile, and nobody waited for that one
   * @param alone nobody is about to write more: it need not wait for the end of the turn
   */
  durable(since = this.undone, alone = false): Promise<void> {
    if (since !== this.undone) return Promise.reject(this.#lastUndone as MongoError);
    if (!this.#open) return Promise.resolve();
    const durable = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    if (alone) this.commit();
    return durable;
  }
}

/** Runs a write of SQLite; what it throws is said in MongoDB's words. */
export function writing<R>(action: () => R): R {
  try {
    return action();
  } catch (error) {
    throw isSqlite(error) ? translate(error) : error;
  }
}

function translate(error: unknown): MongoError {
  if (isSqlite(error) && error.errcode === SQLITE_FULL)
    return new MongoError('OutOfDiskSpace', 'the disk is full: nothing was written');
  const isOfDisk = isSqlite(error) && noDisk.has(kindOf(error));
  return new MongoError(
    isOfDisk ? 'FileStreamFailed' : 'InternalError',
    `the data file could not be written: ${error instanceof Error ? error.message : String(error)}`,
  );
}
