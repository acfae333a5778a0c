import { compare, compareStrings, equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { valueAt } from '../bson/path.ts';
import {
  field,
  fieldsOf,
  Int32,
  isDoc,
  isNullish,
  isNumeric,
  put,
  type Doc,
  type Value,
} from '../bson/types.ts';
import { Average, Sum } from '../bson/sum.ts';
import { fail } from '../errors.ts';
import { argumentsOf, named, plain, typeName } from './arguments.ts';
import { isTrue } from './boolean.ts';
import { checkVariable, compile, withVariable, type Environment, type Operator } from './compile.ts';

export function arrays(): [string, Operator][] {
  return [
    [
      '$size',
      plain(
        1,
        1,
        ([list]) => new Int32(needArray(list, 'The argument to $size must be an array', 17124).length),
      ),
    ],
    ['$isArray', plain(1, 1, ([list]) => Array.isArray(list))],
    [
      '$arrayElemAt',
      plain(2, 2, ([list, at]) =>
        isNullish(list) || isNullish(at)
          ? null
          : elementAt(needArray(list, "$arrayElemAt's first argument must be an array", 28689), at),
      ),
    ],
    [
      '$first',
      plain(1, 1, ([list]) =>
        isNullish(list) ? null : needArray(list, "$first's argument must be an array", 28689)[0],
      ),
    ],
    [
      '$last',
      plain(1, 1, ([list]) =>
        isNullish(list) ? null : needArray(list, "$last's argument must be an array", 28689).at(-1),
      ),
    ],
    [
      '$in',
      plain(2, 2, ([value, list], { strings }) =>
        needArray(list, '$in requires an array as a second argument', 40081).some((item) =>
          equal(item, value ?? null, strings),
        ),
      ),
    ],
    [
      '$concatArrays',
      plain(0, Infinity, (lists) =>
        lists.some(isNullish)
          ? null
          : lists.flatMap((list) => needArray(list, '$concatArrays only supports arrays', 28664)),
      ),
    ],
    [
      '$reverseArray',
      plain(1, 1, ([list]) =>
        isNullish(list)
          ? null
          : [...needArray(list, 'The argument to $reverseArray must be an array', 34435)].reverse(),
      ),
    ],
    ['$slice', plain(2, 3, slice)],
    [
      '$indexOfArray',
      plain(2, 4, ([list, value, from, to], { strings }) => {
        if (isNullish(list)) return null;
        const items = needArray(list, '$indexOfArray requires an array as a first argument', 40090);
        const first = from === undefined ? 0 : wholeNumber(from, '$indexOfArray');
        const last =
          to === undefined ? items.length : Math.min(items.length, wholeNumber(to, '$indexOfArray'));
        for (let at = first; at < last; at++)
          if (equal(items[at], value ?? null, strings)) return new Int32(at);
        return new Int32(-1);
      }),
    ],
    [
      '$range',
      plain(2, 3, ([from, to, by]) => {
        const [start, end, step] = [
          wholeNumber(from, '$range'),
          wholeNumber(to, '$range'),
          by === undefined ? 1 : wholeNumber(by, '$range'),
        ];
        if (step === 0) fail(34449, '$range requires a non-zero step value');
        const count = Math.max(0, Math.ceil((end - start) / step));
        if (count > 1_000_000) fail('ExceededMemoryLimit', '$range would use too much memory');
        return Array.from({ length: count }, (_, at) => new Int32(start + at * step));
      }),
    ],
    ['$filter', filter],
    ['$map', map],
    ['$reduce', reduce],
    ['$let', letting],
    ['$zip', named('$zip', ['inputs', 'useLongestLength', 'defaults'], ['inputs'], zip)],
    ['$sortArray', sortArray],
    ['$arrayToObject', plain(1, 1, ([list]) => arrayToObject(list))],
    [
      '$objectToArray',
      plain(1, 1, ([doc]) =>
        isNullish(doc)
          ? null
          : isDoc(doc)
            ? fieldsOf(doc).map(([k, v]): Doc => ({ k, v }))
            : fail(40390, `$objectToArray requires a document input, found: ${typeName(doc)}`),
      ),
    ],
    [
      '$mergeObjects',
      plain(0, Infinity, (docs) => {
        const merged: Doc = {};
        for (const doc of docs.length === 1 && Array.isArray(docs[0]) ? docs[0] : docs) {
          if (isNullish(doc)) continue;
          if (!isDoc(doc))
            return fail(
              40400,
              `$mergeObjects requires object inputs, but input ${typeName(doc)} is of type ${typeName(doc)}`,
            );
          for (const [name, value] of fieldsOf(doc)) put(merged, name, value);
        }
        return merged;
      }),
    ],
    ['$getField', getField],
    ['$setField', setField],
    ['$unsetField', setField],
    [
      '$setUnion',
      plain(0, Infinity, (lists, environment) =>
        lists.some(isNullish)
          ? null
          : unique(
              lists.flatMap((list) => needSet(list, '$setUnion', 17043)),
              environment,
            ),
      ),
    ],
    [
      '$setIntersection',
      plain(0, Infinity, (lists, environment) => {
        if (lists.some(isNullish)) return null;
        const [first = [], ...others] = lists.map((list) => needSet(list, '$setIntersection', 17047));
        return unique(
          first.filter((item) => others.every((other) => contains(other, item, environment))),
          environment,
        );
      }),
    ],
    [
      '$setDifference',
      plain(2, 2, ([a, b], environment) =>
        isNullish(a) || isNullish(b)
          ? null
          : unique(
              needSet(a, '$setDifference', 17048).filter(
                (item) => !contains(needSet(b, '$setDifference', 17049), item, environment),
              ),
              environment,
            ),
      ),
    ],
    [
      '$setIsSubset',
      plain(2, 2, ([a, b], environment) =>
        needSet(a, '$setIsSubset', 17046).every((item) =>
          contains(needSet(b, '$setIsSubset', 17042), item, environment),
        ),
      ),
    ],
    [
      '$setEquals',
      plain(2, Infinity, (lists, environment) => {
        const [first = [], ...others] = lists.map((list) => needSet(list, '$setEquals', 17044));
        return others.every(
          (other) =>
            other.every((item) => contains(first, item, environment)) &&
            first.every((item) => contains(other, item, environment)),
        );
      }),
    ],
    [
      '$anyElementTrue',
      plain(1, 1, ([list]) =>
        needArray(list, "$anyElementTrue's argument must be an array", 17041).some(isTrue),
      ),
    ],
    [
      '$allElementsTrue',
      plain(1, 1, ([list]) =>
        needArray(list, "$allElementsTrue's argument must be an array", 17040).every(isTrue),
      ),
    ],
    ['$sum', overItems((items) => totalOf(items, new Sum()))],
    ['$avg', overItems((items) => totalOf(items, new Average()))],
    [
      '$min',
      overItems(
        (items, { strings }) =>
          items
            .filter((item) => !isNullish(item))
            .reduce<Value | undefined>(
              (least, item) => (least === undefined || compare(item, least, strings) < 0 ? item : least),
              undefined,
            ) ?? null,
      ),
    ],
    [
      '$max',
      overItems(
        (items, { strings }) =>
          items
            .filter((item) => !isNullish(item))
            .reduce<Value | undefined>(
              (most, item) => (most === undefined || compare(item, most, strings) > 0 ? item : most),
              undefined,
            ) ?? null,
      ),
    ],
  ];
}

function totalOf(items: (Value | undefined)[], total: Sum | Average): Value {
  for (const item of items) if (isNumeric(item)) total.add(item);
  return total.result();
}

const needArray = (value: Value | undefined, what: string, code: number): Value[] =>
  Array.isArray(value) ? value : fail(code, `${what}, but was of type: ${typeName(value)}`);
const needSet = (value: Value | undefined, name: string, code: number): Value[] =>
  Array.isArray(value)
    ? value
    : fail(code, `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`);
const contains = (list: Value[], item: Value, { strings }: Environment): boolean =>
  list.some((other) => equal(other, item, strings));
const unique = (list: Value[], environment: Environment): Value[] => {
  const sorted = [...list].sort((a, b) => compare(a, b, environment.strings));
  return sorted.filter((item, at) => at === 0 || !equal(item, sorted[at - 1], environment.strings));
};

const wholeNumber = (value: Value | undefined, name: string): number =>
  isNumeric(value) && Number.isInteger(toNumber(value))
    ? toNumber(value)
    : fail(28690, `${name}: argument must be representable as a 32-bit integer, found ${typeName(value)}`);

function elementAt(list: Value[], at: Value | undefined): Value | undefined {
  if (!isNumeric(at))
    return fail(28690, `$arrayElemAt's second argument must be a numeric value, but is ${typeName(at)}`);
  const index = toNumber(at);
  if (!Number.isInteger(index))
    fail(28691, `$arrayElemAt's second argument must be representable as a 32-bit integer: ${index}`);
  return list.at(index);
}

function slice([list, first, count]: (Value | undefined)[]): Value {
  if (isNullish(list) || first === null || count === null) return null;
  const items = needArray(list, 'First argument to $slice must be an array', 28724);
  const at = wholeNumber(first, '$slice');
  if (count === undefined) return at >= 0 ? items.slice(0, at) : items.slice(at);
  const most = wholeNumber(count, '$slice');
  if (most <= 0) fail(28729, 'Third argument to $slice must be positive');
  const from = at >= 0 ? at : Math.max(0, items.length + at);
  return items.slice(from, from + most);
}

/** Of one argument that is an array its elements, else the arguments themselves. */
const overItems =
  (apply: (items: (Value | undefined)[], environment: Environment) => Value): Operator =>
  (argument, environment, name) => {
    const items = argumentsOf(argument, environment, name, 0, Infinity);
    return (scope) => {
      const values = items.map((item) => item(scope));
      const [only] = values;
      return apply(values.length === 1 && Array.isArray(only) ? only : values, environment);
    };
  };

function parts(argument: Value, name: string, known: string[], required: string[]): Doc {
  if (!isDoc(argument)) return fail(28646, `${name} only supports an object as its argument`);
  for (const key of Object.keys(argument))
    if (!known.includes(key)) fail(28647, `Unrecognized parameter to ${name}: ${key}`);
  for (const key of required)
    if (argument[key] === undefined) fail(28648, `Missing '${key}' parameter to ${name}`);
  return argument;
}

const inside = (environment: Environment, ...names: string[]): Environment => ({
  ...environment,
  variables: new Set([...environment.variables, ...names]),
});

function variableName(value: Value | undefined): string {
  if (value === undefined) return 'this';
  return checkVariable(typeof value === 'string' ? value : '');
}

const filter: Operator = (argument, environment) => {
  const spec = parts(argument, '$filter', ['input', 'as', 'cond', 'limit'], ['input', 'cond']);
  const name = variableName(spec['as']);
  const input = compile(spec['input'] as Value, environment);
  const test = compile(spec['cond'] as Value, inside(environment, name));
  const limit = spec['limit'] === undefined ? undefined : compile(spec['limit'], environment);
  return (scope) => {
    const list = input(scope);
    if (isNullish(list)) return null;
    const most = limit === undefined ? Infinity : wholeNumber(limit(scope) ?? null, '$filter');
    if (most < 1) fail(327392, `$filter: limit must be greater than 0`);
    const kept: Value[] = [];
    for (const item of needArray(list, 'input to $filter must be an array', 28651)) {
      if (kept.length >= most) break;
      if (isTrue(test(withVariable(scope, name, item)))) kept.push(item);
    }
    return kept;
  };
};

const map: Operator = (argument, environment) => {
  const spec = parts(argument, '$map', ['input', 'as', 'in'], ['input', 'in']);
  const name = variableName(spec['as']);
  const input = compile(spec['input'] as Value, environment);
  const change = compile(spec['in'] as Value, inside(environment, name));
  return (scope) => {
    const list = input(scope);
    return isNullish(list)
      ? null
      : needArray(list, 'input to $map must be an array', 16883).map(
          (item) => change(withVariable(scope, name, item)) ?? null,
        );
  };
};

const reduce: Operator = (argument, environment) => {
  const spec = parts(argument, '$reduce', ['input', 'initialValue', 'in'], ['input', 'initialValue', 'in']);
  const input = compile(spec['input'] as Value, environment);
  const initial = compile(spec['initialValue'] as Value, environment);
  const step = compile(spec['in'] as Value, inside(environment, 'this', 'value'));
  return (scope) => {
    const list = input(scope);
    if (isNullish(list)) return null;
    let value = initial(scope);
    for (const item of needArray(list, "$reduce requires that 'input' be an array", 40080))
      value = step(withVariable(withVariable(scope, 'this', item), 'value', value));
    return value;
  };
};

const letting: Operator = (argument, environment) => {
  const spec = parts(argument, '$let', ['vars', 'in'], ['vars', 'in']);
  const { vars } = spec;
  if (!isDoc(vars)) return fail('FailedToParse', 'invalid parameter: expected an object (vars)');
  const given = Object.entries(vars).map(
    ([name, value]) => [variableName(name), compile(value, environment)] as const,
  );
  const result = compile(spec['in'] as Value, inside(environment, ...given.map(([name]) => name)));
  return (scope) =>
    result({
      ...scope,
      variables: new Map([
        ...scope.variables,
        ...given.map(([name, value]) => [name, value(scope)] as const),
      ]),
    });
};

function zip({ inputs, useLongestLength, defaults }: Record<string, Value | undefined>): Value {
  if (isNullish(inputs)) return null;
  const lists = needArray(inputs, 'inputs must be an array of expressions', 34461);
  if (lists.length === 0) fail(34465, '$zip requires at least one input array');
  if (lists.some(isNullish)) return null;
  const arrays = lists.map((list) => needArray(list, '$zip found a non-array expression in input', 34468));
  const longest = useLongestLength === true;
  if (defaults !== undefined && !longest)
    fail(34466, 'cannot specify defaults unless useLongestLength is true');
  const length = (longest ? Math.max : Math.min)(...arrays.map((list) => list.length));
  return Array.from({ length }, (_, at) =>
    arrays.map((list, which) => list[at] ?? (Array.isArray(defaults) ? (defaults[which] ?? null) : null)),
  );
}

const sortArray: Operator = (argument, environment) => {
  const spec = parts(argument, '$sortArray', ['input', 'sortBy'], ['input', 'sortBy']);
  const input = compile(spec['input'] as Value, environment);
  const by = spec['sortBy'] as Value;
  const fields = isDoc(by)
    ? fieldsOf(by).map(([name, direction]) => ({
        path: name.split('.'),
        down: Number(String(direction)) < 0,
      }))
    : undefined;
  const down = !fields && Number(String(by)) < 0;
  const order = (a: Value, b: Value): number => {
    if (!fields) return (down ? -1 : 1) * compare(a, b, environment.strings ?? compareStrings);
    for (const { path, down: turned } of fields) {
      const difference = compare(
        (isDoc(a) ? valueAt(a, path) : undefined) ?? null,
        (isDoc(b) ? valueAt(b, path) : undefined) ?? null,
        environment.strings,
      );
      if (difference !== 0) return turned ? -difference : difference;
    }
    return 0;
  };
  return (scope) => {
    const list = input(scope);
    return isNullish(list)
      ? null
      : [...needArray(list, 'The input argument to $sortArray must be an array', 2942504)].sort(order);
  };
};

function arrayToObject(list: Value | undefined): Value {
  if (isNullish(list)) return null;
  const doc: Doc = {};
  for (const item of needArray(list, '$arrayToObject requires an array input', 40386)) {
    const [name, value] = Array.isArray(item)
      ? item
      : isDoc(item)
        ? [item['k'], item['v']]
        : fail(40398, `Unrecognised input type format for $arrayToObject: ${typeName(item)}`);
    if (Array.isArray(item) && item.length !== 2)
      fail(40397, '$arrayToObject requires an array of size 2 arrays');
    if (typeof name !== 'string')
      return fail(
        40395,
        `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${typeName(name)}`,
      );
    put(doc, name, value ?? null);
  }
  return doc;
}

const getField: Operator = (argument, environment) => {
  const spec: Doc =
    isDoc(argument) && argument['field'] !== undefined ? argument : { field: argument, input: '$$CURRENT' };
  const name = compile(spec['field'] as Value, environment);
  const input = compile((spec['input'] ?? '$$CURRENT') as Value, environment);
  return (scope) => {
    const key = name(scope);
    if (typeof key !== 'string')
      return fail(3041704, `$getField requires 'field' to evaluate to type String, but got ${typeName(key)}`);
    const doc = input(scope);
    return isDoc(doc) ? field(doc, key) : isNullish(doc) ? null : undefined;
  };
};

/** Sets or takes away a field by its name as it stands, dots and dollars included. */
const setField: Operator = (argument, environment, operator) => {
  const known = operator === '$setField' ? ['field', 'input', 'value'] : ['field', 'input'];
  const spec = parts(argument, operator, known, known);
  const name = compile(
    spec['field'] as Value,
    environment,
  )({ root: {}, current: undefined, variables: new Map() });
  if (typeof name !== 'string')
    return fail(4161107, `${operator} requires 'field' to evaluate to a constant String`);
  const input = compile(spec['input'] as Value, environment);
  const value = compile(operator === '$setField' ? (spec['value'] as Value) : '$$REMOVE', environment);
  return (scope) => {
    const doc = input(scope);
    if (isNullish(doc)) return null;
    if (!isDoc(doc))
      return fail(4161105, `${operator} requires 'input' to evaluate to type Object, not ${typeName(doc)}`);
    const result: Doc = { ...doc };
    const made = value(scope);
    if (made === undefined) delete result[name];
    else put(result, name, made);
    return result;
  };
};
