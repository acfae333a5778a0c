import { MongoError } from '../errors.ts';
import { isSqlite, kindOf, SQLITE_FULL, type DataFile } from './file.ts';

/** READONLY, IOERR and CANTOPEN: the disk has become read-only, has failed, or has gone. */
const noDisk = new Set([8, 10, 14]);

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
  /** Counts the groups that were undone. */
  undone = 0;
  #lastUndone: MongoError | undefined;
  readonly #file: DataFile;
  readonly #undone: () => void;
  readonly #afterwards: (() => void)[] = [];
  #open = false;
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

  /** Runs a write, which either happens whole or throws before it has changed anything. */
  write<R>(action: () => R): R {
    this.#begin();
    try {
      return action();
    } catch (error) {
      if (!isSqlite(error)) throw error;
      throw this.#undo(error);
    }
  }

  #begin(): void {
    if (this.#open) return;
    try {
      writing(() => this.#file.writer.begin());
    } catch (error) {
      if (error instanceof MongoError) this.refusal = error;
      throw error;
    }
    this.#open = true;
    setImmediate(() => this.commit());
  }

  commit(): void {
    if (!this.#open) return;
    try {
      this.#file.writer.commit();
    } catch (error) {
      this.#undo(error);
      return;
    }
    this.#open = false;
    this.committed++;
    this.refusal = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
    for (const action of this.#afterwards) action();
  }

  #undo(error: unknown): MongoError {
    const failure = translate(error);
    this.refusal = failure;
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

  /**
   * Resolves when everything written so far is committed.
   * @param since `undone` as it was before the first write of whoever asks, where others ran between his writes: one of
   * them may have been in a group that was undone meanwhile, and nobody waited for that one
   */
  durable(since = this.undone): Promise<void> {
    if (since !== this.undone) return Promise.reject(this.#lastUndone as MongoError);
    if (!this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
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
