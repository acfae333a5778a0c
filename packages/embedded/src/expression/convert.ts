import { asDecimal, wholePart } from '../bson/arithmetic.ts';
import { decimalOfText, wholeDecimal } from '../bson/decimal.ts';
import { isInfinite, signOf, toNumber } from '../bson/numbers.ts';
import { showValue } from '../bson/show.ts';
import {
  Binary,
  BSONSymbol,
  dateAt,
  Decimal128,
  Double,
  Int32,
  isDoc,
  isNullish,
  isNumeric,
  Long,
  millisecondsOf,
  ObjectId,
  T,
  Timestamp,
  typeNames,
  type Value,
} from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import {
  binaryText,
  doubleOfBinary,
  formatOf,
  toBinary,
  wholeOfBinary,
  type BinaryForm,
} from './convert-binary.ts';
import { isoText } from './date-format.ts';
import { parseDate } from './date-text.ts';
import { dateOf } from './dates.ts';
import { foldable } from './fold.ts';

/** A value as the text that string operators take. */
export function textOf(value: Value | undefined): string {
  if (isNullish(value)) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return isoText(value);
  if (value instanceof BSONSymbol) return value.value;
  if (isNumeric(value)) return numberText(value);
  return fail(16007, `can't convert from BSON type ${typeName(value)} to String`);
}

function numberText(value: Value): string {
  if (!(value instanceof Double)) return String(value);
  const { value: number } = value;
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(number, -0)) return '-0';
  const size = Math.abs(number);
  const text = number !== 0 && (size < 1e-4 || size >= 1e16) ? number.toExponential() : String(number);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

const failed = (what: string, why?: string): never =>
  fail(241, `${what} in $convert with no onError value${why === undefined ? '' : `: ${why}`}`);
const unsupported = (value: Value, to: string): never =>
  failed(`Unsupported conversion from ${typeName(value)} to ${to}`);
const broken = (text: string, why = 'Did not consume whole string.'): never =>
  failed(`Failed to parse number '${text}'`, why);
/** MongoDB says which double or decimal it was. */
const overflows = (value: Value): never =>
  failed(
    'Conversion would overflow target type',
    value instanceof Double || value instanceof Decimal128 ? showValue(value) : '',
  );

type Conversion = (value: Value, form: BinaryForm) => Value;

const conversions: Record<number, Conversion> = {
  [T.double]: (value, form) => {
    if (typeof value === 'string') return new Double(doubleOfText(value));
    if (typeof value === 'boolean') return new Double(value ? 1 : 0);
    if (value instanceof Date) return new Double(Number(millisecondsOf(value)));
    if (value instanceof Binary) return new Double(doubleOfBinary(value, form));
    if (!isNumeric(value)) return unsupported(value, 'double');
    const number = toNumber(value);
    return Math.abs(number) === Infinity && !isInfinite(value) ? overflows(value) : new Double(number);
  },
  [T.string]: (value, form) => {
    if (typeof value === 'boolean') return String(value);
    if (value instanceof ObjectId) return value.toHexString();
    if (value instanceof Binary) return binaryText(value, form);
    return typeof value === 'string' || value instanceof Date || isNumeric(value)
      ? textOf(value)
      : unsupported(value, 'string');
  },
  [T.objectId]: (value) => {
    if (value instanceof ObjectId) return value;
    if (typeof value !== 'string') return unsupported(value, 'objectId');
    const what = `Failed to parse objectId '${value}'`;
    const bytes = Buffer.byteLength(value);
    if (bytes !== 24)
      failed(what, `Invalid string length for parsing to OID, expected 24 but found ${bytes}`);
    const wrong = /[^0-9a-f]/i.exec(value);
    return wrong ? failed(what, `Invalid character found in hex string: ${wrong[0]}`) : new ObjectId(value);
  },
  [T.bool]: (value) => (typeof value === 'boolean' ? value : !isNumeric(value) || signOf(value) !== 0),
  [T.date]: (value) => {
    if (value instanceof Date) return value;
    if (typeof value === 'string') return parseDate(value);
    if (value instanceof ObjectId || value instanceof Timestamp) return dateOf(value) as Date;
    if (value instanceof Int32 || !isNumeric(value)) return unsupported(value, 'date');
    return dateAt(inInt64(value, wholeOf(value, 'date', [], plainForm)));
  },
  [T.int]: (value, form) => {
    const number = wholeOf(value, 'int', [1, 2, 4], form);
    return number === BigInt.asIntN(32, number) ? new Int32(Number(number)) : tooLarge(value);
  },
  [T.long]: (value, form) =>
    Long.fromBigInt(
      inInt64(
        value,
        value instanceof Date ? millisecondsOf(value) : wholeOf(value, 'long', [1, 2, 4, 8], form),
      ),
    ),
  [T.decimal]: (value) => {
    if (typeof value === 'boolean') return wholeDecimal(value ? 1n : 0n);
    if (value instanceof Date) return wholeDecimal(millisecondsOf(value));
    if (typeof value === 'string')
      return decimalOfText(value) ?? broken(value, 'Failed to parse string to decimal');
    return isNumeric(value) ? asDecimal(value) : unsupported(value, 'decimal');
  },
  [T.binData]: toBinary,
};

const tooLarge = (value: Value): never =>
  typeof value === 'string' ? broken(value, 'Overflow') : overflows(value);
const inInt64 = (value: Value, number: bigint): bigint =>
  number === BigInt.asIntN(64, number) ? number : tooLarge(value);

/** Decimal or hexadecimal, as C reads it; "0x" itself is refused, but not with a sign or as "0X". */
function doubleOfText(text: string): number {
  if (/^[+-]?nan$/i.test(text)) return NaN;
  const infinite = /^([+-])?inf(?:inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const hex = text.startsWith('0x')
    ? null
    : /^([+-])?0x(?=\.?[\da-f])([\da-f]*)(?:\.([\da-f]*))?(?:p([+-]?\d+))?$/i.exec(text);
  const number = hex
    ? hexadecimal(hex)
    : /^[+-]?(?=\.?\d)\d*(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(text)
      ? Number(text)
      : NaN;
  if (Number.isNaN(number)) return broken(text, whyNoDouble(text));
  const lost = number === 0 && /[1-9a-f]/i.test(hex ? `${hex[2]}${hex[3] ?? ''}` : text.replace(/e.*/i, ''));
  return Math.abs(number) === Infinity || lost ? broken(text, 'Out of range') : number;
}

function whyNoDouble(text: string): string {
  if (text.startsWith('0x')) failed('Illegal hexadecimal input', text);
  if (text === '') return 'Empty string';
  if (/^\s/.test(text)) return 'Leading whitespace';
  return /^[+-]?\.?\d/.test(text) ? 'Did not consume whole string.' : 'Did not consume any digits';
}

function hexadecimal([, sign, whole = '', part = '', power = '0']: RegExpExecArray): number {
  const digits = (whole + part).replace(/^0+/, '');
  const size = Number(BigInt(`0x0${digits}`)) * 2 ** (Number(power) - 4 * part.length);
  return sign === '-' ? -size : size;
}

function wholeOf(value: Value, to: string, sizes: number[], form: BinaryForm): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (value instanceof Binary) return wholeOfBinary(value, sizes, form);
  if (typeof value === 'string') {
    const [, sign = '', digits = ''] =
      /^([+-]?)0*(\d+)$/.exec(value) ?? broken(value, value === '' ? 'No digits' : undefined);
    const size = BigInt(digits.slice(0, 21));
    return sign === '-' ? -size : size;
  }
  if (!isNumeric(value)) return unsupported(value, to);
  return (
    wholePart(value) ??
    failed(`Attempt to convert ${isInfinite(value) ? 'infinity' : 'NaN'} value to integer type`)
  );
}

const plainForm: BinaryForm = { subtype: 0, format: 'auto', bigEndian: false };

const convertTo =
  (type: number): Operator =>
  (argument, environment, name) => {
    if (Array.isArray(argument) && argument.length !== 1)
      fail(50723, `${name} requires a single argument, got ${argument.length}`);
    return plain(1, 1, ([value]) =>
      isNullish(value) ? null : (conversions[type] as Conversion)(value, plainForm),
    )(argument, environment, name);
  };

const parts = ['input', 'to', 'onError', 'onNull', 'format', 'byteOrder'] as const;

const convert: Operator = (argument, environment) => {
  if (!isDoc(argument))
    return fail(
      'FailedToParse',
      `$convert expects an object of named arguments but found: ${typeName(argument)}`,
    );
  for (const key of Object.keys(argument))
    if (!parts.some((part) => part === key))
      fail('FailedToParse', `$convert found an unknown argument: ${key}`);
  for (const key of ['input', 'to'])
    if (argument[key] === undefined) fail('FailedToParse', `Missing '${key}' parameter to $convert`);
  const compiled = parts.map((part) => compile(argument[part] ?? null, environment));
  return foldable(compiled, (scope) => {
    const at = (part: (typeof parts)[number]): Value | undefined => compiled[parts.indexOf(part)]?.(scope);
    const value = at('input');
    if (isNullish(value)) return at('onNull');
    const target = at('to');
    if (isNullish(target)) return null;
    const { type, subtype } = targetOf(target);
    const form = {
      subtype,
      format: optional(at('format'), formatOf),
      bigEndian: optional(at('byteOrder'), isBigEndian) ?? false,
    };
    try {
      const apply = conversions[type] ?? unsupported(value, typeNames.get(type) ?? 'missing');
      return apply(value, form);
    } catch (error) {
      const caught = argument['onError'] !== undefined && error instanceof MongoError && error.code === 241;
      if (caught) return at('onError');
      throw error;
    }
  });
};

const optional = <Result>(value: Value | undefined, read: (value: Value) => Result): Result | undefined =>
  isNullish(value) ? undefined : read(value);

function isBigEndian(value: Value): boolean {
  if (typeof value !== 'string')
    return fail(9130001, `$convert requires that 'byteOrder' be a string, found: ${typeName(value)}`);
  return value === 'big' || value === 'little'
    ? value === 'big'
    : fail(9130002, `Invalid 'byteOrder' argument for $convert: ${value}`);
}

/** What to convert to: a type, or an object of a type and the subtype of binary data. */
function targetOf(value: Value): { type: number; subtype: number } {
  if (!isDoc(value)) return { type: typeCode(value), subtype: 0 };
  const type = typeCode(value['type'] ?? null);
  return { type, subtype: value['subtype'] === undefined ? 0 : subtypeOf(value['subtype']) };
}

function typeCode(value: Value): number {
  if (typeof value === 'string')
    return (
      [...typeNames].find(([, name]) => name === value)?.[0] ??
      (value === 'missing' ? 0 : fail('BadValue', `Unknown type name: ${value}`))
    );
  if (!isNumeric(value))
    return fail(
      'FailedToParse',
      `$convert's 'to' argument must be a string or number, but is ${typeName(value)}`,
    );
  const code = toNumber(value);
  if (!Number.isInteger(code)) fail('FailedToParse', "In $convert, numeric 'to' argument is not an integer");
  return code === 0 || typeNames.has(code)
    ? code
    : fail(
        'FailedToParse',
        `In $convert, numeric value for 'to' does not correspond to a BSON type: ${code}`,
      );
}

function subtypeOf(value: Value): number {
  if (!isNumeric(value))
    return fail(4341108, `$convert's 'subtype' argument must be a number, but is ${typeName(value)}`);
  const code = toNumber(value);
  if (!Number.isInteger(code)) fail(4341106, "In $convert, numeric 'subtype' argument is not an integer");
  return (code >= 0 && code <= 9) || (code >= 128 && code <= 255)
    ? code
    : fail(
        4341107,
        `In $convert, numeric value for 'subtype' does not correspond to a BinData type: ${code}`,
      );
}

export function converting(): [string, Operator][] {
  return [
    ['$toDouble', convertTo(T.double)],
    ['$toString', convertTo(T.string)],
    ['$toObjectId', convertTo(T.objectId)],
    ['$toBool', convertTo(T.bool)],
    ['$toDate', convertTo(T.date)],
    ['$toInt', convertTo(T.int)],
    ['$toLong', convertTo(T.long)],
    ['$toDecimal', convertTo(T.decimal)],
    ['$convert', convert],
    ['$type', plain(1, 1, ([value]) => typeName(value))],
    ['$isNumber', plain(1, 1, ([value]) => isNumeric(value))],
  ];
}
