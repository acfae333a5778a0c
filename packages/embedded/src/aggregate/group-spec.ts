import { Int32, isDoc, isNumeric, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { compile, type Environment } from '../expression/compile.ts';
import type { Expression } from '../expression/scope.ts';
import { constantly } from '../expression/fold.ts';
import { accumulators } from './accumulators.ts';

/** The `_id` of a $group. */
export function compileKey(id: Value, environment: Environment): Expression {
  if (isDoc(id) && !Object.keys(id)[0]?.startsWith('$'))
    for (const value of Object.values(id))
      if (isNumeric(value) || typeof value === 'boolean')
        fail(17390, '$group does not support inclusion-style expressions');
  return grouped(compile(id, environment));
}

/** In a $group, which another engine runs than other stages, these errors have other codes. */
const codes = new Map([
  ["can't $divide by zero", 4848401],
  ["can't $mod by zero", 4848403],
]);

const grouped =
  (expression: Expression): Expression =>
  (scope) => {
    try {
      return expression(scope);
    } catch (error) {
      const code = error instanceof MongoError ? codes.get(error.message) : undefined;
      throw code && error instanceof MongoError ? new MongoError(code, error.message) : error;
    }
  };

/** What a $group gathers in one field. */
export function parseAccumulator(name: string, value: Value, environment: Environment) {
  const [operator = '', ...more] = isDoc(value) ? Object.keys(value) : [];
  if (!isDoc(value) || !operator.startsWith('$'))
    return fail(40234, `The field '${name}' must be an accumulator object`);
  if (name.includes('.')) fail(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) fail(40236, `The field name '${name}' cannot be an operator name`);
  if (more.length > 0) fail(40238, `The field '${name}' must specify one accumulator`);
  const of = value[operator] as Value;
  if (Array.isArray(of)) fail(40237, `The ${operator} accumulator is a unary operator`);
  const make = accumulators.get(operator);
  if (!make) return fail(15952, `unknown group operator '${operator}'`);
  if (operator !== '$count') return { make, expression: grouped(compile(of, environment)) };
  if (!isDoc(of) || Object.keys(of).length > 0)
    fail('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
  return { make, expression: constantly(new Int32(1)) };
}
