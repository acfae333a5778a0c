import type { Entry } from './connection.ts';
import { merged } from './merged.ts';
import { CHUNK, type Run, type Spill } from './spill.ts';

/** So many entries are sorted at a time: few enough not to hold the event loop. */
const RUN = 1000;

/** So many entries of all runs on disk are in memory while those are merged: a run of a large index has a few of them. */
export const AHEAD = 20_000;

/** The entries of an index that is being built, in the order in which the index has them. */
export class EntrySorter {
  readonly #spill: () => Spill;
  readonly #onDisk: Run[] = [];
  #run: Entry[] = [];

  /** @param spill where the entries go that are more than it keeps in memory */
  constructor(spill: () => Spill) {
    this.#spill = spill;
  }

  add(entry: Entry): void {
    this.#run.push(entry);
  }

  get isFull(): boolean {
    return this.#run.length >= RUN;
  }

  /** Takes what was added out of memory. */
  flush(): void {
    const spill = this.#spill();
    const from = spill.next;
    for (const { key, id } of this.#run.sort(byKey)) spill.add({ id, body: key });
    this.#onDisk.push({ from, to: spill.next });
    this.#run = [];
  }

  /** All that were added. */
  sorted(): Iterable<Entry> {
    const share = Math.floor(AHEAD / this.#onDisk.length);
    const chunk = Math.min(CHUNK, Math.max(4, share));
    const onDisk = this.#onDisk.map((run) => read(this.#spill(), run, chunk));
    return merged([...onDisk, this.#run.sort(byKey)], byKey);
  }
}

function* read(spill: Spill, run: Run, chunk: number): Generator<Entry> {
  for (const { id, body } of spill.rows(run, chunk)) yield { key: body, id };
}

const byKey = (a: Entry, b: Entry): number => Buffer.compare(a.key, b.key) || a.id - b.id;
