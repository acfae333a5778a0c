import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { BY_ITSELF, Checkpoints } from './checkpoints.ts';
import { Connection } from './connection.ts';
import { prepare } from './place.ts';

/** Marks a SQLite file as ours: "EMBD". */
const APPLICATION_ID = 0x454d4244;
const VERSION = 3;

/** How many documents a collection can ever have had. */
export const SPAN = 2 ** 32;

/**
 * Shared tables, none for each collection: a collection is the high bits of its documents' ids, so that
 * thousands of collections cost nothing. A unique index's primary key is the constraint itself.
 */
const schema = `
  CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
  CREATE TABLE collections(id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, options BLOB NOT NULL, UNIQUE(db, name));
  CREATE TABLE indexes(id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey TEXT NOT NULL);
  CREATE TABLE docs(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE unique_entries(idx INTEGER, key BLOB, id INTEGER NOT NULL, PRIMARY KEY(idx, key)) WITHOUT ROWID;
  CREATE TABLE entries(idx INTEGER, key BLOB, id INTEGER, PRIMARY KEY(idx, key, id)) WITHOUT ROWID;
  CREATE TABLE sessions(lsid TEXT PRIMARY KEY, number INTEGER NOT NULL, record BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE oplog(seq INTEGER PRIMARY KEY, event BLOB NOT NULL);
`;

/** What came with version 2: where dropped rows lie until they are deleted. */
const graves =
  'CREATE TABLE IF NOT EXISTS graves(kind INTEGER, id INTEGER, PRIMARY KEY(kind, id)) WITHOUT ROWID;';

export type Durability = 'full' | 'relaxed';

/** One data file, held by this process alone. */
export class DataFile {
  readonly path: string;
  readonly writer: Connection;
  readonly checkpoints: Checkpoints;
  readonly #folder: string | undefined;
  readonly #lock: DatabaseSync;
  readonly #readers: Connection[] = [];

  constructor(file: string, durability: Durability) {
    const inMemory = file === ':memory:';
    this.#folder = inMemory ? mkdtempSync(join(tmpdir(), 'embedded-data-')) : undefined;
    if (inMemory) process.on('exit', this.#cleanUp);
    this.path = this.#folder ? join(this.#folder, 'data.sqlite') : resolve(file);
    prepare(this.path);
    const isNew = !existsSync(this.path) || statSync(this.path).size === 0;
    if (!isNew) refuseForeign(this.path);
    this.#lock = takeLock(this.path);
    try {
      this.writer = this.#open();
      const synchronous = inMemory ? 'OFF' : durability === 'full' ? 'FULL' : 'NORMAL';
      this.writer.db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${BY_ITSELF}`);
      if (isNew) create(this.writer.db);
      else this.writer.db.exec(graves);
      this.writer.prepare();
      this.checkpoints = new Checkpoints(this.path, this.writer, synchronous);
    } catch (error) {
      this.#lock.close();
      throw isSqlite(error) ? unusable(this.path, error) : error;
    }
  }

  #open(): Connection {
    const db = new DatabaseSync(this.path, { timeout: 0 });
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA cache_size = -16000; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;',
    );
    return new Connection(db);
  }

  /** Whether an older version wrote it, whose index keys are not those of today. */
  get isOld(): boolean {
    const { user_version: version } = this.writer.db.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    return version < VERSION;
  }

  /** Says that it is of today's version; inside the transaction that makes it so. */
  markCurrent(): void {
    this.writer.db.exec(`PRAGMA user_version = ${VERSION}`);
  }

  /** A connection that reads the last committed state and keeps reading it until it is given back. */
  openSnapshot(): Connection {
    const reader = this.#readers.pop() ?? this.#open().prepare();
    reader.beginReading();
    return reader;
  }

  closeSnapshot(reader: Connection): void {
    reader.rollback();
    if (this.#readers.length < 8) this.#readers.push(reader);
    else reader.close();
  }

  async backup(path: string): Promise<void> {
    if (existsSync(path)) throw new Error(`${path} exists already: a backup overwrites nothing`);
    // A snapshot of its own, so that the copy does not begin anew with each write.
    const reader = this.openSnapshot();
    try {
      await backup(reader.db, path);
    } finally {
      this.closeSnapshot(reader);
    }
  }

  close(): void {
    this.checkpoints.close();
    for (const reader of this.#readers) reader.close();
    this.writer.close();
    // Taken away while it is still held: whoever opens it from now on makes a new one.
    try {
      if (process.platform !== 'win32') rmSync(`${this.path}-lock`, { force: true });
    } catch {
      // A disk that has become read-only keeps it: who opens the file later takes it as it is.
    }
    this.#lock.close();
    this.#cleanUp();
  }

  readonly #cleanUp = (): void => {
    process.off('exit', this.#cleanUp);
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  };
}

function create(db: DatabaseSync): void {
  db.exec(
    `BEGIN; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}; ${schema} ${graves} COMMIT;`,
  );
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** Reads the header before SQLite does, so that a file that is not ours is never touched. */
function refuseForeign(path: string): void {
  const header = Buffer.alloc(100);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, header, 0, 100, 0);
  } finally {
    closeSync(handle);
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw new Error(`${path} is not a data file of this server: it is no SQLite file`);
  if (header.readUInt32BE(68) !== APPLICATION_ID)
    throw new Error(`${path} is a SQLite file, but not a data file of this server`);
  const version = header.readUInt32BE(60);
  if (version > VERSION)
    throw new Error(
      `${path} was written by a newer version (format ${version}; this one reads ${VERSION}): nothing was changed`,
    );
}

/** Held by an open SQLite transaction, so that the system frees it when the process dies, however it dies. */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}-lock`, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!isSqlite(error) || !held.has(kindOf(error)))
      throw isSqlite(error) ? unusable(`${path}-lock`, error) : error;
    throw new Error(`${path} is in use by another process: only one at a time may open it`, { cause: error });
  }
}

/** Of SQLite's errors those of somebody else's lock. */
const held = new Set([5, 6]);
export const SQLITE_FULL = 13;
/** What it says of a file beside the data that it had no room to make longer: a full disk is no failed one. */
const IOERR_SHMSIZE = 4874;

/** The kind of an error of SQLite; which of its many it is stands in the higher bits. */
export const kindOf = ({ errcode }: { errcode: number }) => errcode & 0xff;

function unusable(path: string, error: Error & { errcode: number }): Error {
  const isFull = kindOf(error) === SQLITE_FULL || error.errcode === IOERR_SHMSIZE;
  const why = isFull
    ? 'cannot be opened: its disk is full. Make room there'
    : `cannot be used, it may be damaged: ${error.message}`;
  return new Error(`${path} ${why}`, { cause: error });
}

export const isSqlite = (error: unknown): error is Error & { errcode: number } =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
