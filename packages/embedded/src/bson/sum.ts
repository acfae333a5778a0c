import { divide, isWhole, whole } from './arithmetic.ts';
import { addDecimals, decimalOfDouble, wholeDecimal } from './decimal.ts';
import { toNumber } from './numbers.ts';
import { Decimal128, Double, Int32, Long, type Numeric } from './types.ts';

/**
 * A sum that loses as little as MongoDB's: what is not decimal as two doubles, the total and what rounding
 * it lost, which holds any sum of whole numbers exactly.
 */
export class Sum {
  #total = 0;
  #lost = 0;
  /** What the sum is where it is infinite or NaN. */
  #plain = 0;
  #decimal: Decimal128 | undefined;
  #whole = true;
  #wide = false;

  add(value: Numeric): void {
    if (value instanceof Decimal128) {
      this.#decimal = addDecimals(this.#decimal ?? wholeDecimal(0n), value);
    } else if (value instanceof Long) {
      this.#wide = true;
      this.#addDouble(value.low >>> 0);
      this.#addDouble(value.high * 2 ** 32);
    } else {
      this.#whole &&= isWhole(value);
      this.#addDouble(value.value);
    }
  }

  #addDouble(value: number): void {
    this.#plain += value;
    const part = value + this.#lost;
    const rest = this.#lost - (part - value);
    const total = this.#total + part;
    const before = total - part;
    this.#lost = rest + (this.#total - before) + (part - (total - before));
    this.#total = total;
  }

  result(): Numeric {
    const finite = Number.isFinite(this.#total);
    if (this.#decimal) {
      const [total, lost] = finite ? [this.#total, this.#lost] : [this.#plain, 0];
      return addDecimals(this.#decimal, addDecimals(decimalOfDouble(total, 34), decimalOfDouble(lost, 34)));
    }
    const exact = this.#whole && whole(BigInt(this.#total) + BigInt(this.#lost), this.#wide);
    return exact || new Double(Number.isNaN(this.#total) ? this.#plain : this.#total);
  }
}

/** The average of some numbers; in an expression int64 counts as the nearest double, in a $group as it is. */
export class Average {
  readonly #sum = new Sum();
  readonly #exact: boolean;
  #count = 0;

  constructor(exact = false) {
    this.#exact = exact;
  }

  add(value: Numeric): void {
    this.#sum.add(value instanceof Long && !this.#exact ? new Double(toNumber(value)) : value);
    this.#count++;
  }

  result(): Numeric | null {
    return this.#count === 0 ? null : divide(this.#sum.result(), new Int32(this.#count));
  }
}
