import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * The same rows written and read with `node:sqlite` alone: what no server over SQLite can be faster than. A write that is
 * recognised when it is repeated, as the driver's are, leaves a row that says what it did, besides its document.
 * Keys are integers here, which is cheaper than any index over documents.
 */
export class Floor {
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;
  readonly #index: StatementSync;
  readonly #find: StatementSync;
  readonly #body: StatementSync;
  readonly #range: StatementSync;
  readonly #change: StatementSync;
  readonly #did: StatementSync;
  readonly #all: StatementSync;
  readonly #content = Buffer.alloc(120, 7);
  readonly #done = Buffer.alloc(60, 7);
  #recognised = true;
  #next = 0;
  #changes = 0;

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, 'floor.sqlite'));
    this.#db.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE docs(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
      CREATE TABLE entries(idx INTEGER, key INTEGER, id INTEGER, PRIMARY KEY(idx, key)) WITHOUT ROWID;
      CREATE TABLE sessions(id TEXT PRIMARY KEY, number INTEGER, done BLOB) WITHOUT ROWID;
    `);
    this.#add = this.#db.prepare('INSERT INTO docs VALUES (?, ?)');
    this.#index = this.#db.prepare('INSERT INTO entries VALUES (?, ?, ?)');
    this.#find = this.#db.prepare('SELECT id FROM entries WHERE idx = 1 AND key = ?');
    this.#body = this.#db.prepare('SELECT body FROM docs WHERE id = ?');
    this.#range = this.#db.prepare('SELECT id FROM entries WHERE idx = 1 AND key >= ? AND key < ?');
    this.#change = this.#db.prepare('UPDATE docs SET body = ? WHERE id = ?');
    this.#did = this.#db.prepare('REPLACE INTO sessions VALUES (?, ?, ?)');
    this.#all = this.#db.prepare('SELECT body FROM docs WHERE id < ?');
  }

  /** Adds rows, each with two index entries, in one transaction. */
  add(rows: number): void {
    this.#db.exec('BEGIN IMMEDIATE');
    for (let row = 0; row < rows; row++) {
      const id = this.#next++;
      this.#add.run(id, this.#content);
      this.#index.run(1, id, id);
      this.#index.run(2, id, id);
    }
    this.#end();
  }

  find(key: number): unknown {
    return this.#body.get((this.#find.get(key) as { id: number }).id);
  }

  range(from: number, count: number): unknown[] {
    return this.#range.all(from, from + count).map((row) => this.#body.get(row['id'] as number));
  }

  /** Every time with other bytes: SQLite writes nothing, and syncs nothing, where a row stays as it is. */
  change(key: number): void {
    this.#db.exec('BEGIN IMMEDIATE');
    this.find(key);
    this.#content.writeUInt32LE(this.#changes++);
    this.#change.run(this.#content, key);
    this.#end();
  }

  /** Writes documents alone, as for a client that repeats nothing. */
  unrecognised(write: () => unknown): void {
    this.#recognised = false;
    write();
    this.#recognised = true;
  }

  #end(): void {
    if (this.#recognised) this.#did.run('00112233445566778899aabbccddeeff', ++this.#changes, this.#done);
    this.#db.exec('COMMIT');
  }

  read(count: number): number {
    return this.#all.all(count).length;
  }

  close(): void {
    this.#db.close();
  }
}
