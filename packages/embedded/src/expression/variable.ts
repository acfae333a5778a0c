import { fieldsOf, isDoc, isNullish, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isTrue } from './boolean.ts';
import {
  checkVariable,
  compile,
  withVariables,
  type Environment,
  type Expression,
  type Operator,
} from './compile.ts';
import { foldable } from './fold.ts';
import { needArray, needInt32, partsOf } from './operands.ts';

/** The operators that give names to values for the expressions inside of them. */
export const variables = (): [string, Operator][] => [
  ['$let', letting],
  ['$filter', filter],
  ['$map', map],
  ['$reduce', reduce],
];

const inside = (environment: Environment, ...names: string[]): Environment => ({
  ...environment,
  variables: new Set([...environment.variables, ...names]),
});

/** CURRENT may be named anew, unlike the other variables of the server. */
function variableName(value: Value | undefined): string {
  if (value === undefined) return 'this';
  return value === 'CURRENT' ? value : checkVariable(typeof value === 'string' ? value : '');
}

const letting: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 16874,
    unknown: 16875,
    required: { vars: 16876, in: 16877 },
  });
  const vars = given['vars'] as Value;
  if (!isDoc(vars) && !Array.isArray(vars)) fail(10065, 'invalid parameter: expected an object (vars)');
  const fields = isDoc(vars) ? fieldsOf(vars) : Object.entries(vars);
  const names = fields.map(([name]) => variableName(name));
  const parts = fields.map(([, value]) => compile(value, environment));
  parts.push(compile(given['in'] as Value, inside(environment, ...names)));
  return foldable(parts, (scope) => {
    const named = names.map((name, at) => [name, parts[at]?.(scope)] as const);
    return parts.at(-1)?.(withVariables(scope, named));
  });
};

const filter: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 28646,
    unknown: 28647,
    required: { input: 28648, cond: 28650 },
    optional: ['as', 'limit'],
  });
  const name = variableName(given['as']);
  const parts: [Expression, Expression, Expression] = [
    compile(given['input'] as Value, environment),
    compile(given['cond'] as Value, inside(environment, name)),
    compile(given['limit'] ?? null, environment),
  ];
  return foldable(parts, (scope) => {
    const [input, test, limit] = parts;
    const list = input(scope);
    if (isNullish(list)) return null;
    const items = needArray(list, 'The input to $filter', 28651);
    const wanted = limit(scope);
    const most = isNullish(wanted) ? Infinity : needInt32(wanted, '$filter: limit', 327391);
    if (most < 1) fail(327392, `$filter: limit must be greater than 0, found: ${most}`);
    const kept: Value[] = [];
    for (const item of items) {
      if (kept.length >= most) break;
      if (isTrue(test(withVariables(scope, [[name, item]])))) kept.push(item);
    }
    return kept;
  });
};

const map: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 16878,
    unknown: 16879,
    required: { input: 16880, in: 16882 },
    optional: ['as'],
  });
  const name = variableName(given['as']);
  const parts: [Expression, Expression] = [
    compile(given['input'] as Value, environment),
    compile(given['in'] as Value, inside(environment, name)),
  ];
  return foldable(parts, (scope) => {
    const [input, change] = parts;
    const list = input(scope);
    if (isNullish(list)) return null;
    return needArray(list, 'The input to $map', 16883).map(
      (item) => change(withVariables(scope, [[name, item]])) ?? null,
    );
  });
};

const reduce: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 40075,
    unknown: 40076,
    required: { input: 40077, initialValue: 40078, in: 40079 },
  });
  const parts: [Expression, Expression, Expression] = [
    compile(given['input'] as Value, environment),
    compile(given['initialValue'] as Value, environment),
    compile(given['in'] as Value, inside(environment, 'this', 'value')),
  ];
  return foldable(parts, (scope) => {
    const [input, initial, step] = parts;
    const list = input(scope);
    if (isNullish(list)) return null;
    let value = initial(scope);
    for (const item of needArray(list, 'The input to $reduce', 40080))
      value = step(
        withVariables(scope, [
          ['this', item],
          ['value', value],
        ]),
      );
    return value;
  });
};
