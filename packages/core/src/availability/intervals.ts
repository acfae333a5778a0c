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
