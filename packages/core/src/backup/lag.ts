/** How far the reader of the changes is behind what is written, by what it takes a mark of our own to come back. */
export class Lag {
  #last = Number.NaN;
  #waitingSince: number | undefined;

  /** A mark is about to be written. */
  sent(): void {
    this.#waitingSince ??= performance.now();
  }

  /** It was read among the changes. */
  seen(): void {
    if (this.#waitingSince !== undefined) this.#last = performance.now() - this.#waitingSince;
    this.#waitingSince = undefined;
  }

  /** Nobody reads any more. */
  ended(): void {
    this.#last = Number.NaN;
    this.#waitingSince = undefined;
  }

  /** In seconds: of the last mark, or of one that has been waited for longer; NaN before the first one. */
  get seconds(): number {
    const waiting = this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince;
    return Math.max(this.#last, waiting) / 1000;
  }
}
