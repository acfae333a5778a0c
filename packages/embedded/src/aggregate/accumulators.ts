import { add, asDecimal, divide, toDecimal, whole } from '../bson/arithmetic.ts';
import { compare, equal, type StringOrder } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import { doubleFraction } from '../bson/numbers.ts';
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

/**
 * Sums as MongoDB does: whole numbers and doubles together in two doubles, of which the second has what
 * rounding took from the first, and decimals apart.
 */
export class Sum implements Accumulator {
  #sum = 0;
  #rest = 0;
  /** The sum without the rest, for when it is infinite or not a number. */
  #plain = 0;
  #decimal: Numeric | undefined;
  #widest: 'int' | 'long' | 'double' = 'int';

  add(value: Value | undefined): void {
    if (value instanceof Int32) this.#add(value.value);
    else if (value instanceof Double) {
      this.#widest = 'double';
      this.#add(value.value);
    } else if (value instanceof Decimal128) this.#decimal = add(this.#decimal ?? new Int32(0), value);
    else if (isNumeric(value)) {
      if (this.#widest === 'int') this.#widest = 'long';
      this.#add(value.high * 2 ** 32);
      this.#add(value.low >>> 0);
    }
  }

  #add(value: number): void {
    this.#plain += value;
    const next = this.#sum + value;
    const added = next - this.#sum;
    const lost = this.#sum - (next - added) + (value - added) + this.#rest;
    this.#sum = next + lost;
    this.#rest = lost - (this.#sum - next);
  }

  result(): Numeric {
    const finite = Number.isFinite(this.#sum);
    const parts = finite ? [this.#sum, this.#rest] : [this.#plain];
    if (this.#decimal) return parts.map(exactDecimal).reduce(add, this.#decimal);
    if (this.#widest !== 'double' && finite) {
      const exact = whole(BigInt(this.#sum) + BigInt(this.#rest), this.#widest === 'long');
      if (exact) return exact;
    }
    return new Double(parts.reduce((sum, part) => sum + part, 0));
  }
}

/** All that a double is, which is more than the 15 digits of a conversion. */
function exactDecimal(number: number): Numeric {
  if (!Number.isFinite(number)) return asDecimal(new Double(number));
  const { over, under } = doubleFraction(number);
  const halvings = under.toString(2).length - 1;
  return toDecimal(over * 5n ** BigInt(halvings), -halvings);
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
