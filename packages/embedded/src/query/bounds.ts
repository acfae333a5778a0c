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
import { literalPrefix } from '../bson/regex.ts';

/** A range of encoded values of one field: from low, up to but not including high. */
export interface Interval {
  low: Buffer;
  high: Buffer;
  /** One single value: what comes behind it in a compound key is ordered. */
  point: boolean;
  /** How explain shows it. */
  shown: () => string;
}

export interface Bounds {
  intervals: Interval[];
}

const all: Interval = { low: BOTTOM, high: TOP, point: false, shown: () => '[MinKey, MaxKey]' };
export const everything: Bounds = { intervals: [all] };

const byte = (value: number): Buffer => Buffer.from([value]);
const after = (key: Buffer): Buffer => successor(key) ?? TOP;

function pointOf(value: Value | undefined): Interval {
  const low = encodeKey([value]);
  return { low, high: after(low), point: true, shown: () => `[${shown(value)}, ${shown(value)}]` };
}

/** All values of the same place in the type order. */
const bracket = (order: number): { low: Buffer; high: Buffer } => ({
  low: byte(order),
  high: byte(order + 1),
});

/**
 * The bounds that a condition puts on an index field: every document that satisfies the condition has a
 * key in them. Undefined when it puts none.
 */
export function boundsOf(leaf: Leaf): Bounds | undefined {
  switch (leaf.op) {
    case 'eq':
      return { intervals: merge(equality(leaf.value)) };
    case 'in': {
      const intervals = leaf.values.flatMap((value) =>
        value instanceof BSONRegExp ? patternIntervals(value) : equality(value),
      );
      return { intervals: merge(intervals) };
    }
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
  const plain = (value: Value): boolean =>
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof MinKey) &&
    !(value instanceof MaxKey) &&
    !(value instanceof BSONRegExp);
  if (leaf.op === 'in') return leaf.values.every(plain);
  return 'value' in leaf && plain(leaf.value);
}

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
  const itself = {
    ...pointOf(source),
    shown: () => `[/${source.pattern}/${source.options}, /${source.pattern}/${source.options}]`,
  };
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
  const sorted = [...intervals].sort(
    (a, b) => Buffer.compare(a.low, b.low) || Buffer.compare(a.high, b.high),
  );
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (!last || Buffer.compare(next.low, last.high) >= 0) merged.push(next);
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

const joined = (left: string, right: string): string =>
  `${left.slice(0, left.lastIndexOf(', '))}, ${right.slice(right.lastIndexOf(', ') + 2)}`;

/** What lies in both. */
export function intersect(left: Bounds, right: Bounds): Bounds {
  const both: Interval[] = [];
  for (const a of left.intervals) {
    for (const b of right.intervals) {
      const low = Buffer.compare(a.low, b.low) >= 0 ? a : b;
      const high = Buffer.compare(a.high, b.high) <= 0 ? a : b;
      if (Buffer.compare(low.low, high.high) >= 0) continue;
      both.push(
        low === high
          ? low
          : {
              low: low.low,
              high: high.high,
              point: false,
              shown: () => joined(low.shown(), high.shown()),
            },
      );
    }
  }
  return { intervals: merge(both) };
}

/** The same ranges where a field is stored descending: bytes inverted, order turned round. */
export const descending = (intervals: Interval[]): Interval[] =>
  intervals
    .map(({ low, high, point, shown: text }) => ({
      low: point ? inverted(low) : high === TOP ? BOTTOM : after(inverted(high)),
      high: low === BOTTOM ? TOP : after(inverted(low)),
      point,
      shown: () => turned(text()),
    }))
    .reverse();

function turned(text: string): string {
  const comma = text.lastIndexOf(', ');
  const open = text[0] === '[' ? ']' : ')';
  const close = text.endsWith(']') ? '[' : '(';
  return `${close}${text.slice(comma + 2, -1)}, ${text.slice(1, comma)}${open}`;
}
