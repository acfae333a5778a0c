import { expect, test } from 'vitest';
import type { Entry } from './connection.ts';
import { AHEAD, EntrySorter } from './entry-sorter.ts';
import { Spill, type Run } from './spill.ts';
import type { Row } from './view.ts';

/** Counts the rows that were read and are not taken yet. */
class Watched extends Spill {
  ahead = 0;
  most = 0;

  override *rows(run: Run, chunk?: number): Generator<Row> {
    let left = 0;
    for (const row of super.rows(run, chunk)) {
      if (left === 0) {
        left = chunk ?? 0;
        this.ahead += left;
        this.most = Math.max(this.most, this.ahead);
      }
      left--;
      this.ahead--;
      yield row;
    }
    this.ahead -= left;
  }
}

const keyOf = (n: number): Buffer => {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(n);
  return key;
};

test.each([3, 120])('entries of %i runs come in order, and few of them are in memory at a time', (runs) => {
  const spill = new Watched();
  const sorter = new EntrySorter(() => spill);
  const count = runs * 1000;
  for (let n = 0; n < count; n++) {
    // Each run has some of everywhere.
    sorter.add({ key: keyOf((n * 7919) % count), id: n });
    if (sorter.isFull) sorter.flush();
  }
  let last = -1;
  let seen = 0;
  for (const { key } of sorter.sorted() as Iterable<Entry>) {
    const n = key.readUInt32BE();
    if (n !== last + 1) expect(n).toBe(last + 1);
    last = n;
    seen++;
  }
  spill.close();
  expect(seen).toBe(count);
  expect(spill.most).toBeGreaterThan(runs);
  expect(spill.most).toBeLessThanOrEqual(AHEAD);
});
