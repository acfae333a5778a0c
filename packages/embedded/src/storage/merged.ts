/** Several sequences in order as one; of what is equal, the earlier one's comes first. */
export function merged<V>(runs: Iterable<V>[], order: (a: V, b: V) => number): Iterable<V> {
  const [first = [], second] = runs;
  if (!second) return first;
  const half = runs.length >> 1;
  return mergeTwo(merged(runs.slice(0, half), order), merged(runs.slice(half), order), order);
}

function* mergeTwo<V>(first: Iterable<V>, second: Iterable<V>, order: (a: V, b: V) => number): Generator<V> {
  const [left, right] = [first[Symbol.iterator](), second[Symbol.iterator]()];
  let a = left.next();
  let b = right.next();
  while (!a.done || !b.done) {
    if (b.done || (!a.done && order(a.value, b.value) <= 0)) {
      yield a.value as V;
      a = left.next();
    } else {
      yield b.value;
      b = right.next();
    }
  }
}

/** Values in order, in parts: short runs, which are merged. */
export function* ordering<V>(
  values: readonly V[],
  order: (a: V, b: V) => number,
  run: number,
  inOrder: (some: V[]) => V[] = (some) => some.sort(order),
): Generator<void, V[]> {
  const runs: V[][] = [];
  for (let from = 0; from < values.length; from += run) {
    runs.push(inOrder(values.slice(from, from + run)));
    if (runs.length > 1) yield;
  }
  if (runs.length < 2) return runs[0] ?? [];
  const all: V[] = [];
  for (const value of merged(runs, order)) if (all.push(value) % run === 0) yield;
  return all;
}
