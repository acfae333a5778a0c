import { compare, type StringOrder } from './compare.ts';
import { firstNot } from './halves.ts';
import { encodeKey } from './keys.ts';
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
    return (
      firstNot((at) => this.#isUpTo((blocks[at] as Entry<V>[])[0] as Entry<V>, value), blocks.length, 1) - 1
    );
  }

  #countUpTo(value: Value, block: readonly Entry<V>[]): number {
    return firstNot((at) => this.#isUpTo(block[at] as Entry<V>, value), block.length);
  }

  #isUpTo([one]: Entry<V>, value: Value): boolean {
    return compare(one, value, this.#strings) <= 0;
  }
}

/** Values by what they are equal to, each once: by their bytes, or by a collation. */
export class Distinct {
  readonly #values = new Map<string, Value>();
  readonly #alike: Alike<true> | undefined;

  constructor(strings: StringOrder | undefined) {
    this.#alike = strings && new Alike(strings);
  }

  /** @returns the name that it is kept by; undefined where it was there */
  add(value: Value): string | undefined {
    const name = encodeKey([value]).toString('latin1');
    if (this.#values.has(name) || this.#alike?.get(value)) return undefined;
    this.#alike?.add(value, true);
    this.#values.set(name, value);
    return name;
  }

  get values(): Value[] {
    return [...this.#values.values()];
  }
}
