/** Five minutes: the tick that times are placed by. */
export const tickMs = 5 * 60_000;

/** A place on a scale as `timescale.css` reads it: hours and ticks from its beginning, and how long it is. */
export interface Place {
  readonly h: number;
  readonly m: number;
  readonly dh: number;
  readonly dm: number;
}

/** Where a span of time lies on a scale that begins at `from`; what began before is seen from there on. */
export function placeOf(startAt: Date | number, endAt: Date | number, { from }: { from: number }): Place {
  const begin = Math.max(Number(startAt), from);
  const ticks = (ms: number) => Math.max(0, Math.floor(ms / tickMs));
  const start = ticks(begin - from);
  const length = ticks(Number(endAt) - begin);
  return { h: Math.floor(start / 12), m: start % 12, dh: Math.floor(length / 12), dm: length % 12 };
}

/** A place as the attributes of an element in it. */
export const attributesOf = ({ h, m, dh, dm }: Place) => ({
  'data-h': h,
  'data-m': m,
  'data-dh': dh,
  'data-dm': dm,
});
