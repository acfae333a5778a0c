/** Something that takes long to make: in parts, between which others may run, or the rest of it at once for who cannot wait. */
export class Gradual<R> {
  readonly #steps: Iterator<unknown, R>;
  #made: IteratorReturnResult<R> | undefined;

  constructor(steps: Iterator<unknown, R>) {
    this.#steps = steps;
  }

  #step(): IteratorReturnResult<R> | undefined {
    if (this.#made) return this.#made;
    const next = this.#steps.next();
    return next.done ? (this.#made = next) : undefined;
  }

  /** What is made, or can be made in one step more. */
  get atOnce(): R | undefined {
    return this.#step()?.value;
  }

  /** @param pause what is given between the parts */
  *parts<P>(pause: P): Generator<P, R> {
    for (;;) {
      const made = this.#step();
      if (made) return made.value;
      yield pause;
    }
  }

  get whole(): R {
    for (;;) {
      const made = this.#step();
      if (made) return made.value;
    }
  }
}
