import { compare, compareStrings } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { Int32, isDoc, isNullish, isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { argumentsOf, plain } from './arguments.ts';
import { compile, type Operator } from './compile.ts';

/** What counts as true in an expression. */
export const isTrue = (value: Value | undefined): boolean =>
  !isNullish(value) && value !== false && !(isNumeric(value) && toNumber(value) === 0);

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
    [
      '$and',
      (argument, environment, name) => {
        const items = argumentsOf(argument, environment, name, 0, Infinity);
        return (scope) => items.every((item) => isTrue(item(scope)));
      },
    ],
    [
      '$or',
      (argument, environment, name) => {
        const items = argumentsOf(argument, environment, name, 0, Infinity);
        return (scope) => items.some((item) => isTrue(item(scope)));
      },
    ],
    ['$cond', cond],
    ['$ifNull', ifNull],
    ['$switch', switching],
    ['$literal', (argument) => () => argument],
  ];
}

const cond: Operator = (argument, environment, name) => {
  let parts: Value[];
  if (isDoc(argument)) {
    for (const key of Object.keys(argument))
      if (!['if', 'then', 'else'].includes(key)) fail(17083, `Unrecognized parameter to $cond: ${key}`);
    if (argument['if'] === undefined) fail(17080, "Missing 'if' parameter to $cond");
    if (argument['then'] === undefined) fail(17081, "Missing 'then' parameter to $cond");
    if (argument['else'] === undefined) fail(17082, "Missing 'else' parameter to $cond");
    parts = [argument['if'], argument['then'], argument['else']] as Value[];
  } else {
    parts = Array.isArray(argument) ? argument : [argument];
  }
  const [test, yes, no] = argumentsOf(parts, environment, name, 3) as [
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
  ];
  return (scope) => (isTrue(test(scope)) ? yes(scope) : no(scope));
};

const ifNull: Operator = (argument, environment) => {
  const items = Array.isArray(argument) ? argument : [argument];
  if (items.length < 2) fail(1257300, `$ifNull needs at least two arguments, had: ${items.length}`);
  const choices = items.map((item) => compile(item, environment));
  return (scope) => {
    let value: Value | undefined;
    for (const choice of choices) {
      value = choice(scope);
      if (!isNullish(value)) return value;
    }
    return value;
  };
};

const switching: Operator = (argument, environment) => {
  if (!isDoc(argument))
    return fail(40060, `$switch requires an object as an argument, found: ${typeof argument}`);
  for (const key of Object.keys(argument))
    if (key !== 'branches' && key !== 'default') fail(40067, `$switch found an unknown argument: ${key}`);
  const { branches } = argument;
  if (!Array.isArray(branches))
    return fail(40061, `$switch expected an array for 'branches', found: ${typeof branches}`);
  if (branches.length === 0) fail(40068, '$switch requires at least one branch.');
  const cases = branches.map((branch) => {
    if (!isDoc(branch)) return fail(40062, '$switch expected each branch to be an object');
    for (const key of Object.keys(branch))
      if (key !== 'case' && key !== 'then')
        fail(40063, `$switch found an unknown argument to a branch: ${key}`);
    if (branch['case'] === undefined) fail(40064, "$switch requires each branch have a 'case' expression");
    if (branch['then'] === undefined) fail(40065, "$switch requires each branch have a 'then' expression.");
    return {
      test: compile(branch['case'] as Value, environment),
      then: compile(branch['then'] as Value, environment),
    };
  });
  const otherwise = argument['default'] === undefined ? undefined : compile(argument['default'], environment);
  return (scope) => {
    for (const { test, then } of cases) if (isTrue(test(scope))) return then(scope);
    return otherwise
      ? otherwise(scope)
      : fail(40066, '$switch could not find a matching branch for an input, and no default was specified.');
  };
};
