import { BOTTOM, TOP } from '../storage/connection.ts';
import { encodeKey } from '../bson/keys.ts';
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
import { Gradual } from '../gradual.ts';
import type { List } from './lists.ts';
import { literalPrefix } from '../bson/regex.ts';
import {
  after,
  isWithin,
  merge,
  merging,
  Prefix,
  RUN,
  sorting,
  type Bounds,
  type Interval,
} from './stretches.ts';

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

const all: Interval = { low: BOTTOM, high: TOP, point: false, shown: () => '[MinKey, MaxKey]' };
export const everything: Bounds = { intervals: [all] };

const byte = (value: number): Buffer => Buffer.from([value]);
const pointOf = (value: Value | undefined): Interval => new Point(value);

/** All values of the same place in the type order. */
const bracket = (order: number): { low: Buffer; high: Buffer } => ({
  low: byte(order),
  high: byte(order + 1),
});

/** The values of a list as keys. */
interface Listed {
  /** Whether a value is among those that are found by their key alone; and the others. */
  has(value: Value): boolean;
  others: Value[];
  /** Whether an index finds at the keys what the list finds: an array also lies at its first element. */
  exact: boolean;
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
  const hasKey = (value: Value): boolean => isPlain(value) || Array.isArray(value);
  const exact = values.every(isPlain);
  const keys = yield* pointsOf(exact ? values : values.filter(hasKey));
  const has = (value: Value): boolean => isWithin(encodeKey([value]), keys);
  if (exact) return { has, others: [], exact, bounds: { intervals: keys } };
  const intervals = [...keys];
  for (const [at, value] of values.entries()) {
    if (value instanceof BSONRegExp) intervals.push(...patternIntervals(value));
    else if (!isPlain(value)) intervals.push(...equality(value));
    if (at % RUN === RUN - 1) yield;
  }
  const others = values.filter((value) => !hasKey(value));
  return { has, others, exact, bounds: { intervals: yield* merging(intervals) } };
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
  if (leaf.op === 'in') return listOf(leaf).whole.exact;
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
