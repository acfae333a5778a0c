import type { Interval } from '../time.ts';

/** Sorted, merged where they touch, without empty ones. */
export function normalized(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of sorted) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.from < b.to && b.from < a.to;
}

/** Whether one of the (normalized) intervals holds the whole of another. */
export function covers(intervals: readonly Interval[], inner: Interval): boolean {
  return intervals.some(({ from, to }) => from <= inner.from && inner.to <= to);
}

/** What two lists of normalized intervals have in common. */
export function intersection(some: readonly Interval[], others: readonly Interval[]): Interval[] {
  const common: Interval[] = [];
  for (let i = 0, j = 0; i < some.length && j < others.length;) {
    const [a, b] = [some[i]!, others[j]!];
    const both = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
    if (both.from < both.to) common.push(both);
    if (a.to < b.to) i++;
    else j++;
  }
  return common;
}

/** What of some normalized intervals others leave. */
export function without(some: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const gaps: Interval[] = [];
  let from = -Infinity;
  for (const one of taken) {
    gaps.push({ from, to: one.from });
    from = one.to;
  }
  return intersection(some, [...gaps, { from, to: Infinity }]);
}

/** The one of some normalized intervals that an instant lies in. */
export function holding(intervals: readonly Interval[], instant: number): Interval | undefined {
  const found = intervals[placeOf(intervals, instant)];
  return found && found.from <= instant ? found : undefined;
}

/** Those parts of some normalized intervals that lie in another one. */
export function partsIn(intervals: readonly Interval[], { from, to }: Interval): Interval[] {
  const parts: Interval[] = [];
  for (let place = placeOf(intervals, from); place < intervals.length; place++) {
    const one = intervals[place]!;
    if (one.from >= to) break;
    parts.push({ from: Math.max(one.from, from), to: Math.min(one.to, to) });
  }
  return parts;
}

/** The place of the first of some normalized intervals that ends after an instant. */
function placeOf(intervals: readonly Interval[], instant: number): number {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle]!.to > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}
