/**
 * The first place of which something does not hold, `to` where it holds of all of them: found by halves, since it holds of
 * all places before that and of none behind.
 */
export function firstNot(holds: (at: number) => boolean, to: number, from = 0): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
