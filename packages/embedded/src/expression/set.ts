import { compare, type StringOrder } from '../bson/compare.ts';
import { isNullish, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { argumentsOf, plain } from './arguments.ts';
import { isTrue } from './boolean.ts';
import type { Environment, Operator } from './compile.ts';
import { constantly, foldable, valueOf } from './fold.ts';
import { arraysUntilNull, needArray } from './operands.ts';

type Values = (Value | undefined)[];

/** Values without their repetitions, in MongoDB's order. */
class SortedSet {
  readonly items: Value[] = [];
  readonly #strings: StringOrder | undefined;

  constructor(values: readonly Value[], strings: StringOrder | undefined) {
    this.#strings = strings;
    for (const value of [...values].sort((a, b) => compare(a, b, strings)))
      if (this.items.length === 0 || compare(value, this.items.at(-1), strings) !== 0) this.items.push(value);
  }

  /** Where a value stands, or would stand. */
  #place(value: Value): { at: number; found: boolean } {
    let [from, to] = [0, this.items.length];
    while (from < to) {
      const at = (from + to) >> 1;
      const order = compare(this.items[at], value, this.#strings);
      if (order === 0) return { at, found: true };
      if (order < 0) from = at + 1;
      else to = at;
    }
    return { at: from, found: false };
  }

  has(value: Value): boolean {
    return this.#place(value).found;
  }

  /** Takes a value in; false when it is there already. */
  add(value: Value): boolean {
    const { at, found } = this.#place(value);
    if (!found) this.items.splice(at, 0, value);
    return !found;
  }
}

const both = (name: string, which: string): string =>
  `both operands of ${name} must be arrays. ${which} argument is of type:`;
const all = (name: string, which: string): string =>
  `All operands of ${name} must be arrays. ${which} argument is of type:`;

export function sets(): [string, Operator][] {
  return [
    ['$setUnion', commutative(union)],
    ['$setIntersection', commutative(intersection)],
    [
      '$setDifference',
      plain(2, 2, ([a, b], { strings }) => {
        if (isNullish(a) || isNullish(b)) return null;
        const items = needArray(a, 17048, both('$setDifference', 'First'));
        const seen = new SortedSet(needArray(b, 17049, both('$setDifference', 'Second')), strings);
        return items.filter((item) => seen.add(item));
      }),
    ],
    [
      '$setIsSubset',
      plain(2, 2, ([a, b], { strings }) => {
        const items = needArray(a, 17046, both('$setIsSubset', 'First'));
        const whole = new SortedSet(needArray(b, 17042, both('$setIsSubset', 'Second')), strings);
        return items.every((item) => whole.has(item));
      }),
    ],
    ['$setEquals', setEquals],
    ['$anyElementTrue', overElements(17041, (items) => items.some(isTrue))],
    ['$allElementsTrue', overElements(17040, (items) => items.every(isTrue))],
  ];
}

/** What is constant is one operand, behind the others. */
const commutative =
  (apply: (lists: Values, environment: Environment) => Value): Operator =>
  (argument, environment, name) => {
    const operands = argumentsOf(argument, environment, name, 0, Infinity);
    return foldable(
      operands,
      (scope) =>
        apply(
          operands.map((operand) => operand(scope)),
          environment,
        ),
      () => {
        const constants = operands.filter(({ constant }) => constant);
        const merged =
          constants.length > 1 ? [constantly(apply(constants.map(valueOf), environment))] : constants;
        operands.splice(0, Infinity, ...operands.filter(({ constant }) => !constant), ...merged);
        return undefined;
      },
    );
  };

function union(lists: Values, { strings }: Environment): Value {
  const found = arraysUntilNull(lists, 17043, all('$setUnion', 'One'));
  return found && new SortedSet(found.flat(), strings).items;
}

/** Operands behind the one that leaves nothing are not looked at. */
function intersection(lists: Values, { strings }: Environment): Value {
  let common: Value[] | undefined;
  for (const list of lists) {
    if (isNullish(list)) return null;
    const set = new SortedSet(needArray(list, 17047, all('$setIntersection', 'One')), strings);
    common = common?.filter((item) => set.has(item)) ?? set.items;
    if (common.length === 0) break;
  }
  return common ?? [];
}

const overElements = (code: number, verdict: (items: Value[]) => boolean): Operator =>
  plain(1, 1, ([list], _, name) =>
    verdict(needArray(list, code, `${name}'s argument must be an array, but is`)),
  );

const setEquals: Operator = (argument, environment, name) => {
  const given = Array.isArray(argument) ? argument : [argument];
  if (given.length < 2) fail(17045, `$setEquals needs at least two arguments had: ${given.length}`);
  const operands = argumentsOf(given, environment, name, 2, Infinity);
  const nth = (at: number): string => all('$setEquals', `${at + 1}-th`);
  return foldable(
    operands,
    (scope) => {
      const [first, ...others] = operands.map(
        (operand, at) => new SortedSet(needArray(operand(scope), 17044, nth(at)), environment.strings),
      );
      return others.every(
        ({ items }) => items.length === first?.items.length && items.every((item) => first.has(item)),
      );
    },
    () => {
      for (const [at, operand] of operands.entries())
        if (operand.constant) needArray(valueOf(operand), 5887502, nth(at));
      return undefined;
    },
  );
};
