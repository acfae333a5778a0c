const FIRST_CHUNK = 4;
const GROWTH = 8;
const LAST_CHUNK = 512;
const CHUNK_BYTES = 1024 * 1024;

/**
 * How many rows a query reads at a time, over all the stretches that it reads: more and more, but no more than
 * memory should hold at a time, and no more than it takes to find what is wanted.
 */
export class Pace {
  #size = FIRST_CHUNK;
  #wanted: number;
  #found = 0;
  #read = 0;

  /** @param wanted how many documents are to be found before nobody reads on */
  constructor(wanted = Infinity) {
    this.#wanted = wanted;
  }

  /** A document was found. */
  found(): void {
    this.#found++;
    this.#wanted--;
  }

  /** How many rows to read next. */
  get next(): number {
    const vain = Math.max(0, this.#read - this.#found);
    // As many as are wanted, if none was read in vain; while nothing is found, four times as many each time.
    const needed = Math.ceil(this.#wanted * (1 + (3 * vain) / (this.#found + 1)));
    return Math.max(1, Math.min(this.#size, needed));
  }

  /** Rows of so many bytes were looked at; `full` when they were as many as were asked for. */
  looked(rows: number, bytes: number, full: boolean): void {
    if (rows === 0) return;
    this.#read += rows;
    const fits = Math.floor((CHUNK_BYTES * rows) / (bytes + 1));
    this.#size = Math.max(1, Math.min(full ? this.#size * GROWTH : this.#size, LAST_CHUNK, fits));
  }

  /** Somebody has written while rows were looked at: what was read ahead of them is void, and may be so again. */
  disturbed(rows: number): void {
    this.#read += rows;
    this.#size = FIRST_CHUNK;
  }
}
