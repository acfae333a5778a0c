import { firstNot } from '../bson/halves.ts';
import type { Entry } from './connection.ts';

/** What a transaction's own writes lay over the snapshot that it reads. */

export const byKey = (a: Entry, b: Entry): number => Buffer.compare(a.key, b.key) || a.id - b.id;

export function* skipIds<R extends { id: number }>(
  rows: Iterable<R>,
  hidden: Map<number, unknown>,
): Generator<R> {
  for (const row of rows) if (!hidden.has(row.id)) yield row;
}

/** Two orders as one. */
export function* merge<R>(
  left: readonly R[],
  right: Iterable<R>,
  order: (a: R, b: R) => number,
): Generator<R> {
  let at = 0;
  for (const row of right) {
    while (at < left.length && order(left[at] as R, row) < 0) yield left[at++] as R;
    yield row;
  }
  while (at < left.length) yield left[at++] as R;
}

/** The place of the first entry whose key is not below a key. */
function firstFrom(entries: readonly Entry[], key: Buffer): number {
  return firstNot((at) => Buffer.compare((entries[at] as Entry).key, key) < 0, entries.length);
}

/** The entries that a transaction has added to one index. */
export class AddedEntries {
  readonly #byKey = new Map<string, { key: Buffer; ids: Set<number> }>();
  #sorted: Entry[] | undefined;

  add(key: Buffer, id: number): void {
    const name = key.toString('latin1');
    const known = this.#byKey.get(name);
    if (known) known.ids.add(id);
    else this.#byKey.set(name, { key, ids: new Set([id]) });
    this.#sorted = undefined;
  }

  remove(key: Buffer, id: number): void {
    const name = key.toString('latin1');
    const known = this.#byKey.get(name);
    known?.ids.delete(id);
    if (known?.ids.size === 0) this.#byKey.delete(name);
    this.#sorted = undefined;
  }

  idOf(key: Buffer): number | undefined {
    return this.#byKey.get(key.toString('latin1'))?.ids.values().next().value;
  }

  between(low: Buffer, high: Buffer, backwards: boolean): Entry[] {
    // As bytes in strings keys have the same order, and are compared much sooner.
    this.#sorted ??= [...this.#byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { key, ids }]) => [...ids].sort((a, b) => a - b).map((id) => ({ key, id })));
    const found = this.#sorted.slice(firstFrom(this.#sorted, low), firstFrom(this.#sorted, high));
    return backwards ? found.reverse() : found;
  }
}
