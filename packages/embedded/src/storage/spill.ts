import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { asBuffer } from '../bson/decode.ts';
import { writing } from './group.ts';
import type { Row } from './view.ts';

/** The most rows that are read at a time. */
export const CHUNK = 200;

/** Where a read lies in a spill: from one number up to another. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** Rows that memory does not hold, appended to a temporary file that SQLite takes away by itself. */
export class Spill {
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;
  readonly #read: StatementSync;
  #next = 0;

  constructor() {
    this.#db = new DatabaseSync('');
    this.#db.exec(
      'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000; CREATE TABLE rows(at INTEGER PRIMARY KEY, id INTEGER, body BLOB); BEGIN',
    );
    this.#add = this.#db.prepare('INSERT INTO rows VALUES (?, ?, ?)');
    this.#read = this.#db.prepare('SELECT id, body FROM rows WHERE at >= ? AND at < ? ORDER BY at');
    this.#read.setReturnArrays(true);
  }

  /** The number of the next row. */
  get next(): number {
    return this.#next;
  }

  add({ id, body }: Row): void {
    writing(() => this.#add.run(this.#next++, id, body));
  }

  /** @param chunk how many of them are in memory at a time */
  *rows({ from, to }: Run, chunk = CHUNK): Generator<Row> {
    for (let at = from; at < to; at += chunk) {
      const rows = this.#read.all(at, Math.min(at + chunk, to)) as unknown as [number, Uint8Array][];
      for (const [id, body] of rows) yield { id, body: asBuffer(body) };
    }
  }

  close(): void {
    this.#db.close();
  }
}
