import { firstNot } from '../bson/halves.ts';
import { inverted, successor } from '../bson/keys.ts';
import { BOTTOM, TOP } from '../storage/connection.ts';
import { ordering } from '../storage/merged.ts';

/** A stretch of keys: from low, up to but not including high. */
export interface Stretch {
  readonly low: Buffer;
  readonly high: Buffer;
}

/** A range of encoded values of one field. */
export interface Interval extends Stretch {
  /** One single value: what comes behind it in a compound key is ordered. */
  readonly point: boolean;
  /** How explain shows it. */
  shown(): string;
}

/** All keys that begin alike; where they end is asked of few of many. */
export class Prefix implements Stretch {
  readonly low: Buffer;

  constructor(low: Buffer) {
    this.low = low;
  }

  get high(): Buffer {
    return successor(this.low) ?? TOP;
  }
}

/** What a query looks at of an index, or of one of its fields: in order, and without overlaps. */
export interface Bounds {
  intervals: Interval[];
}

/** The first key behind all that begin so. */
export const after = (key: Buffer): Buffer => successor(key) ?? TOP;

/** So many are done with before others may run. */
export const RUN = 1000;

/** Sorted, without overlaps. */
export function merge(intervals: Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of inOrder(intervals)) join(merged, next);
  return merged;
}

/** The same in parts. */
export function* merging(intervals: Interval[]): Generator<void, Interval[]> {
  const merged: Interval[] = [];
  for (const [at, next] of (yield* sorting(intervals)).entries()) {
    join(merged, next);
    if (at % RUN === RUN - 1) yield;
  }
  return merged;
}

function join(merged: Interval[], next: Interval): void {
  const last = merged.at(-1);
  if (!last || isBehind(next, last)) merged.push(next);
  else if (Buffer.compare(next.high, last.high) > 0) {
    merged[merged.length - 1] = {
      low: last.low,
      high: next.high,
      point: false,
      shown: () => joined(last.shown(), next.shown()),
    };
  }
}

/** Of two single values, which overlap when they are the same, it need not be known where they end. */
const isBehind = (next: Interval, last: Interval): boolean =>
  next.point && last.point ? !next.low.equals(last.low) : Buffer.compare(next.low, last.high) >= 0;

const FIRST_BYTES = 6;
const byLow = (a: Stretch, b: Stretch): number => Buffer.compare(a.low, b.low);

/** By their first bytes as a number, which tell most of them apart much sooner than a comparison of buffers. */
function inOrder<S extends Stretch>(stretches: S[]): S[] {
  if (stretches.every((one, at) => at === 0 || byLow(stretches[at - 1] as S, one) <= 0)) return stretches;
  return stretches
    .map((stretch) => {
      const { low } = stretch;
      const length = Math.min(low.length, FIRST_BYTES);
      const first = length && low.readUIntBE(0, length) * 256 ** (FIRST_BYTES - length);
      return { first, stretch };
    })
    .sort((a, b) => a.first - b.first || byLow(a.stretch, b.stretch))
    .map(({ stretch }) => stretch);
}

/** The same in parts. */
export const sorting = <S extends Stretch>(stretches: S[]): Generator<void, S[]> =>
  ordering(stretches, byLow, RUN, inOrder);

/** How many stretches, which are in order, begin at a key or before it. */
export function countUpTo(stretches: readonly Stretch[], key: Buffer): number {
  return firstNot((at) => Buffer.compare((stretches[at] as Stretch).low, key) <= 0, stretches.length);
}

/** Whether a part of a key lies in one of many intervals, which are in order. */
export function isWithin(part: Buffer, intervals: readonly Interval[]): boolean {
  const nearest = intervals[countUpTo(intervals, part) - 1];
  return nearest !== undefined && Buffer.compare(part, nearest.high) < 0;
}

const joined = (left: string, right: string): string =>
  `${left.slice(0, left.lastIndexOf(', '))}, ${right.slice(right.lastIndexOf(', ') + 2)}`;

/** What lies in both: one walk through two lists that are in order. */
export function intersect(left: Bounds, right: Bounds): Bounds {
  const both: Interval[] = [];
  for (let [i, j] = [0, 0]; i < left.intervals.length && j < right.intervals.length;) {
    const a = left.intervals[i] as Interval;
    const b = right.intervals[j] as Interval;
    const order = Buffer.compare(a.low, b.low);
    const high = Buffer.compare(a.high, b.high) <= 0 ? a : b;
    const low = order === 0 ? high : order > 0 ? a : b;
    if (low === high) both.push(low);
    else if (Buffer.compare(low.low, high.high) < 0)
      both.push({
        low: low.low,
        high: high.high,
        point: false,
        shown: () => joined(low.shown(), high.shown()),
      });
    if (high === a) i++;
    else j++;
  }
  return { intervals: both };
}

/** The same ranges where a field is stored descending: bytes inverted, order turned round. */
export const descending = (intervals: Interval[]): Interval[] => intervals.map(inverse).reverse();

function inverse(interval: Interval): Interval {
  const { low, point } = interval;
  const shown = (): string => turned(interval.shown());
  if (point) return Object.assign(new Prefix(inverted(low)), { point, shown });
  return {
    low: interval.high === TOP ? BOTTOM : after(inverted(interval.high)),
    high: low === BOTTOM ? TOP : after(inverted(low)),
    point,
    shown,
  };
}

function turned(text: string): string {
  const comma = text.lastIndexOf(', ');
  const open = text[0] === '[' ? ']' : ')';
  const close = text.endsWith(']') ? '[' : '(';
  return `${close}${text.slice(comma + 2, -1)}, ${text.slice(1, comma)}${open}`;
}
