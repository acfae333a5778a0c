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
  expected: string;
  is(value: Value): boolean;
  /** What a wrong value is refused with, null too; without it null counts as not given. */
  code?: CodeName;
  /** The kind of an array's elements. */
  elements?: 'object';
}

/** A Timestamp is a Long to JavaScript. */
export const isLong = (value: Value): value is Long => value instanceof Long && !(value instanceof Timestamp);

const kinds = {
  any: { expected: 'any', is: () => true, code: 'TypeMismatch' },
  bool: { expected: 'bool', is: (value) => typeof value === 'boolean' },
  strictBool: { expected: 'bool', is: (value) => typeof value === 'boolean', code: 'TypeMismatch' },
  flag: {
    expected: '[bool, long, int, decimal, double]',
    is: (value) => typeof value === 'boolean' || isNumeric(value),
  },
  number: { expected: 'number', is: isNumeric },
  long: { expected: 'long', is: isLong },
  uuid: {
    expected: 'binData',
    is: (value) => value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID,
  },
  string: { expected: 'string', is: (value) => typeof value === 'string' },
  object: { expected: 'object', is: isDoc },
  document: { expected: 'object', is: isDoc, code: 'TypeMismatch' },
  timestamp: { expected: 'timestamp', is: (value) => value instanceof Timestamp, code: 'TypeMismatch' },
  array: { expected: 'array', is: Array.isArray },
  list: { expected: 'array', is: Array.isArray, code: 'TypeMismatch' },
  objects: { expected: 'array', is: Array.isArray, elements: 'object' },
  hint: {
    expected: '[string, object]',
    is: (value) => typeof value === 'string' || isDoc(value),
    code: 'FailedToParse',
  },
  modification: {
    expected: '[object, array]',
    is: (value) => isDoc(value) || Array.isArray(value),
    code: 'FailedToParse',
  },
} as const satisfies Record<string, Kind>;

interface Values {
  any: Value;
  bool: boolean;
  strictBool: boolean;
  flag: boolean | Numeric;
  number: Numeric;
  long: Long;
  uuid: Binary;
  string: string;
  object: Doc;
  document: Doc;
  timestamp: Timestamp;
  array: Value[];
  list: Value[];
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
  if (value === null && !kind.code) delete doc[name];
  else checkValue(at, value, kind);
}

function checkValue(at: string, value: Value, { expected, is, code = 'TypeMismatch', elements }: Kind): void {
  if (!is(value))
    fail(code, `BSON field '${at}' is the wrong type '${typeName(value)}', expected type '${expected}'`);
  if (!elements || !Array.isArray(value)) return;
  const wrong = value.findIndex((item) => !kinds[elements].is(item));
  if (wrong >= 0) checkValue(`${at}.${wrong}`, value[wrong] as Value, kinds[elements]);
}
