import { int64Of } from '../bson/arithmetic.ts';
import { showValue } from '../bson/show.ts';
import { compareNumbers, toNumber } from '../bson/numbers.ts';
import { field, Int32, isDoc, isNullish, isNumeric, namesOf, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import type { Expression } from './scope.ts';
import { constantly, foldable, valueOf } from './fold.ts';

/** What MongoDB says of a part that is not known, and of one that is missing. */
export interface Words {
  unknown(name: string, part: string): string;
  missing(name: string, part: string): string;
}

export const argumentWords: Words = {
  unknown: (name, part) => `${name} found an unknown argument: ${part}`,
  missing: (name, part) => `${name} requires '${part}' to be specified`,
};
export const parameterWords: Words = {
  unknown: (name, part) => `Unrecognized parameter to ${name}: ${part}`,
  missing: (name, part) => `Missing '${part}' parameter to ${name}`,
};
export const dateWords: Words = {
  unknown: (name, part) => `Unrecognized argument to ${name}: ${part}`,
  missing: parameterWords.missing,
};

/** The parts of an operator whose argument is a document, and the codes with which MongoDB refuses wrong ones. */
export interface Parts {
  notDocument: number;
  /** What it says of another argument, behind the operator's name; the type follows a colon or a "found". */
  expects?: string;
  unknown: number;
  /** The code for each part that may not be missing, in the order in which they are looked for. */
  required: Readonly<Record<string, number>>;
  optional?: readonly string[];
  words?: Words;
}

export function partsOf(
  argument: Value,
  name: string,
  {
    notDocument,
    expects = 'only supports an object as its argument',
    unknown,
    required,
    optional = [],
    words = argumentWords,
  }: Parts,
): Doc {
  if (!isDoc(argument))
    return fail(
      notDocument,
      `${name} ${expects}${/(?:found|:)$/.test(expects) ? ` ${typeName(argument)}` : ''}`,
    );
  for (const part of namesOf(argument))
    if (!Object.hasOwn(required, part) && !optional.includes(part)) fail(unknown, words.unknown(name, part));
  for (const [part, code] of Object.entries(required))
    if (field(argument, part) === undefined) fail(code, words.missing(name, part));
  return argument;
}

/** The values of some parts of an operator. */
export type PartValues = Record<string, Value | undefined>;

/**
 * An operator that is a plain function of the values of its named parts.
 * @param ahead looks at the parts that are constant where not all are: it refuses what is wrong before there is a
 *   document, and says by null that the whole is null
 */
export const ofParts =
  (
    parts: Parts,
    apply: (values: PartValues, name: string, given: Doc) => Value | undefined,
    ahead?: (constants: PartValues, name: string) => null | undefined,
  ): Operator =>
  (argument, environment, name) => {
    const given = partsOf(argument, name, parts);
    const names = namesOf(given);
    const compiled = names.map((part) => compile(given[part] as Value, environment));
    const shortened = (): Expression | undefined => {
      const constants = names.flatMap((part, at) => {
        const expression = compiled[at] as Expression;
        return expression.constant ? [[part, valueOf(expression)] as const] : [];
      });
      if (constants.length === names.length) return undefined;
      return ahead?.(Object.fromEntries(constants), name) === null ? constantly(null) : undefined;
    };
    return foldable(
      compiled,
      (scope) => apply(Object.fromEntries(compiled.map((part, at) => [names[at], part(scope)])), name, given),
      shortened,
    );
  };

/** @param unlike what MongoDB says of what is no array; its type follows */
export const needArray = (value: Value | undefined, code: number, unlike: string): Value[] =>
  Array.isArray(value) ? value : fail(code, `${unlike} ${typeName(value)}`);

/** Arrays in turn; null when a null comes before what is no array. */
export function arraysUntilNull(
  lists: readonly (Value | undefined)[],
  code: number,
  unlike: string,
): Value[][] | null {
  const found: Value[][] = [];
  for (const list of lists) {
    if (isNullish(list)) return null;
    found.push(needArray(list, code, unlike));
  }
  return found;
}

/** The number that a value is when int32 holds it exactly, whatever its type. */
export function int32Of(value: Value | undefined): number | undefined {
  if (!isNumeric(value)) return undefined;
  const number = toNumber(value) | 0;
  return compareNumbers(value, new Int32(number)) === 0 ? number : undefined;
}

/** What MongoDB says of an operand that is no number, whose type follows, and of one that int32 does not hold. */
interface Int32Words {
  notNumber: [code: number, unlike: string, close?: string];
  notWhole: [code: number, unlike: string];
}

export function needInt32(value: Value | undefined, { notNumber, notWhole }: Int32Words): number {
  const [code, unlike, close = ''] = notNumber;
  if (!isNumeric(value)) return fail(code, `${unlike}${typeName(value)}${close}`);
  return int32Of(value) ?? fail(notWhole[0], `${notWhole[1]}${showValue(value)}`);
}

/** The place where a search begins or ends. */
export function needIndex(
  value: Value | undefined,
  name: string,
  which: string,
  codes: [number, number],
): number {
  // The missing space is MongoDB's.
  const index =
    int32Of(value) ??
    fail(
      codes[0],
      `${name}requires an integral ${which} index, found a value of type: ${typeName(value)}, with value: "${typeof value === 'string' ? value : showValue(value)}"`,
    );
  return index < 0 ? fail(codes[1], `${name} requires a nonnegative ${which} index, found: ${index}`) : index;
}

/** An operand that must be a whole number that int64 holds. */
export const needInt64 = (
  value: Value | undefined,
  code: number,
  unlike: (type: string, text: string) => string,
): bigint =>
  (isNumeric(value) ? int64Of(value, true) : undefined) ??
  fail(code, unlike(typeName(value), showValue(value)));
