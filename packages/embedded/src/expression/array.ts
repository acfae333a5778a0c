import { compare, equal } from '../bson/compare.ts';
import { field, fieldsOf, Int32, isDoc, isNullish, isNumeric, namesOf, type Value } from '../bson/types.ts';
import { isPosition } from '../bson/path.ts';
import { showValue } from '../bson/show.ts';
import { Average, Sum } from '../bson/sum.ts';
import { fail } from '../errors.ts';
import { argumentsOf, plain, typeName } from './arguments.ts';
import { compile, type Environment, type Operator } from './compile.ts';
import type { Expression } from './scope.ts';
import { foldable } from './fold.ts';
import { arraysUntilNull, int32Of, needArray, needIndex, needInt32, partsOf } from './operands.ts';

type Values = (Value | undefined)[];

export function arrays(): [string, Operator][] {
  return [
    [
      '$size',
      plain(
        1,
        1,
        ([list]) =>
          new Int32(
            needArray(list, 17124, 'The argument to $size must be an array, but was of type:').length,
          ),
      ),
    ],
    ['$isArray', plain(1, 1, ([list]) => Array.isArray(list))],
    [
      '$arrayElemAt',
      plain(2, 2, ([list, at]) => {
        if (isNullish(list) || isNullish(at)) return null;
        const items = needArray(list, 28689, "$arrayElemAt's first argument must be an array, but is");
        const second = "$arrayElemAt's second argument must be";
        const index = needInt32(at, {
          notNumber: [28690, `${second} a numeric value, but is `],
          notWhole: [28691, `${second} representable as a 32-bit integer: `],
        });
        return items.at(index);
      }),
    ],
    ['$first', ofArray(28689, isBut, (items) => items[0])],
    ['$last', ofArray(28689, isBut, (items) => items.at(-1))],
    [
      '$in',
      plain(2, 2, ([value, list], { strings }) =>
        needArray(list, 40081, '$in requires an array as a second argument, found:').some((item) =>
          equal(item, value, strings),
        ),
      ),
    ],
    [
      '$concatArrays',
      plain(
        0,
        Infinity,
        (lists) => arraysUntilNull(lists, 28664, '$concatArrays only supports arrays, not')?.flat() ?? null,
      ),
    ],
    ['$reverseArray', ofArray(34435, wasOfType, (items) => items.toReversed())],
    ['$slice', plain(2, 3, slice)],
    ['$indexOfArray', plain(2, 4, indexOf)],
    ['$range', plain(2, 3, range)],
    ['$zip', zip],
    ['$sortArray', sortArray],
    ['$sum', overItems((items) => totalOf(items, new Sum()))],
    ['$avg', overItems((items) => totalOf(items, new Average()))],
    ['$min', overItems(extreme(-1))],
    ['$max', overItems(extreme(1))],
  ];
}

const isBut = (name: string): string => `${name}'s argument must be an array, but is`;
const wasOfType = (name: string): string => `The argument to ${name} must be an array, but was of type:`;

/** An operator of one array, which is null of null. */
const ofArray = (
  code: number,
  unlike: (name: string) => string,
  apply: (items: Value[]) => Value | undefined,
): Operator =>
  plain(1, 1, ([list], _, name) => (isNullish(list) ? null : apply(needArray(list, code, unlike(name)))));

function slice([list, ...numbers]: Values): Value {
  if (isNullish(list) || isNullish(numbers[0])) return null;
  const items = needArray(list, 28724, 'First argument to $slice must be an array, but is of type:');
  const at = needInt32(numbers[0], {
    notNumber: [28725, 'Second argument to $slice must be a numeric value, but is of type: '],
    notWhole: [28726, "Second argument to $slice can't be represented as a 32-bit integer: "],
  });
  if (numbers.length === 1) return at >= 0 ? items.slice(0, at) : items.slice(at);
  if (isNullish(numbers[1])) return null;
  const most = needInt32(numbers[1], {
    notNumber: [28727, 'Third argument to $slice must be numeric, but is of type: '],
    notWhole: [28728, "Third argument to $slice can't be represented as a 32-bit integer: "],
  });
  if (most <= 0) fail(28729, `Third argument to $slice must be positive: ${most}`);
  const from = at >= 0 ? at : Math.max(0, items.length + at);
  return items.slice(from, from + most);
}

function indexOf([list, value, ...bounds]: Values, { strings }: Environment): Value {
  if (isNullish(list)) return null;
  const items = needArray(list, 40090, '$indexOfArray requires an array as a first argument, found:');
  const [from = 0, to = items.length] = bounds.map((bound, at) =>
    needIndex(bound, '$indexOfArray', at === 0 ? 'starting' : 'ending', [9711600, 9711601]),
  );
  for (let at = from; at < Math.min(to, items.length); at++)
    if (equal(items[at], value, strings)) return new Int32(at);
  return new Int32(-1);
}

const MAX_RANGE = (100 * 1024 * 1024) / 16;

const rangeWords = (which: string, code: number) => ({
  notNumber: [
    code,
    `$range requires a numeric ${which} value, found value of type:${which === 'step' ? '' : ' '}`,
  ] as [number, string],
  notWhole: [
    code + 1,
    `$range requires ${which === 'ending' ? 'an' : 'a'} ${which} value that can be represented as a 32-bit integer, found value: `,
  ] as [number, string],
});

function range([from, to, ...by]: Values): Value {
  const start = needInt32(from, rangeWords('starting', 34443));
  const end = needInt32(to, rangeWords('ending', 34445));
  const step = by.length === 0 ? 1 : needInt32(by[0], rangeWords('step', 34447));
  if (step === 0) fail(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > MAX_RANGE) fail('ExceededMemoryLimit', '$range would use too much memory');
  return Array.from({ length }, (_, at) => new Int32(start + at * step));
}

const zip: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 34460,
    expects: 'only supports an object as an argument, found',
    unknown: 34464,
    required: {},
    optional: ['inputs', 'useLongestLength', 'defaults'],
  });
  const compiled = (part: string, code: number) =>
    needArray(given[part] ?? [], code, `${part} must be an array of expressions, found`).map((item) =>
      compile(item, environment),
    );
  const inputs = compiled('inputs', 34461);
  const defaults = compiled('defaults', 34462);
  const longest = given['useLongestLength'] ?? false;
  if (typeof longest !== 'boolean')
    fail(34463, `useLongestLength must be a bool, found ${typeName(longest)}`);
  if (inputs.length === 0) fail(34465, '$zip requires at least one input array');
  if (defaults.length > 0 && !longest) fail(34466, 'cannot specify defaults unless useLongestLength is true');
  if (defaults.length > 0 && defaults.length !== inputs.length)
    fail(34467, 'defaults and inputs must have the same length');
  const parts = [...inputs, ...defaults];
  return foldable(parts, (scope) => {
    const values = parts.map((part) => part(scope));
    const lists: Value[][] = [];
    for (const list of values.slice(0, inputs.length)) {
      if (isNullish(list)) return null;
      if (!Array.isArray(list))
        return fail(34468, `$zip found a non-array expression in input: ${showValue(list)}`);
      lists.push(list);
    }
    const fill = values.slice(inputs.length);
    const lengths = lists.map((list) => list.length);
    const length = longest ? Math.max(...lengths) : Math.min(...lengths);
    return Array.from({ length }, (_, at) => lists.map((list, which) => list[at] ?? fill[which] ?? null));
  });
};

const sortArray: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 2942500,
    expects: 'requires an object as an argument, found:',
    unknown: 2942501,
    required: { input: 2942502, sortBy: 2942503 },
  });
  const parts: [Expression] = [compile(given['input'] as Value, environment)];
  const order = orderBy(given['sortBy'] as Value, environment);
  return foldable(parts, (scope) => {
    const list = parts[0](scope);
    return isNullish(list)
      ? null
      : needArray(
          list,
          2942504,
          'The input argument to $sortArray must be an array, but was of type:',
        ).toSorted(order);
  });
};

type Order = (a: Value, b: Value) => number;

/** The order of whole elements, or of what they have at some paths. */
function orderBy(by: Value, { strings }: Environment): Order {
  const direction = (value: Value, code: number): number => {
    const number = int32Of(value);
    return number === 1 || number === -1
      ? number
      : fail(code, 'The $sort element value must be either 1 or -1');
  };
  if (isNumeric(by)) {
    const turn = direction(by, 2942506);
    return (a, b) => turn * compare(a, b, strings);
  }
  if (!isDoc(by)) return fail(2942507, `$sortArray: sortBy must be a number or an object: ${typeName(by)}`);
  if (namesOf(by).length === 0) fail(2942505, 'sortBy must have at least one field');
  const keys = fieldsOf(by).map(([name, value]) => ({
    path: name.split('.'),
    turn: direction(value, 2942505),
  }));
  return (a, b) => {
    for (const { path, turn } of keys) {
      const order = turn * compare(elementAt(a, path), elementAt(b, path), strings);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** What stands at a path, where a number may also be a place in an array; null when nothing does. */
function elementAt(value: Value, path: readonly string[]): Value {
  let found: Value | undefined = value;
  for (const part of path)
    if (Array.isArray(found)) found = isPosition(part) ? found[Number(part)] : undefined;
    else found = isDoc(found) ? field(found, part) : undefined;
  return found ?? null;
}

type OfItems = (items: Values, environment: Environment) => Value;

/** Of one argument that is an array its elements, else the arguments themselves. */
const overItems =
  (apply: OfItems): Operator =>
  (argument, environment, name) => {
    const items = argumentsOf(argument, environment, name, 0, Infinity);
    return foldable(items, (scope) => {
      const values = items.map((item) => item(scope));
      const [only] = values;
      return apply(values.length === 1 && Array.isArray(only) ? only : values, environment);
    });
  };

function totalOf(items: Values, total: Sum | Average): Value {
  for (const item of items) if (isNumeric(item)) total.add(item);
  return total.result();
}

const extreme =
  (sign: 1 | -1): OfItems =>
  (items, { strings }) => {
    let found: Value = null;
    for (const item of items)
      if (!isNullish(item) && (found === null || sign * compare(item, found, strings) > 0)) found = item;
    return found;
  };
