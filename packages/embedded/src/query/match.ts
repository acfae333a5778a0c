import { int64Of } from '../bson/arithmetic.ts';
import { compare, compareStrings, type StringOrder } from '../bson/compare.ts';
import { remembered } from '../bson/bounded.ts';
import { asBuffer } from '../bson/decode.ts';
import { encodeKey } from '../bson/keys.ts';
import { compareNumbers, isInexact, toNumber } from '../bson/numbers.ts';
import { someValue } from '../bson/path.ts';
import {
  BSONRegExp,
  BSONSymbol,
  Double,
  isDoc,
  isNumeric,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  orderOf,
  typeOf,
  type Doc,
  type Numeric,
  type Value,
} from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileRegex, type Pattern } from '../bson/regex.ts';
import { listOf } from './bounds.ts';
import { hasText } from './conditions.ts';
import { branchesOf, FEW, someBranch } from './branches.ts';
import { MANY, type Comparison, type Filter, type Leaf } from './filter.ts';
import { FEW_VALUES, orderedList, patternsOf, type List, type Patterns } from './lists.ts';

export type Matcher = (doc: Doc, hit?: Hit) => boolean;

/** Where in an array the match was found, for the positional operator of updates and projections. */
export interface Hit {
  position?: number | undefined;
}

/** What a filter needs from outside: the order of strings, and the evaluation of $expr. */
export interface MatchOptions {
  strings?: StringOrder | undefined;
  expression?: ((expression: Value) => (doc: Doc) => boolean) | undefined;
  /** Whether a planner compiles the patterns of long lists, in parts, before there is a document. */
  planned?: boolean;
}

export function compileFilter(filter: Filter, options: MatchOptions = {}): Matcher {
  switch (filter.op) {
    case 'and': {
      const parts = inOrder(filter.parts).map((part) => compileFilter(part, options));
      if (parts.length === 0) return () => true;
      return (doc, hit) => parts.every((part) => part(doc, hit));
    }
    case 'or':
      return anyOf(filter, options);
    case 'nor': {
      const any = anyOf(filter, options);
      return (doc) => !any(doc);
    }
    case 'not': {
      const part = compileFilter(filter.part, options);
      return (doc) => !part(doc);
    }
    case 'always':
      return () => filter.value;
    case 'expr': {
      if (!options.expression) return fail('QueryFeatureNotAllowed', '$expr is not allowed in this context');
      return options.expression(filter.expression);
    }
    case 'elemMatchObject': {
      const part = compileFilter(filter.part, options);
      const matches = (item: Value): boolean =>
        isDoc(item) ? part(item) : Array.isArray(item) && part(asDocument(item));
      return arrayMatcher(filter.path, (items) => items.findIndex(matches));
    }
    case 'elemMatchValue': {
      const test = elementTest(filter, options);
      return arrayMatcher(filter.path, (items) => items.findIndex(test));
    }
    case 'size': {
      const { size } = filter;
      return (doc) =>
        someValue(doc, filter.path, (value) => Array.isArray(value) && value.length === size, false);
    }
    default:
      return leafMatcher(filter.path, valueTest(filter, options));
  }
}

function anyOf(filter: Filter & { parts: Filter[] }, options: MatchOptions): (doc: Doc) => boolean {
  const { parts } = filter;
  if (parts.length <= FEW || parts.some(isComputed)) {
    const matchers = parts.map((part) => compileFilter(part, options));
    return (doc) => matchers.some((matches) => matches(doc));
  }
  const known: Matcher[] = [];
  const branches = branchesOf(filter, options.strings !== undefined);
  return (doc) => {
    const finds = (branch: number): boolean =>
      (known[branch] ??= compileFilter(parts[branch] as Filter, options))(doc);
    return someBranch(branches.whole, doc, finds);
  };
}

/** Whether there is an expression in a filter, which may be refused when it is compiled. */
const isComputed = (filter: Filter): boolean =>
  filter.op === 'expr' ||
  ('part' in filter && isComputed(filter.part)) ||
  ('parts' in filter && filter.parts.some(isComputed));

/** The order in which MongoDB tries conditions; the last one that looks into an array tells the position. */
const order: readonly Filter['op'][] = [
  'or',
  'elemMatchObject',
  'elemMatchValue',
  'size',
  'eq',
  'lte',
  'lt',
  'gt',
  'gte',
  'regex',
  'mod',
  'exists',
  'in',
  'not',
  'nor',
  'type',
  'always',
  'expr',
];

const inOrder = (parts: Filter[]): Filter[] =>
  parts
    .flatMap((part) => (part.op === 'and' ? inOrder(part.parts) : [part]))
    .sort((a, b) => order.indexOf(a.op) - order.indexOf(b.op));

type Test = (value: Value | undefined) => boolean;

/** The conditions of a value's $elemMatch: they look at the element itself, never into it. */
function elementTest(filter: Filter & { op: 'elemMatchValue' }, options: MatchOptions): Test {
  const tests = filter.parts.map((part) => singleTest(part, options));
  return (item) => tests.every((test) => test(item));
}

function singleTest(filter: Filter, options: MatchOptions): Test {
  switch (filter.op) {
    case 'and': {
      const tests = filter.parts.map((part) => singleTest(part, options));
      return (value) => tests.every((test) => test(value));
    }
    case 'not': {
      const test = singleTest(filter.part, options);
      return (value) => !test(value);
    }
    case 'elemMatchObject': {
      const part = compileFilter(filter.part, options);
      return (value) => Array.isArray(value) && value.some((item) => isDoc(item) && part(item));
    }
    case 'elemMatchValue': {
      const test = elementTest(filter, options);
      return (value) => Array.isArray(value) && value.some(test);
    }
    case 'or':
    case 'nor':
    case 'expr':
      throw new Error(`${filter.op} cannot stand in a value's $elemMatch`);
    case 'always':
      return () => filter.value;
    default:
      return valueTest(filter, options);
  }
}

const asDocument = (items: Value[]): Doc =>
  Object.fromEntries(items.map((item, index) => [String(index), item]));

function arrayMatcher(path: string[], find: (items: Value[]) => number): Matcher {
  return (doc, hit) =>
    someValue(
      doc,
      path,
      (value, outer) => {
        if (!Array.isArray(value)) return false;
        const index = find(value);
        if (index >= 0 && hit) hit.position = outer ?? index;
        return index >= 0;
      },
      false,
    );
}

function leafMatcher(path: string[], test: (value: Value | undefined) => boolean): Matcher {
  const [only] = path;
  if (path.length === 1 && only !== undefined && only !== '__proto__') {
    return (doc, hit) => {
      const value = Object.hasOwn(doc, only) ? doc[only] : undefined;
      if (!Array.isArray(value)) return test(value);
      const index = value.findIndex(test);
      if (index >= 0 && hit) hit.position = index;
      return index >= 0 || test(value);
    };
  }
  return (doc, hit) =>
    someValue(doc, path, (value, position) => {
      if (!test(value)) return false;
      if (hit && position !== undefined) hit.position = position;
      return true;
    });
}

function valueTest(leaf: Leaf, options: MatchOptions): Test {
  const { strings = compareStrings } = options;
  switch (leaf.op) {
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return comparison(leaf.op, leaf.value, strings);
    case 'in':
      return inTest(leaf, strings !== compareStrings && hasText(leaf) ? strings : compareStrings, options);
    case 'exists':
      return (value) => value !== undefined;
    case 'type':
      return (value) => value !== undefined && leaf.types.has(typeOf(value));
    case 'regex':
      return regexTest(leaf.regex, leaf.source);
    case 'mod':
      return modTest(leaf.divisor, leaf.remainder);
    case 'size':
      return (value) => Array.isArray(value) && value.length === leaf.size;
  }
}

const verdicts: Record<Comparison, (order: number) => boolean> = {
  eq: (order) => order === 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

const isNaNValue = (value: Value | undefined): boolean =>
  (value instanceof Double && Number.isNaN(value.value)) ||
  (isNumeric(value) && !(value instanceof Long) && Number.isNaN(toNumber(value)));

/** Comparison within one place of the type order, as queries compare. */
function comparison(op: Comparison, wanted: Value, strings: StringOrder): Test {
  const verdict = verdicts[op];
  if (wanted instanceof MinKey || wanted instanceof MaxKey) {
    const edge = orderOf(wanted);
    return (value) => verdict(orderOf(value) - edge);
  }
  if (wanted === null)
    return op === 'gt' || op === 'lt' ? () => false : (value) => value === null || value === undefined;
  const order = orderOf(wanted);
  if (isNumeric(wanted)) {
    if (isNaNValue(wanted)) return op === 'gt' || op === 'lt' ? () => false : isNaNValue;
    return (value) => isNumeric(value) && !isNaNValue(value) && verdict(compareNumbers(value, wanted));
  }
  if (typeof wanted === 'string' && op === 'eq' && strings === compareStrings) {
    return (value) => value === wanted || (value instanceof BSONSymbol && value.value === wanted);
  }
  return (value) =>
    value !== undefined && orderOf(value) === order && verdict(compare(value, wanted, strings));
}

function inTest(leaf: List, strings: StringOrder, { planned }: MatchOptions): Test {
  const { values } = leaf;
  const byKey = strings === compareStrings;
  if (values.length <= (byKey ? MANY : FEW_VALUES)) return anyTest(values, strings);
  const list = byKey ? listOf(leaf) : orderedList(leaf, strings);
  const patterns = patternsOf(leaf);
  // What is wrong in a filter is told before a document is looked at.
  let known = planned ? undefined : patterns.whole;
  let rest: Test | undefined;
  return (value) => {
    const { has, others } = list.whole;
    if (value !== undefined && has(value)) return true;
    known ??= patterns.whole;
    rest ??= anyTest(others, strings, known);
    return rest(value);
  };
}

function anyTest(values: readonly Value[], strings: StringOrder, patterns?: Patterns): Test {
  // One look, of however many: a hundred ids are often asked for, by value and by _id.
  const texts = new Set<string>();
  const ids = new Set<string>();
  const numbers = new Set<number>();
  const keys = new Set<string>();
  const tests: Test[] = [];
  let blocks: Test[][] | undefined;
  const many = values.length > FEW_VALUES && strings === compareStrings;
  for (const value of values) {
    if (typeof value === 'string' && strings === compareStrings) texts.add(value);
    else if (value instanceof ObjectId) ids.add(bytesOfId(value));
    else if (isNumeric(value) && !isInexact(value) && !isNaNValue(value)) numbers.add(toNumber(value));
    else if (value instanceof BSONRegExp)
      tests.push(regexTest(patterns?.get(value) ?? compileRegex(value), value));
    else if (many && value !== null && !(value instanceof MinKey) && !(value instanceof MaxKey))
      keys.add(keyOf(value));
    else tests.push(comparison('eq', value, strings));
  }
  return (value) => {
    if (value instanceof ObjectId) return ids.has(bytesOfId(value));
    const text = value instanceof BSONSymbol ? value.value : value;
    if (typeof text === 'string' && texts.has(text)) return true;
    if (numbers.size > 0 && isNumeric(value) && isAmong(numbers, value)) return true;
    if (keys.size > 0 && value !== undefined && keys.has(keyOf(value))) return true;
    if (typeof text !== 'string' || tests.length <= BLOCK) return tests.some((test) => test(value));
    blocks ??= blocksOf(tests);
    return blocks.some((block) => remembered(block, text, false, () => block.some((test) => test(value))));
  };
}

/** So many tests of one text are one to whoever tries it again: else that would take as long as to go on. */
const BLOCK = 64;

const blocksOf = (tests: readonly Test[]): Test[][] =>
  Array.from({ length: Math.ceil(tests.length / BLOCK) }, (_, at) =>
    tests.slice(at * BLOCK, (at + 1) * BLOCK),
  );

function isAmong(numbers: ReadonlySet<number>, value: Numeric): boolean {
  const nearest = toNumber(value);
  return numbers.has(nearest) && (!isInexact(value) || compareNumbers(value, new Double(nearest)) === 0);
}

const bytesOfId = ({ id }: ObjectId): string => asBuffer(id).toString('latin1');

/** Equal values have equal keys, whatever their number type. */
const keyOf = (value: Value): string => encodeKey([value]).toString('latin1');

function regexTest(regex: Pattern, source: BSONRegExp): Test {
  return (value) => {
    if (typeof value === 'string') return regex.test(value);
    if (value instanceof BSONSymbol) return regex.test(value.value);
    return (
      value instanceof BSONRegExp && value.pattern === source.pattern && value.options === source.options
    );
  };
}

function modTest(divisor: bigint, remainder: bigint): Test {
  return (value) => {
    const whole = isNumeric(value) ? int64Of(value) : undefined;
    return whole !== undefined && whole % divisor === remainder;
  };
}
