import { fail } from '../errors.ts';
import { isDoc, typeNames, typeOf, type Value } from '../bson/types.ts';
import { compile, type Environment, type Expression, type Operator } from './compile.ts';
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

/** An operator whose argument is a document of named parts. */
export function named(
  name: string,
  known: readonly string[],
  required: readonly string[],
  apply: (
    parts: Record<string, Value | undefined>,
    given: ReadonlySet<string>,
    environment: Environment,
  ) => Value | undefined,
): Operator {
  return (argument, environment) => {
    if (!isDoc(argument)) return fail('FailedToParse', `${name} only supports an object as its argument`);
    for (const key of Object.keys(argument))
      if (!known.includes(key)) fail('FailedToParse', `${name} found an unknown argument: ${key}`);
    for (const key of required)
      if (argument[key] === undefined) fail('FailedToParse', `${name} requires '${key}' to be specified`);
    const keys = Object.keys(argument);
    const parts = keys.map((key) => compile(argument[key] as Value, environment));
    const given = new Set(keys);
    return foldable(parts, (scope) =>
      apply(Object.fromEntries(parts.map((part, at) => [keys[at], part(scope)])), given, environment),
    );
  };
}
