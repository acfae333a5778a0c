/** Many small pieces of bytes in one place. */
export class Packed {
  readonly #bytes: Buffer;
  /** Where each piece ends. */
  readonly #ends: Float64Array;

  constructor(pieces: readonly Buffer[]) {
    let end = 0;
    this.#ends = Float64Array.from(pieces, ({ length }) => (end += length));
    this.#bytes = Buffer.concat(pieces, end);
  }

  at(index: number): Buffer {
    return this.#bytes.subarray(this.#ends[index - 1] ?? 0, this.#ends[index]);
  }
}
