import { BOTTOM, TOP } from '../storage/connection.ts';
import { encodeKey, inverted, successor } from '../bson/keys.ts';
import {
  BSONRegExp,
  Double,
  isNumeric,
  MaxKey,
  millisecondsOf,
  MinKey,
  orderOf,
  type Value,
} from '../bson/types.ts';
import { toNumber } from '../bson/numbers.ts';
import type { Leaf } from './filter.ts';
import { Gradual } from './gradual.ts';
import { literalPrefix } from '../bson/regex.ts';
import { merged } from '../storage/merged.ts';

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

class Point extends Prefix implements Interval {
  readonly point = true;
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    super(encodeKey([value]));
    this.value = value;
  }

  shown(): string {
    return `[${shown(this.value)}, ${shown(this.value)}]`;
  }
}

export interface Bounds {
  intervals: Interval[];
}

const all: Interval = { low: BOTTOM, high: TOP, point: false, shown: () => '[MinKey, MaxKey]' };
export const everything: Bounds = { intervals: [all] };

const byte = (value: number): Buffer => Buffer.from([value]);
const after = (key: Buffer): Buffer => successor(key) ?? TOP;

const pointOf = (value: Value | undefined): Interval => new Point(value);

/** All values of the same place in the type order. */
const bracket = (order: number): { low: Buffer; high: Buffer } => ({
  low: byte(order),
  high: byte(order + 1),
});

type List = Leaf & { op: 'in' };

/** The values of a list as keys. */
interface Listed {
  /** Those that are found by their key alone, each once and in order, and the others. */
  keys: Interval[];
  others: Value[];
  bounds: Bounds;
}

const lists = new WeakMap<List, Gradual<Listed>>();

/** A long list is put in order once, for however many indexes and for the matcher. */
export function listOf(list: List): Gradual<Listed> {
  let listed = lists.get(list);
  if (!listed) lists.set(list, (listed = new Gradual(listing(list.values))));
  return listed;
}

function* listing(values: Value[]): Generator<void, Listed> {
  const others = values.filter((value) => !isPlain(value));
  const keys = yield* pointsOf(others.length > 0 ? values.filter(isPlain) : values);
  if (others.length === 0) return { keys, others, bounds: { intervals: keys } };
  const more = others.flatMap((value) =>
    value instanceof BSONRegExp ? patternIntervals(value) : equality(value),
  );
  return { keys, others, bounds: { intervals: merge([...more, ...keys]) } };
}

function* pointsOf(values: Value[]): Generator<void, Interval[]> {
  const points: Interval[] = [];
  for (const value of values) if (points.push(pointOf(value)) % RUN === 0) yield;
  const keys: Interval[] = [];
  for (const [at, point] of (yield* sorting(points)).entries()) {
    if (!keys.at(-1)?.low.equals(point.low)) keys.push(point);
    if (at % RUN === RUN - 1) yield;
  }
  return keys;
}

/**
 * The bounds that a condition puts on an index field: every document that satisfies the condition has a
 * key in them. Undefined when it puts none.
 */
export function boundsOf(leaf: Leaf): Bounds | undefined {
  switch (leaf.op) {
    case 'eq':
      return { intervals: merge(equality(leaf.value)) };
    case 'in':
      return listOf(leaf).whole.bounds;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return range(leaf.op, leaf.value);
    case 'regex':
      return { intervals: merge(patternIntervals(leaf.source)) };
    case 'mod':
      return { intervals: [{ ...bracket(10), point: false, shown: () => '[nan, inf]' }] };
    case 'exists':
    case 'type':
    case 'size':
      return undefined;
  }
}

/** Whether a condition is met by exactly the values in its bounds, on a path where no array stands. */
export function isExact(leaf: Leaf): boolean {
  if (leaf.op === 'in') return listOf(leaf).whole.others.length === 0;
  return 'value' in leaf && isPlain(leaf.value);
}

const isPlain = (value: Value): boolean =>
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof MinKey) &&
  !(value instanceof MaxKey) &&
  !(value instanceof BSONRegExp);

/** Null also finds what is missing; an array is found whole, or through its first element. */
function equality(value: Value): Interval[] {
  if (value === null) return [pointOf(undefined), pointOf(null)];
  if (Array.isArray(value)) return [pointOf(value[0]), pointOf(value)];
  return [pointOf(value)];
}

function range(op: 'gt' | 'gte' | 'lt' | 'lte', value: Value): Bounds | undefined {
  if (value instanceof MinKey || value instanceof MaxKey || Array.isArray(value)) return undefined;
  if (value === null) return { intervals: op === 'gt' || op === 'lt' ? [] : merge(equality(null)) };
  if (isNumeric(value) && Number.isNaN(toNumber(value)))
    return { intervals: op === 'gt' || op === 'lt' ? [] : [pointOf(value)] };
  const { low: lowest, high } = bracket(orderOf(value));
  // NaN sorts below all numbers, and is less than none.
  const low = isNumeric(value) ? encodeKey([new Double(-Infinity)]) : lowest;
  const key = encodeKey([value]);
  const [first, last] = brackets[orderOf(value)] ?? ['', ''];
  if (op === 'gt')
    return { intervals: [{ low: after(key), high, point: false, shown: () => `(${shown(value)}, ${last}` }] };
  if (op === 'gte')
    return { intervals: [{ low: key, high, point: false, shown: () => `[${shown(value)}, ${last}` }] };
  if (op === 'lt')
    return { intervals: [{ low, high: key, point: false, shown: () => `${first}, ${shown(value)})` }] };
  return { intervals: [{ low, high: after(key), point: false, shown: () => `${first}, ${shown(value)}]` }] };
}

const brackets: Record<number, [string, string]> = {
  10: ['[-inf.0', 'inf.0]'],
  15: ['[""', '{})'],
  20: ['[{}', '[])'],
  30: ['[BinData(0, )', "ObjectId('000000000000000000000000'))"],
  35: ["[ObjectId('000000000000000000000000')", "ObjectId('ffffffffffffffffffffffff')]"],
  40: ['[false', 'true]'],
  45: ['[new Date(-9223372036854775808)', 'new Date(9223372036854775807)]'],
  47: ['[Timestamp(0, 0)', 'Timestamp(4294967295, 4294967295)]'],
};

function patternIntervals(source: BSONRegExp): Interval[] {
  const literal = literalPrefix(source);
  const itself = pointOf(source);
  if (!literal) return [{ ...bracket(15), point: false, shown: () => '["", {})' }, itself];
  const low = encodeKey([literal.prefix]).subarray(0, -2);
  return [
    {
      low,
      high: after(low),
      point: false,
      shown: () => `["${literal.prefix}", "${nextText(literal.prefix)}")`,
    },
    itself,
  ];
}

const nextText = (text: string): string =>
  text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);

const shown = (value: Value | undefined): string => {
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return `"${value}"`;
  if (value instanceof Date) return `new Date(${millisecondsOf(value)})`;
  if (orderOf(value) === 35) return `ObjectId('${String(value)}')`;
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  return isNumeric(value)
    ? String(value)
    : value instanceof MinKey
      ? 'MinKey'
      : value instanceof MaxKey
        ? 'MaxKey'
        : JSON.stringify(value);
};

/** Sorted, without overlaps. */
export function merge(intervals: Interval[]): Interval[] {
  if (intervals.length < 2) return intervals;
  const sorted = inOrder(intervals);
  const merged: Interval[] = [];
  for (const next of sorted) {
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
  return merged;
}

/** Of two single values, which overlap when they are the same, it need not be known where they end. */
const isBehind = (next: Interval, last: Interval): boolean =>
  next.point && last.point ? !next.low.equals(last.low) : Buffer.compare(next.low, last.high) >= 0;

const FIRST_BYTES = 6;
/** So many are sorted at a time. */
const RUN = 1000;

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

/** The same in parts: short runs, which are merged. */
export function* sorting<S extends Stretch>(stretches: S[]): Generator<void, S[]> {
  const runs: S[][] = [];
  for (let from = 0; from < stretches.length; from += RUN) {
    runs.push(inOrder(stretches.slice(from, from + RUN)));
    if (runs.length > 1) yield;
  }
  if (runs.length < 2) return runs[0] ?? [];
  const sorted: S[] = [];
  for (const one of merged(runs, byLow)) if (sorted.push(one) % RUN === 0) yield;
  return sorted;
}

/** How many stretches, which are in order, begin at a key or before it. */
export function countUpTo(stretches: readonly Stretch[], key: Buffer): number {
  let [from, to] = [0, stretches.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (Buffer.compare((stretches[middle] as Stretch).low, key) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
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
