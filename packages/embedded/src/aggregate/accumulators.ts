import { Distinct } from '../bson/alike.ts';
import { compare, type StringOrder } from '../bson/compare.ts';
import { encode } from '../bson/encode.ts';
import { Average, Sum } from '../bson/sum.ts';
import { isDoc, isNullish, isNumeric, put, type Doc, type Value } from '../bson/types.ts';
import { fieldsToMerge } from '../expression/object.ts';

/** What a group gathers of one field. */
export interface Accumulator {
  add(value: Value | undefined): void;
  result(): Value | undefined;
  /** About how many bytes it holds. */
  bytes?(): number;
}

/** About how many bytes a value takes in memory. */
const weigh = (value: Value): number =>
  typeof value === 'string'
    ? 24 + value.length
    : Array.isArray(value) || isDoc(value)
      ? 3 * encode({ value }).length
      : 32;

class Total implements Accumulator {
  readonly #of: Sum | Average;

  constructor(of: Sum | Average) {
    this.#of = of;
  }

  add(value: Value | undefined): void {
    if (isNumeric(value)) this.#of.add(value);
  }

  result(): Value {
    return this.#of.result();
  }
}

class Extreme implements Accumulator {
  readonly #direction: number;
  readonly #strings: StringOrder | undefined;
  #best: Value | undefined;

  constructor(direction: number, strings: StringOrder | undefined) {
    this.#direction = direction;
    this.#strings = strings;
  }

  add(value: Value | undefined): void {
    if (isNullish(value)) return;
    if (this.#best === undefined || this.#direction * compare(value, this.#best, this.#strings) > 0)
      this.#best = value;
  }

  result(): Value {
    return this.#best ?? null;
  }
}

/** The first value, or the last one. */
class End implements Accumulator {
  readonly #first: boolean;
  #value: Value | undefined;
  #seen = false;

  constructor(first: boolean) {
    this.#first = first;
  }

  add(value: Value | undefined): void {
    if (!this.#first || !this.#seen) this.#value = value;
    this.#seen = true;
  }

  result(): Value {
    return this.#value ?? null;
  }
}

class Push implements Accumulator {
  readonly #items: Value[] = [];
  #bytes = 0;

  add(value: Value | undefined): void {
    if (value === undefined) return;
    this.#items.push(value);
    this.#bytes += weigh(value);
  }

  bytes(): number {
    return this.#bytes;
  }

  result(): Value {
    return this.#items;
  }
}

class AddToSet implements Accumulator {
  readonly #items: Distinct;
  #bytes = 0;

  constructor(strings: StringOrder | undefined) {
    this.#items = new Distinct(strings);
  }

  add(value: Value | undefined): void {
    if (value === undefined) return;
    const name = this.#items.add(value);
    if (name !== undefined) this.#bytes += weigh(value) + name.length;
  }

  bytes(): number {
    return this.#bytes;
  }

  result(): Value {
    return this.#items.values;
  }
}

class MergeObjects implements Accumulator {
  readonly #merged: Doc = {};
  #bytes = 0;

  add(value: Value | undefined): void {
    for (const [name, inner] of fieldsToMerge(value, 5911200)) {
      if (!Object.hasOwn(this.#merged, name)) this.#bytes += weigh(inner) + name.length;
      put(this.#merged, name, inner);
    }
  }

  bytes(): number {
    return this.#bytes;
  }

  result(): Value {
    return this.#merged;
  }
}

/** Every accumulator of $group. */
export const accumulators: ReadonlyMap<string, (strings: StringOrder | undefined) => Accumulator> = new Map<
  string,
  (strings: StringOrder | undefined) => Accumulator
>([
  ['$sum', () => new Total(new Sum())],
  ['$avg', () => new Total(new Average(true))],
  ['$min', (strings) => new Extreme(-1, strings)],
  ['$max', (strings) => new Extreme(1, strings)],
  ['$first', () => new End(true)],
  ['$last', () => new End(false)],
  ['$push', () => new Push()],
  ['$addToSet', (strings) => new AddToSet(strings)],
  ['$mergeObjects', () => new MergeObjects()],
  ['$count', () => new Total(new Sum())],
]);
