import { asDecimal, wholeOf } from '../bson/arithmetic.ts';
import { toNumber } from '../bson/numbers.ts';
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
  typeOf,
  type Value,
} from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import { compile, type Operator } from './compile.ts';
import { dateOf, parseDate } from './dates.ts';

/** A value as the text that string operators take. */
export function textOf(value: Value | undefined): string {
  if (isNullish(value)) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
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
  return String(number).replace(/e([+-])(\d)$/, 'e$10$2');
}

const unsupported = (value: Value, to: string): never =>
  fail(241, `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`);
const broken = (value: Value, to: string): never =>
  fail(241, `Failed to parse number '${String(value)}' in $convert with no onError value: not ${to}`);

const conversions: Record<number, (value: Value) => Value> = {
  [T.double]: (value) => {
    if (typeof value === 'string') return new Double(parseNumber(value, 'a double'));
    if (typeof value === 'boolean') return new Double(value ? 1 : 0);
    if (value instanceof Date) return new Double(value.getTime());
    return isNumeric(value) ? new Double(toNumber(value)) : unsupported(value, 'double');
  },
  [T.string]: (value) => {
    if (typeof value === 'boolean') return String(value);
    if (value instanceof ObjectId) return value.toHexString();
    if (value instanceof Binary && value.sub_type === 4) return value.toUUID().toString();
    return isDoc(value) || Array.isArray(value)
      ? unsupported(value, 'string')
      : typeof value === 'string' || value instanceof Date || isNumeric(value)
        ? textOf(value)
        : unsupported(value, 'string');
  },
  [T.objectId]: (value) => {
    if (value instanceof ObjectId) return value;
    if (typeof value !== 'string') return unsupported(value, 'objectId');
    return /^[0-9a-f]{24}$/i.test(value)
      ? new ObjectId(value)
      : fail(
          241,
          `Failed to parse objectId '${value}' in $convert with no onError value: Invalid string length for parsing to OID, expected 24 but found ${value.length}`,
        );
  },
  [T.bool]: (value) => (typeof value === 'boolean' ? value : isNumeric(value) ? toNumber(value) !== 0 : true),
  [T.date]: (value) => {
    if (value instanceof Date) return value;
    if (typeof value === 'string') return parseDate(value);
    if (value instanceof ObjectId || value instanceof Timestamp) return dateOf(value, '$toDate') as Date;
    if (value instanceof Int32 || !isNumeric(value)) return unsupported(value, 'date');
    return dateAt(inInt64(wholePart(value, 'date'), value));
  },
  [T.int]: (value) => {
    const number = wholePart(value, 'int');
    return number >= -0x80000000n && number <= 0x7fffffffn
      ? new Int32(Number(number))
      : fail(
          241,
          `Conversion would overflow target type in $convert with no onError value: ${String(value)}`,
        );
  },
  [T.long]: (value) => {
    const number = value instanceof Date ? millisecondsOf(value) : wholePart(value, 'long');
    return Long.fromBigInt(inInt64(number, value));
  },
  [T.decimal]: (value) => {
    if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0');
    if (value instanceof Date) return Decimal128.fromString(String(millisecondsOf(value)));
    if (isNumeric(value)) return asDecimal(value);
    if (typeof value !== 'string') return unsupported(value, 'decimal');
    parseNumber(value, 'a decimal');
    return Decimal128.fromString(value);
  },
};

const inInt64 = (number: bigint, value: Value): bigint =>
  number === BigInt.asIntN(64, number)
    ? number
    : fail(241, `Conversion would overflow target type in $convert with no onError value: ${String(value)}`);

function parseNumber(text: string, what: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && !/^[+-]?(nan|inf(inity)?)$/i.test(text))
    broken(text, what);
  return /nan/i.test(text)
    ? NaN
    : /inf/i.test(text)
      ? text.startsWith('-')
        ? -Infinity
        : Infinity
      : Number(text);
}

function wholePart(value: Value, to: string): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string')
    return /^[+-]?\d+$/.test(value) ? BigInt(value.replace('+', '')) : (broken(value, `an ${to}`) as never);
  if (!isNumeric(value)) return unsupported(value, to);
  const number = toNumber(value);
  if (!Number.isFinite(number))
    return fail(
      241,
      `Attempt to convert ${String(value)} value to integer type in $convert with no onError value`,
    );
  return (
    wholeOf(value) ?? BigInt(value instanceof Decimal128 ? String(Math.trunc(number)) : Math.trunc(number))
  );
}

const convertTo = (type: number): Operator =>
  plain(1, 1, ([value]) => (isNullish(value) ? null : (conversions[type] as (value: Value) => Value)(value)));

const convert: Operator = (argument, environment) => {
  if (!isDoc(argument))
    return fail(
      'FailedToParse',
      `$convert expects an object of named arguments but found: ${typeName(argument)}`,
    );
  for (const key of Object.keys(argument))
    if (!['input', 'to', 'onError', 'onNull'].includes(key))
      fail('FailedToParse', `$convert found an unknown argument: ${key}`);
  for (const key of ['input', 'to'])
    if (argument[key] === undefined) fail('FailedToParse', `Missing '${key}' parameter to $convert`);
  const [input, to] = [
    compile(argument['input'] as Value, environment),
    compile(argument['to'] as Value, environment),
  ];
  const onError = argument['onError'] === undefined ? undefined : compile(argument['onError'], environment);
  const onNull = argument['onNull'] === undefined ? undefined : compile(argument['onNull'], environment);
  return (scope) => {
    const value = input(scope);
    const target = to(scope);
    if (isNullish(value)) return onNull ? onNull(scope) : null;
    if (isNullish(target)) return null;
    const type = isNumeric(target)
      ? toNumber(target)
      : [...typeNames].find(([, name]) => name === target)?.[0];
    const apply = type === undefined ? undefined : conversions[type];
    if (!apply) return fail('BadValue', `Unknown type name: ${String(target)}`);
    try {
      return apply(value);
    } catch (error) {
      if (onError && error instanceof MongoError && error.code === 241) return onError(scope);
      throw error;
    }
  };
};

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
    [
      '$type',
      plain(1, 1, ([value]) =>
        value === undefined ? 'missing' : (typeNames.get(typeOf(value)) ?? 'unknown'),
      ),
    ],
    ['$isNumber', plain(1, 1, ([value]) => isNumeric(value))],
  ];
}
