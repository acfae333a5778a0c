import {
  Binary,
  isDoc,
  isNumeric,
  Long,
  Timestamp,
  type Doc,
  type Numeric,
  type Value,
} from './bson/types.ts';
import { fail, type CodeName } from './errors.ts';
import { typeName } from './expression/arguments.ts';

interface Kind {
  is(value: Value): boolean;
  /** What a wrong value is refused with. */
  refuse(at: string, name: string, value: Value): string;
  code?: CodeName;
  /** Whether null is wrong too; elsewhere it counts as not given. */
  strict?: true;
  /** The kind of an array's elements. */
  elements?: 'object' | 'stage';
}

/** A Timestamp is a Long to JavaScript. */
export const isLong = (value: Value): value is Long => value instanceof Long && !(value instanceof Timestamp);

/** How MongoDB lists the types of a number, and of what may be a boolean too. */
const NUMBERS = "types '[decimal, int, double, long]'";
const FLAGS = "types '[int, decimal, long, bool, double]'";

export const wrongType = (at: string, value: Value | undefined, expected: string): string =>
  `BSON field '${at}' is the wrong type '${typeName(value)}', expected ${expected}`;

const typed = (expected: string, is: Kind['is']): Kind => ({
  is,
  refuse: (at, _name, value) => wrongType(at, value, expected),
});

/** The kinds that MongoDB reads with a function of their own, which has words of its own. */
const special = (is: Kind['is'], refuse: (name: string, value: Value) => string, code?: CodeName): Kind => ({
  is,
  refuse: (_at, name, value) => refuse(name, value),
  strict: true,
  ...(code ? { code } : {}),
});

const isBoolean = (value: Value): boolean => typeof value === 'boolean';
const isText = (value: Value): boolean => typeof value === 'string';

const kinds = {
  any: { is: () => true, refuse: () => '', strict: true },
  bool: typed("type 'bool'", isBoolean),
  optionalBool: special(
    isBoolean,
    (name, value) => `Field '${name}' should be a boolean value, but found: ${typeName(value)}`,
  ),
  explain: special(isBoolean, () => 'explain must be a boolean'),
  flag: typed(FLAGS, (value) => isBoolean(value) || isNumeric(value)),
  number: typed(NUMBERS, isNumeric),
  long: typed("type 'long'", isLong),
  uuid: typed("type 'binData'", (value) => value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID),
  string: typed("type 'string'", isText),
  object: typed("type 'object'", isDoc),
  // The missing space is MongoDB's.
  document: special(isDoc, (name) => `Expected field ${name}to be of type object`),
  timestamp: { ...typed("type 'timestamp'", (value) => value instanceof Timestamp), strict: true },
  array: typed("type 'array'", Array.isArray),
  objects: { ...typed("type 'array'", Array.isArray), elements: 'object' },
  stage: special(isDoc, () => "Each element of the 'pipeline' array must be an object"),
  pipeline: {
    ...special(Array.isArray, () => "'pipeline' option must be specified as an array"),
    elements: 'stage',
  },
  cursor: special(isDoc, () => 'cursor field must be missing or an object'),
  hint: special(
    (value) => isText(value) || isDoc(value),
    () => 'Hint must be a string or an object',
    'FailedToParse',
  ),
  modification: {
    ...special(
      (value) => isDoc(value) || Array.isArray(value),
      () => 'Update argument must be either an object or an array',
      'FailedToParse',
    ),
    elements: 'stage',
  },
} as const satisfies Record<string, Kind>;

interface Values {
  any: Value;
  bool: boolean;
  optionalBool: boolean;
  explain: boolean;
  flag: boolean | Numeric;
  number: Numeric;
  long: Long;
  uuid: Binary;
  string: string;
  object: Doc;
  document: Doc;
  timestamp: Timestamp;
  array: Value[];
  stage: Doc;
  pipeline: Doc[];
  cursor: Doc;
  objects: Doc[];
  hint: string | Doc;
  modification: Doc | Doc[];
}

/** The fields that a command or a part of it takes, each with the values that it may have. */
export type Fields = Readonly<Record<string, keyof typeof kinds>>;

/** A document whose fields have been checked. */
export type Checked<F extends Fields, Required extends keyof F = never> = {
  readonly [Name in Required]: Values[F[Name]];
} & { readonly [Name in Exclude<keyof F, Required>]?: Values[F[Name]] };

/**
 * Refuses a field that is not known, that has a wrong type, or that is required and not there; drops nulls.
 * @param lenient whether fields that are not known are let be
 */
export function checked<F extends Fields, Required extends keyof F & string = never>(
  at: string,
  doc: Doc,
  fields: F,
  required: readonly Required[] = [],
  lenient = false,
): Checked<F, Required> {
  for (const name of Object.keys(doc)) {
    if (Object.hasOwn(fields, name))
      checkField(`${at}.${name}`, doc, name, kinds[fields[name] as keyof typeof kinds]);
    else if (!lenient) fail(40415, `BSON field '${at}.${name}' is an unknown field.`);
  }
  for (const name of required)
    if (doc[name] === undefined) fail(40414, `BSON field '${at}.${name}' is missing but a required field`);
  return doc as Checked<F, Required>;
}

function checkField(at: string, doc: Doc, name: string, kind: Kind): void {
  const value = doc[name] as Value;
  if (value === null && !kind.strict) delete doc[name];
  else checkValue(at, name, value, kind);
}

function checkValue(at: string, name: string, value: Value, kind: Kind): void {
  const { is, refuse, code = 'TypeMismatch', elements } = kind;
  if (!is(value)) fail(code, refuse(at, name, value));
  if (!elements || !Array.isArray(value)) return;
  const wrong = value.findIndex((item) => !kinds[elements].is(item));
  if (wrong >= 0) checkValue(`${at}.${wrong}`, String(wrong), value[wrong] as Value, kinds[elements]);
}
