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

export function sets(): [string, Operator][] {
  return [
    ['$setUnion', commutative(union)],
    ['$setIntersection', commutative(intersection)],
    [
      '$setDifference',
      plain(2, 2, ([a, b], { strings }) => {
        if (isNullish(a) || isNullish(b)) return null;
        const items = needArray(a, 'The first operand of $setDifference', 17048);
        const seen = new SortedSet(needArray(b, 'The second operand of $setDifference', 17049), strings);
        return items.filter((item) => seen.add(item));
      }),
    ],
    [
      '$setIsSubset',
      plain(2, 2, ([a, b], { strings }) => {
        const items = needArray(a, 'The first operand of $setIsSubset', 17046);
        const whole = new SortedSet(needArray(b, 'The second operand of $setIsSubset', 17042), strings);
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
  const found = arraysUntilNull(lists, '$setUnion', 17043);
  return found && new SortedSet(found.flat(), strings).items;
}

/** Operands behind the one that leaves nothing are not looked at. */
function intersection(lists: Values, { strings }: Environment): Value {
  let common: Value[] | undefined;
  for (const list of lists) {
    if (isNullish(list)) return null;
    const set = new SortedSet(needArray(list, 'Every operand of $setIntersection', 17047), strings);
    common = common?.filter((item) => set.has(item)) ?? set.items;
    if (common.length === 0) break;
  }
  return common ?? [];
}

const overElements = (code: number, verdict: (items: Value[]) => boolean): Operator =>
  plain(1, 1, ([list], _, name) => verdict(needArray(list, `The argument of ${name}`, code)));

const setEquals: Operator = (argument, environment, name) => {
  const given = Array.isArray(argument) ? argument : [argument];
  if (given.length < 2) fail(17045, `$setEquals needs at least two arguments had: ${given.length}`);
  const operands = argumentsOf(given, environment, name, 2, Infinity);
  const what = 'Every operand of $setEquals';
  return foldable(
    operands,
    (scope) => {
      const [first, ...others] = operands.map(
        (operand) => new SortedSet(needArray(operand(scope), what, 17044), environment.strings),
      );
      return others.every(
        ({ items }) => items.length === first?.items.length && items.every((item) => first.has(item)),
      );
    },
    () => {
      for (const operand of operands) if (operand.constant) needArray(valueOf(operand), what, 5887502);
      return undefined;
    },
  );
};
