import { int64Of } from '../bson/arithmetic.ts';
import { compareNumbers, toNumber } from '../bson/numbers.ts';
import { field, Int32, isDoc, isNullish, isNumeric, namesOf, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import { foldable } from './fold.ts';

/** The parts of an operator whose argument is a document, and the codes with which MongoDB refuses wrong ones. */
export interface Parts {
  notDocument: number;
  unknown: number;
  /** The code for each part that may not be missing, in the order in which they are looked for. */
  required: Readonly<Record<string, number>>;
  optional?: readonly string[];
}

export function partsOf(
  argument: Value,
  name: string,
  { notDocument, unknown, required, optional = [] }: Parts,
): Doc {
  if (!isDoc(argument))
    return fail(notDocument, `${name} only supports an object as its argument, found ${typeName(argument)}`);
  for (const part of namesOf(argument))
    if (!Object.hasOwn(required, part) && !optional.includes(part))
      fail(unknown, `${name} found an unknown argument: ${part}`);
  for (const [part, code] of Object.entries(required))
    if (field(argument, part) === undefined) fail(code, `${name} requires '${part}' to be specified`);
  return argument;
}

/** An operator that is a plain function of the values of its named parts. */
export const ofParts =
  (
    parts: Parts,
    apply: (values: Record<string, Value | undefined>, name: string, given: Doc) => Value | undefined,
  ): Operator =>
  (argument, environment, name) => {
    const given = partsOf(argument, name, parts);
    const names = namesOf(given);
    const compiled = names.map((part) => compile(given[part] as Value, environment));
    return foldable(compiled, (scope) =>
      apply(Object.fromEntries(compiled.map((part, at) => [names[at], part(scope)])), name, given),
    );
  };

export const needArray = (value: Value | undefined, what: string, code: number): Value[] =>
  Array.isArray(value) ? value : fail(code, `${what} must be an array, but was of type: ${typeName(value)}`);

/** Arrays in turn; null when a null comes before what is no array. */
export function arraysUntilNull(
  lists: readonly (Value | undefined)[],
  name: string,
  code: number,
): Value[][] | null {
  const found: Value[][] = [];
  for (const list of lists) {
    if (isNullish(list)) return null;
    found.push(needArray(list, `Every operand of ${name}`, code));
  }
  return found;
}

/** The number that a value is when int32 holds it exactly, whatever its type. */
export function int32Of(value: Value | undefined): number | undefined {
  if (!isNumeric(value)) return undefined;
  const number = toNumber(value) | 0;
  return compareNumbers(value, new Int32(number)) === 0 ? number : undefined;
}

/** An operand that must be a number, and one that int32 holds; MongoDB has a code for each. */
export function needInt32(
  value: Value | undefined,
  what: string,
  notNumber: number,
  notWhole = notNumber,
): number {
  if (!isNumeric(value)) return fail(notNumber, `${what} must be a numeric value, but is ${typeName(value)}`);
  return (
    int32Of(value) ?? fail(notWhole, `${what} must be representable as a 32-bit integer: ${String(value)}`)
  );
}

/** An operand that must be a whole number that int64 holds. */
export function needInt64(value: Value | undefined, code: number, what: string): bigint {
  return (
    (isNumeric(value) ? int64Of(value, true) : undefined) ??
    fail(code, `${what} must be an integer, found: ${typeName(value)} with value ${String(value)}`)
  );
}
