import { fail } from '../errors.ts';
import { typeNames, typeOf, type Value } from '../bson/types.ts';
import { compile, type Environment, type Operator } from './compile.ts';
import type { Expression } from './scope.ts';
import { foldable } from './fold.ts';

/** The arguments of an operator; one that is not an array stands for itself. */
export function argumentsOf(
  value: Value,
  environment: Environment,
  name: string,
  least: number,
  most = least,
): Expression[] {
  const items = Array.isArray(value) ? value : [value];
  if (items.length < least || items.length > most) {
    if (least === most)
      fail(16020, `Expression ${name} takes exactly ${least} arguments. ${items.length} were passed in.`);
    fail(
      28667,
      `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${items.length} were passed in.`,
    );
  }
  return items.map((item) => compile(item, environment));
}

type Values = (Value | undefined)[];

/** An operator that is a plain function of its arguments' values. */
export function plain(
  least: number,
  most: number,
  apply: (values: Values, environment: Environment, name: string) => Value | undefined,
): Operator {
  return (argument, environment, name) => {
    const items = argumentsOf(argument, environment, name, least, most);
    return foldable(items, (scope) =>
      apply(
        items.map((item) => item(scope)),
        environment,
        name,
      ),
    );
  };
}

export const typeName = (value: Value | undefined): string =>
  value === undefined ? 'missing' : (typeNames.get(typeOf(value)) ?? 'unknown');
