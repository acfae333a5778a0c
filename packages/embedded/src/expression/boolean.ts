import { compare, compareStrings } from '../bson/compare.ts';
import { signOf } from '../bson/numbers.ts';
import { Int32, isDoc, isNullish, isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { argumentsOf, plain, typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import type { Expression, Scope } from './scope.ts';
import { constantly, fold, foldable, valueOf } from './fold.ts';

/** What counts as true in an expression. */
export const isTrue = (value: Value | undefined): boolean =>
  !isNullish(value) && value !== false && !(isNumeric(value) && signOf(value) === 0);

const comparing = (verdict: (order: number) => boolean): Operator =>
  plain(2, 2, ([a, b], { strings }) => verdict(compare(a, b, strings ?? compareStrings)));

export function booleans(): [string, Operator][] {
  return [
    ['$eq', comparing((order) => order === 0)],
    ['$ne', comparing((order) => order !== 0)],
    ['$gt', comparing((order) => order > 0)],
    ['$gte', comparing((order) => order >= 0)],
    ['$lt', comparing((order) => order < 0)],
    ['$lte', comparing((order) => order <= 0)],
    [
      '$cmp',
      plain(2, 2, ([a, b], { strings }) => new Int32(Math.sign(compare(a, b, strings ?? compareStrings)))),
    ],
    ['$not', plain(1, 1, ([value]) => !isTrue(value))],
    ['$and', joining(false)],
    ['$or', joining(true)],
    ['$cond', cond],
    ['$ifNull', ifNull],
    ['$switch', switching],
    ['$literal', constantly],
    ['$const', constantly],
  ];
}

/** $and and $or: one value decides, and a constant one does so whatever stands before it. */
function joining(decisive: boolean): Operator {
  return (argument, environment, name) => {
    const items = argumentsOf(argument, environment, name, 0, Infinity);
    return foldable(
      items,
      (scope) => items.some((item) => isTrue(item(scope)) === decisive) === decisive,
      () =>
        items.some((item) => item.constant && isTrue(valueOf(item)) === decisive)
          ? constantly(decisive)
          : undefined,
    );
  };
}

const partsOfCond = { if: 17080, then: 17081, else: 17082 };

const cond: Operator = (argument, environment, name) => {
  let given: Value = argument;
  if (isDoc(argument)) {
    for (const key of Object.keys(argument))
      if (!Object.hasOwn(partsOfCond, key)) fail(17083, `Unrecognized parameter to $cond: ${key}`);
    given = Object.entries(partsOfCond).map(([key, code]) => {
      const part = argument[key];
      return part === undefined ? fail(code, `Missing '${key}' parameter to $cond`) : part;
    });
  }
  const parts = argumentsOf(given, environment, name, 3);
  return choosing([[parts[0] as Expression, parts[1] as Expression]], parts[2]);
};

const ifNull: Operator = (argument, environment) => {
  const items = Array.isArray(argument) ? argument : [argument];
  if (items.length < 2) fail(1257300, `$ifNull needs at least two arguments, had: ${items.length}`);
  const choices = items.map((item) => compile(item, environment));
  return foldable(choices, (scope) => {
    let value: Value | undefined;
    for (const choice of choices) {
      value = choice(scope);
      if (!isNullish(value)) return value;
    }
    return value;
  });
};

const switching: Operator = (argument, environment) => {
  if (!isDoc(argument))
    return fail(40060, `$switch requires an object as an argument, found: ${typeName(argument)}`);
  for (const key of Object.keys(argument))
    if (key !== 'branches' && key !== 'default') fail(40067, `$switch found an unknown argument: ${key}`);
  const { branches = [] } = argument;
  if (!Array.isArray(branches))
    return fail(40061, `$switch expected an array for 'branches', found: ${typeName(branches)}`);
  if (branches.length === 0) fail(40068, '$switch requires at least one branch.');
  const cases = branches.map((branch): Branch => {
    if (!isDoc(branch))
      return fail(40062, `$switch expected each branch to be an object, found: ${typeName(branch)}`);
    for (const key of Object.keys(branch))
      if (key !== 'case' && key !== 'then')
        fail(40063, `$switch found an unknown argument to a branch: ${key}`);
    const { case: test, then } = branch;
    if (test === undefined) return fail(40064, "$switch requires each branch have a 'case' expression");
    if (then === undefined) return fail(40065, "$switch requires each branch have a 'then' expression.");
    return [compile(test, environment), compile(then, environment)];
  });
  return choosing(
    cases,
    argument['default'] === undefined ? undefined : compile(argument['default'], environment),
  );
};

type Branch = [test: Expression, then: Expression];

/** The first branch whose test is true. What a constant test rules out is never evaluated. */
function choosing(branches: Branch[], otherwise: Expression | undefined): Expression {
  const expression = (scope: Scope): Value | undefined => {
    for (const [test, then] of branches) if (isTrue(test(scope))) return then(scope);
    return otherwise
      ? otherwise(scope)
      : fail(40069, '$switch could not find a matching branch for an input, and no default was specified.');
  };
  const folded = (): Expression => {
    const open: Branch[] = [];
    let last = otherwise && fold(otherwise);
    for (const [test, then] of branches) {
      const decided = fold(test);
      if (!decided.constant) {
        open.push([decided, fold(then)]);
      } else if (isTrue(valueOf(decided))) {
        last = fold(then);
        break;
      }
    }
    return open.length === 0 && last ? last : choosing(open, last);
  };
  return Object.assign(expression, { folded });
}
