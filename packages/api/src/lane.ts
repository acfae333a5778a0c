/** Lets a few tasks run at once and a bounded line wait for them. */
export class Lane {
  readonly #limits: { readonly atOnce: number; readonly waiting: number };
  readonly #full: () => Error;
  readonly #line: (() => void)[] = [];
  #running = 0;

  /** @param full makes the error for whoever finds the line full */
  constructor(limits: { readonly atOnce: number; readonly waiting: number }, full: () => Error) {
    this.#limits = limits;
    this.#full = full;
  }

  /** How many tasks run, and how many wait for them. */
  get length(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#line.length };
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.#turn();
    try {
      return await task();
    } finally {
      // Whoever is next takes over this place without giving it up in between.
      const next = this.#line.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#limits.atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#line.length >= this.#limits.waiting) throw this.#full();
    await new Promise<void>((resolve) => this.#line.push(resolve));
  }
}
