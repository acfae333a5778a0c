import { compareNumbers } from './numbers.ts';
import {
  millisecondsOf,
  namesOf,
  orderOf,
  T,
  typeOf,
  type Binary,
  type BSONRegExp,
  type BSONSymbol,
  type Code,
  type Doc,
  type Numeric,
  type ObjectId,
  type Timestamp,
  type Value,
} from './types.ts';

/** How strings compare: by their UTF-8 bytes, or as a collation says. */
export type StringOrder = (left: string, right: string) => number;

/** The order of the UTF-8 bytes of two strings, which for surrogates is not the order of JavaScript. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}

const surrogatesLast = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

/** MongoDB's total order of values; a missing value sorts before null. */
export function compare(
  left: Value | undefined,
  right: Value | undefined,
  strings: StringOrder = compareStrings,
): number {
  const byType = orderOf(left) - orderOf(right);
  return byType !== 0 || left === undefined || right === undefined
    ? byType
    : compareSameOrder(left, right, strings);
}

export const equal = (left: Value | undefined, right: Value | undefined, strings?: StringOrder): boolean =>
  compare(left, right, strings) === 0;

/** Two values whose types sort at the same place. */
function compareSameOrder(left: Value, right: Value, strings: StringOrder): number {
  switch (typeOf(left)) {
    case T.int:
    case T.double:
    case T.long:
    case T.decimal:
      return compareNumbers(left as Numeric, right as Numeric);
    case T.string:
    case T.symbol:
      return strings(textOf(left), textOf(right));
    case T.object:
      return compareDocuments(left as Doc, right as Doc, strings);
    case T.array:
      return compareArrays(left as Value[], right as Value[], strings);
    case T.binData:
      return compareBinary(left as Binary, right as Binary);
    case T.objectId:
      return Buffer.compare((left as ObjectId).id, (right as ObjectId).id);
    case T.bool:
      return Number(left) - Number(right);
    case T.date:
      return compareDates(left as Date, right as Date);
    case T.timestamp:
      return (left as Timestamp).compare(right as Timestamp);
    case T.regex:
      return (
        compareStrings((left as BSONRegExp).pattern, (right as BSONRegExp).pattern) ||
        compareStrings((left as BSONRegExp).options, (right as BSONRegExp).options)
      );
    case T.javascript:
      return compareStrings((left as Code).code, (right as Code).code);
    case T.javascriptWithScope:
      return (
        compareStrings((left as Code).code, (right as Code).code) ||
        compareDocuments((left as Code).scope as Doc, (right as Code).scope as Doc, strings)
      );
    default:
      return 0;
  }
}

const textOf = (value: Value): string => (typeof value === 'string' ? value : (value as BSONSymbol).value);

/** Field by field in their order: first the type, then the name, then the value. */
function compareDocuments(left: Doc, right: Doc, strings: StringOrder): number {
  const names = namesOf(left);
  const others = namesOf(right);
  const shared = Math.min(names.length, others.length);
  for (let index = 0; index < shared; index++) {
    const name = names[index] as string;
    const other = others[index] as string;
    const a = left[name] as Value;
    const b = right[other] as Value;
    const difference =
      orderOf(a) - orderOf(b) || compareStrings(name, other) || compareSameOrder(a, b, strings);
    if (difference !== 0) return difference;
  }
  return names.length - others.length;
}

function compareDates(left: Date, right: Date): number {
  const difference = left.getTime() - right.getTime();
  return difference || Number(millisecondsOf(left) - millisecondsOf(right));
}

function compareArrays(left: Value[], right: Value[], strings: StringOrder): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = compare(left[index], right[index], strings);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareBinary(left: Binary, right: Binary): number {
  return (
    left.position - right.position ||
    left.sub_type - right.sub_type ||
    Buffer.compare(left.buffer.subarray(0, left.position), right.buffer.subarray(0, right.position))
  );
}
