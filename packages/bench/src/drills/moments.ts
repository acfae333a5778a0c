/** Where in an act a process is killed: when it has sent so many commands to its database, and so many milliseconds on. */
export interface Moment {
  readonly commands: number;
  readonly ms: number;
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A moment of an act that took so many commands and milliseconds when nobody killed it. */
export function momentOf(seed: number, whole: Moment): Moment {
  const next = numbersOf(seed);
  const commands = 1 + Math.floor(next() * whole.commands);
  return { commands, ms: (next() * 2 * whole.ms) / whole.commands };
}
