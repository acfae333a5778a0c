import { compare, type StringOrder } from './compare.ts';
import type { Value } from './types.ts';

/** More than that are two blocks. */
const MOST = 512;

type Entry<V> = readonly [value: Value, is: V];

/**
 * Something for each value, where a collation takes values for equal whose bytes differ. A collation gives no keys to
 * look them up by, so they are kept in its order, in blocks, and found by halves.
 */
export class Alike<V> {
  readonly #blocks: Entry<V>[][] = [[]];
  readonly #strings: StringOrder;

  constructor(strings: StringOrder) {
    this.#strings = strings;
  }

  get(value: Value): V | undefined {
    const block = this.#blocks[this.#blockOf(value)] as Entry<V>[];
    const before = block[this.#countUpTo(value, block) - 1];
    return before && compare(before[0], value, this.#strings) === 0 ? before[1] : undefined;
  }

  /** Adds what is not there yet. */
  add(value: Value, is: V): void {
    const at = this.#blockOf(value);
    const block = this.#blocks[at] as Entry<V>[];
    block.splice(this.#countUpTo(value, block), 0, [value, is]);
    if (block.length > MOST) this.#blocks.splice(at + 1, 0, block.splice(MOST / 2));
  }

  /** The last block that begins at a value or before it, or the first one. */
  #blockOf(value: Value): number {
    const blocks = this.#blocks;
    if (blocks.length === 1) return 0;
    let [from, to] = [1, blocks.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const [first] = (blocks[middle] as Entry<V>[])[0] as Entry<V>;
      if (compare(first, value, this.#strings) <= 0) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  #countUpTo(value: Value, block: readonly Entry<V>[]): number {
    let [from, to] = [0, block.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare((block[middle] as Entry<V>)[0], value, this.#strings) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
