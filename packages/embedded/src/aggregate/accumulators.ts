import { add } from '../bson/arithmetic.ts';
import { compare, equal, type StringOrder } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import { toNumber } from '../bson/numbers.ts';
import { divide } from '../bson/arithmetic.ts';
import { encode } from '../bson/codec.ts';
import {
  Decimal128,
  Double,
  Int32,
  isDoc,
  isNullish,
  isNumeric,
  Long,
  type Numeric,
  type Value,
} from '../bson/types.ts';

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

/** Sums doubles with what rounding loses kept aside, whole numbers exactly. */
export class Sum implements Accumulator {
  #exact: Numeric = new Int32(0);
  #double: number | undefined;
  #lost = 0;

  add(value: Value | undefined): void {
    if (!isNumeric(value)) return;
    if (!(value instanceof Double)) {
      this.#exact = add(this.#exact, value);
      return;
    }
    const total = this.#double ?? 0;
    const next = total + value.value;
    this.#lost +=
      Math.abs(total) >= Math.abs(value.value) ? total - next + value.value : value.value - next + total;
    this.#double = next;
  }

  result(): Numeric {
    if (this.#double === undefined) return this.#exact;
    const double = new Double(Number.isFinite(this.#double) ? this.#double + this.#lost : this.#double);
    if (this.#exact instanceof Decimal128) return add(this.#exact, double);
    return new Double(double.value + toNumber(this.#exact));
  }
}

class Average implements Accumulator {
  readonly #sum = new Sum();
  #count = 0;

  add(value: Value | undefined): void {
    if (!isNumeric(value)) return;
    this.#sum.add(value);
    this.#count++;
  }

  result(): Value {
    return this.#count === 0 ? null : divide(this.#sum.result(), new Int32(this.#count));
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

class First implements Accumulator {
  #value: Value | undefined;
  #seen = false;

  add(value: Value | undefined): void {
    if (!this.#seen) this.#value = value;
    this.#seen = true;
  }

  result(): Value {
    return this.#value ?? null;
  }
}

class Last implements Accumulator {
  #value: Value | undefined;

  add(value: Value | undefined): void {
    this.#value = value;
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
  readonly #items = new Map<string, Value>();
  #bytes = 0;
  readonly #strings: StringOrder | undefined;

  constructor(strings: StringOrder | undefined) {
    this.#strings = strings;
  }

  add(value: Value | undefined): void {
    if (value === undefined) return;
    if (this.#strings && [...this.#items.values()].some((other) => equal(other, value, this.#strings)))
      return;
    const name = encodeKey([value]).toString('latin1');
    if (this.#items.has(name)) return;
    this.#items.set(name, value);
    this.#bytes += weigh(value) + name.length;
  }

  bytes(): number {
    return this.#bytes;
  }

  result(): Value {
    return [...this.#items.values()];
  }
}

class Count implements Accumulator {
  #count = 0;

  add(): void {
    this.#count++;
  }

  result(): Value {
    return this.#count <= 0x7fffffff ? new Int32(this.#count) : Long.fromNumber(this.#count);
  }
}

/** Every accumulator of $group. */
export const accumulators: ReadonlyMap<string, (strings: StringOrder | undefined) => Accumulator> = new Map<
  string,
  (strings: StringOrder | undefined) => Accumulator
>([
  ['$sum', () => new Sum()],
  ['$avg', () => new Average()],
  ['$min', (strings) => new Extreme(-1, strings)],
  ['$max', (strings) => new Extreme(1, strings)],
  ['$first', () => new First()],
  ['$last', () => new Last()],
  ['$push', () => new Push()],
  ['$addToSet', (strings) => new AddToSet(strings)],
  ['$count', () => new Count()],
]);
