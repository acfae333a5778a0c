import { fieldsOf, isDoc, isNullish, type Value } from '../bson/types.ts';
import { showValue } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { isTrue } from './boolean.ts';
import { checkVariable, compile, withVariables, type Environment, type Operator } from './compile.ts';
import type { Expression } from './scope.ts';
import { foldable } from './fold.ts';
import { int32Of, needArray, parameterWords, partsOf } from './operands.ts';

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

const variableName = (value: Value = 'this'): string => checkVariable(typeof value === 'string' ? value : '');

const letting: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 16874,
    words: parameterWords,
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
    words: parameterWords,
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
    const items = needArray(list, 28651, 'input to $filter must be an array not');
    const wanted = limit(scope);
    const most = isNullish(wanted)
      ? Infinity
      : (int32Of(wanted) ??
        fail(327391, `$filter: limit must be represented as a 32-bit integral value: ${showValue(wanted)}`));
    if (most < 1) fail(327392, `$filter: limit must be greater than 0: ${most}`);
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
    words: parameterWords,
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
    return needArray(list, 16883, 'input to $map must be an array not').map(
      (item) => change(withVariables(scope, [[name, item]])) ?? null,
    );
  });
};

const reduce: Operator = (argument, environment, operator) => {
  const given = partsOf(argument, operator, {
    notDocument: 40075,
    expects: 'requires an object as an argument, found:',
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
    if (!Array.isArray(list))
      return fail(40080, `$reduce requires that 'input' be an array, found: ${showValue(list)}`);
    let value = initial(scope);
    for (const item of list)
      value = step(
        withVariables(scope, [
          ['this', item],
          ['value', value],
        ]),
      );
    return value;
  });
};
