import type { StatementSync } from 'node:sqlite';
import { SPAN, type DataFile } from './file.ts';
import type { Group } from './group.ts';

/** So many rows go at a time. */
const SHOVEL = 2000;

const kinds = ['documents', 'uniques', 'entries'] as const;
type Kind = (typeof kinds)[number];

interface Grave {
  kind: number;
  id: number;
}

/**
 * Dropped collections and indexes. Nobody can reach their rows any more; they are deleted a few at a time, so
 * that dropping much does not hold up everybody else. Their numbers are not given again before that.
 */
export class Graves {
  readonly #group: Group;
  readonly #add: StatementSync;
  readonly #first: StatementSync;
  readonly #remove: StatementSync;
  readonly #last: StatementSync;
  readonly #delete: Record<Kind, StatementSync>;
  #waiting = false;
  #closed = false;

  constructor({ writer: { db } }: DataFile, group: Group) {
    this.#group = group;
    this.#add = db.prepare('INSERT INTO graves(kind, id) VALUES (?, ?)');
    this.#first = db.prepare('SELECT kind, id FROM graves LIMIT 1');
    this.#remove = db.prepare('DELETE FROM graves WHERE kind = ? AND id = ?');
    this.#last = db.prepare('SELECT max(id) AS id FROM graves WHERE kind BETWEEN ? AND ?');
    this.#delete = {
      documents: db.prepare(
        `DELETE FROM docs WHERE id IN (SELECT id FROM docs WHERE id >= ?1 * ${SPAN} AND id < (?1 + 1) * ${SPAN} LIMIT ${SHOVEL})`,
      ),
      uniques: db.prepare(
        `DELETE FROM unique_entries WHERE idx = ?1 AND key IN (SELECT key FROM unique_entries WHERE idx = ?1 LIMIT ${SHOVEL})`,
      ),
      entries: db.prepare(
        `DELETE FROM entries WHERE idx = ?1 AND (key, id) IN (SELECT key, id FROM entries WHERE idx = ?1 LIMIT ${SHOVEL})`,
      ),
    };
    this.#later();
  }

  /** Gives up all rows of a collection or of an index; inside the group that drops it. */
  bury(kind: Kind, id: number): void {
    this.#add.run(kinds.indexOf(kind), id);
    this.#dig({ kind: kinds.indexOf(kind), id });
    this.#later();
  }

  /** The highest numbers that must not be given again yet. */
  get last(): { collection: number; index: number } {
    const highest = (from: number, to: number): number =>
      (this.#last.get(from, to) as { id: number | null }).id ?? 0;
    return { collection: highest(0, 0), index: highest(1, 2) };
  }

  close(): void {
    this.#closed = true;
  }

  #later(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    setImmediate(() => {
      this.#waiting = false;
      const { busy } = this.#group;
      if (busy) return void busy.ended.then(() => this.#later());
      const grave = this.#closed ? undefined : (this.#first.get() as Grave | undefined);
      if (!grave) return;
      // When the disk does not take it, the rest waits for the next drop or start.
      try {
        this.#group.write(() => this.#dig(grave));
      } catch {
        return;
      }
      this.#group.durable().then(
        () => this.#later(),
        () => undefined,
      );
    });
  }

  #dig({ kind, id }: Grave): void {
    const { changes } = this.#delete[kinds[kind] as Kind].run(id);
    if (changes < SHOVEL) this.#remove.run(kind, id);
  }
}
