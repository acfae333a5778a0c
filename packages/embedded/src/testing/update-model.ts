/** What MongoDB's manual says of updates, in as few words as possible: for documents of plain JavaScript values. */

export type Plain = null | boolean | number | string | Plain[] | { [field: string]: Plain };
export type PlainDoc = { [field: string]: Plain };

export interface Change {
  operator: string;
  path: string;
  argument: Plain;
}

/** An update that is refused, by its code. */
export class Refused {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

const refuse = (code: number): never => {
  throw new Refused(code);
};

const isObject = (value: Plain | undefined): value is PlainDoc =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Missing = 'make' | 'leave' | 'ignore';
type Old = Plain | undefined;

/** A value as it is with another one at a path inside it; undefined is a field that is not there. */
function changed(value: Old, path: readonly string[], missing: Missing, change: (old: Old) => Old): Old {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  if (Array.isArray(value)) {
    if (!/^\d+$/.test(name)) return missing === 'ignore' ? value : refuse(28);
    const index = Number(name);
    if (index >= value.length && missing !== 'make') return value;
    const inner = changed(value[index], rest, missing, change);
    if (inner === undefined && index >= value.length) return value;
    return Object.assign([...value, ...Array<null>(Math.max(0, index - value.length)).fill(null)], {
      [index]: inner ?? null,
    });
  }
  if (value !== undefined && !isObject(value)) return missing === 'ignore' ? value : refuse(28);
  if (missing !== 'make' && value?.[name] === undefined) return value;
  const inner = changed(value?.[name], rest, missing, change);
  const { [name]: _, ...others } = value ?? {};
  if (inner === undefined) return value && others;
  return { ...value, [name]: inner };
}

const kind = (value: Plain): number =>
  value === null
    ? 0
    : isObject(value)
      ? 3
      : Array.isArray(value)
        ? 4
        : { number: 1, string: 2, boolean: 5 }[typeof value as 'number' | 'string' | 'boolean'];

export function order(a: Plain, b: Plain): number {
  if (kind(a) !== kind(b)) return kind(a) - kind(b);
  if (!isObject(a) && !Array.isArray(a)) return a === b ? 0 : (a as number) < (b as number) ? -1 : 1;
  const [left, right] = [Object.entries(a), Object.entries(b as PlainDoc)];
  for (const [at, [name, value]] of left.entries()) {
    const [otherName, other] = right[at] ?? [];
    if (otherName === undefined) return 1;
    const difference =
      kind(value) - kind(other as Plain) ||
      (name === otherName ? 0 : name < otherName ? -1 : 1) ||
      order(value, other as Plain);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const same = (a: Plain, b: Plain): boolean => JSON.stringify(a) === JSON.stringify(b);

const numeric =
  (start: (argument: number) => number, step: (a: number, b: number) => number) =>
  (old: Old, argument: Plain): Plain =>
    old === undefined
      ? start(argument as number)
      : typeof old === 'number'
        ? step(old, argument as number) + 0
        : refuse(14);

const arrayOr =
  (code: number, change: (items: Plain[], argument: Plain) => Plain[]) =>
  (old: Old, argument: Plain): Plain =>
    Array.isArray(old) ? change(old, argument) : refuse(code);

const orNothing =
  (change: (old: Old, argument: Plain) => Plain) =>
  (old: Old, argument: Plain): Old =>
    old === undefined ? undefined : change(old, argument);

function push(items: Plain[], argument: Plain): Plain[] {
  if (!isObject(argument) || !('$each' in argument)) return [...items, argument];
  const {
    $each,
    $position = items.length,
    $sort,
    $slice,
  } = argument as {
    $each: Plain[];
    $position?: number;
    $sort?: number;
    $slice?: number;
  };
  const all = items.toSpliced($position, 0, ...$each);
  if ($sort !== undefined) all.sort((a, b) => $sort * order(a, b));
  return $slice === undefined ? all : $slice < 0 ? all.slice($slice) : all.slice(0, $slice);
}

function pulled(item: Plain, argument: Plain): boolean {
  if (!isObject(argument)) return same(item, argument);
  const [[name, wanted]] = Object.entries(argument) as [[string, Plain]];
  const test = (value: Plain | undefined): boolean =>
    name === '$gte' ? typeof value === 'number' && value >= (wanted as number) : value === wanted;
  const value = name === '$gte' ? item : isObject(item) ? item[name] : undefined;
  return test(value) || (Array.isArray(value) && value.some(test));
}

const each = (argument: Plain): Plain[] =>
  isObject(argument) && '$each' in argument ? (argument['$each'] as Plain[]) : [argument];

const operators: Record<string, [Missing, (old: Old, argument: Plain) => Old]> = {
  $set: ['make', (_, argument) => argument],
  $unset: ['ignore', () => undefined],
  $inc: [
    'make',
    numeric(
      (argument) => argument,
      (a, b) => a + b,
    ),
  ],
  $mul: [
    'make',
    numeric(
      () => 0,
      (a, b) => a * b,
    ),
  ],
  $min: ['make', (old, argument) => (old === undefined || order(argument, old) < 0 ? argument : old)],
  $max: ['make', (old, argument) => (old === undefined || order(argument, old) > 0 ? argument : old)],
  $push: ['make', (old = [], argument) => arrayOr(2, push)(old, argument)],
  $addToSet: [
    'make',
    (old = [], argument) =>
      arrayOr(2, (items) =>
        each(argument).reduce<Plain[]>(
          (all, one) => (all.some((other) => same(other, one)) ? all : [...all, one]),
          items,
        ),
      )(old, argument),
  ],
  $pull: [
    'leave',
    orNothing(arrayOr(2, (items, argument) => items.filter((item) => !pulled(item, argument)))),
  ],
  $pop: [
    'leave',
    orNothing(arrayOr(14, (items, argument) => (argument === 1 ? items.slice(0, -1) : items.slice(1)))),
  ],
};

function renamed(doc: PlainDoc, from: string[], to: string[]): PlainDoc {
  let value: Old;
  changed(doc, from, 'leave', (old) => (value = old));
  if (value === undefined) return doc;
  for (const path of [from, to]) {
    let holder: Old = doc;
    for (const name of path) {
      if (Array.isArray(holder)) refuse(2);
      holder = isObject(holder) ? holder[name] : undefined;
    }
  }
  const moved = changed(doc, to, 'make', () => value);
  return changed(moved, from, 'ignore', () => undefined) as PlainDoc;
}

const partsOf = (path: string): string[] => path.split('.');

function byPath(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [at, name] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (name !== other)
      return /^\d+$/.test(name) && /^\d+$/.test(other) ? Number(name) - Number(other) : name < other ? -1 : 1;
  }
  return left.length - right.length;
}

const isWithin = (a: string, b: string): boolean => `${a}.`.startsWith(`${b}.`);

/** A document after an update, or why there is none. */
export function modelled(doc: PlainDoc, changes: readonly Change[]): PlainDoc {
  const paths = changes.flatMap(({ operator, path, argument }) =>
    operator === '$rename' ? [path, argument as string] : [path],
  );
  for (const [at, path] of paths.entries())
    if (paths.slice(0, at).some((other) => isWithin(path, other) || isWithin(other, path))) refuse(40);
  const placed = changes.map((change) => ({
    ...change,
    place: change.operator === '$rename' ? (change.argument as string) : change.path,
  }));
  return placed
    .sort((a, b) => byPath(a.place, b.place))
    .reduce((current, { operator, path, argument }) => {
      if (operator === '$rename') return renamed(current, partsOf(path), partsOf(argument as string));
      const [missing, change] = operators[operator] as (typeof operators)[string];
      return changed(current, partsOf(path), missing, (old) => change(old, argument)) as PlainDoc;
    }, doc);
}
