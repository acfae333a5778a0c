import { takeApart, wholeDecimal } from './decimal.ts';
import { below, doubleFraction, fraction, isInexact, isInfinite, toNumber } from './numbers.ts';
import {
  Decimal128,
  millisecondsOf,
  missingOrder,
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

/**
 * Values as bytes whose order under memcmp is MongoDB's order of the values, so that SQLite's own
 * b-tree is the index. A part says itself where it ends, so parts of a compound key simply follow
 * each other, and equal values have equal bytes whatever their number type.
 */

let out = Buffer.allocUnsafe(4096);
let end = 0;

function room(bytes: number): void {
  if (end + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, end + bytes));
  out.copy(bigger, 0, 0, end);
  out = bigger;
}

/** The key of some values, each ascending or descending. */
export function encodeKey(values: readonly (Value | undefined)[], descending?: readonly boolean[]): Buffer {
  end = 0;
  for (let index = 0; index < values.length; index++) {
    const start = end;
    part(values[index]);
    if (descending?.[index]) for (let at = start; at < end; at++) out[at] = ~(out[at] as number);
  }
  const key = Buffer.allocUnsafe(end);
  out.copy(key, 0, 0, end);
  return key;
}

/** The smallest key that is above every key that starts with these bytes; undefined when there is none. */
export function successor(key: Buffer): Buffer | undefined {
  let last = key.length - 1;
  while (last >= 0 && key[last] === 0xff) last--;
  if (last < 0) return undefined;
  const next = Buffer.from(key.subarray(0, last + 1));
  next[last] = (next[last] as number) + 1;
  return next;
}

export function inverted(key: Buffer): Buffer {
  const flipped = Buffer.allocUnsafe(key.length);
  for (let at = 0; at < key.length; at++) flipped[at] = ~(key[at] as number);
  return flipped;
}

function part(value: Value | undefined): void {
  room(32);
  if (value === undefined) {
    out[end++] = missingOrder;
    return;
  }
  out[end++] = orderOf(value);
  payload(value);
}

function payload(value: Value): void {
  switch (typeOf(value)) {
    case T.int:
    case T.double:
    case T.long:
    case T.decimal:
      return number(value as Numeric);
    case T.string:
      return text(value as string);
    case T.symbol:
      return text((value as BSONSymbol).value);
    case T.object:
      return document(value as Doc);
    case T.array:
      for (const item of value as Value[]) part(item);
      room(1);
      out[end++] = 0;
      return;
    case T.binData: {
      const binary = value as Binary;
      room(binary.position + 5);
      end = out.writeUInt32BE(binary.position, end);
      out[end++] = binary.sub_type;
      out.set(binary.buffer.subarray(0, binary.position), end);
      end += binary.position;
      return;
    }
    case T.objectId:
      out.set((value as ObjectId).id, end);
      end += 12;
      return;
    case T.bool:
      out[end++] = value === true ? 1 : 0;
      return;
    case T.date:
      end = out.writeBigUInt64BE(BigInt.asUintN(64, millisecondsOf(value as Date)) ^ (1n << 63n), end);
      return;
    case T.timestamp:
      end = out.writeUInt32BE((value as Timestamp).high >>> 0, end);
      end = out.writeUInt32BE((value as Timestamp).low >>> 0, end);
      return;
    case T.regex:
      text((value as BSONRegExp).pattern);
      return text((value as BSONRegExp).options);
    case T.javascript:
      return text((value as Code).code);
    case T.javascriptWithScope:
      text((value as Code).code);
      return document((value as Code).scope as Doc);
    default:
      return;
  }
}

/** UTF-8, a zero byte written as 00 FF, ended by 00 00. */
function text(value: string): void {
  room(value.length * 6 + 2);
  const start = end;
  end += out.write(value, end);
  let zero = out.subarray(0, end).indexOf(0, start);
  while (zero >= 0) {
    out.copyWithin(zero + 2, zero + 1, end);
    out[zero + 1] = 0xff;
    end++;
    zero = out.subarray(0, end).indexOf(0, zero + 2);
  }
  out[end++] = 0;
  out[end++] = 0;
}

function document(doc: Doc): void {
  for (const name of namesOf(doc)) {
    const value = doc[name] as Value;
    room(2);
    out[end++] = orderOf(value);
    text(name);
    room(32);
    payload(value);
  }
  room(1);
  out[end++] = 0;
}

/**
 * The largest double that is not above the number, then 0 when that is the number itself, else its
 * exact decimal digits: int64 and Decimal128 that lie between two doubles sort between them.
 */
function number(value: Numeric): void {
  room(64);
  let floor = toNumber(value);
  if (Number.isNaN(floor)) {
    out.fill(0, end, end + 9);
    end += 9;
    return;
  }
  if (!isInexact(value) || isExactly(value, floor)) {
    double(floor);
    out[end++] = 0;
    return;
  }
  if (floor === Infinity) floor = Number.MAX_VALUE;
  else if (floor === -Infinity || exceeds(floor, value)) floor = below(floor);
  double(floor);
  const digits = decimalKey(value);
  out[end++] = 1;
  out.set(digits, end);
  end += digits.length;
}

const isExactly = (value: Numeric, floor: number): boolean => {
  if (!Number.isFinite(floor)) return isInfinite(value);
  const a = fraction(value);
  const b = doubleFraction(floor);
  return a.over * b.under === b.over * a.under;
};

const exceeds = (floor: number, value: Numeric): boolean => {
  const a = fraction(value);
  const b = doubleFraction(floor);
  return b.over * a.under > a.over * b.under;
};

function double(value: number): void {
  const at = end;
  end = out.writeDoubleBE(value === 0 ? 0 : value, end);
  if ((out[at] as number) & 0x80)
    for (let index = at; index < end; index++) out[index] = ~(out[index] as number);
  else out[at] = (out[at] as number) | 0x80;
}

function decimalKey(value: Numeric): Buffer {
  const { negative, coefficient, exponent } = takeApart(
    value instanceof Decimal128 ? value : wholeDecimal(fraction(value).over),
  );
  const digits = coefficient.toString();
  const significant = digits.replace(/0+$/, '');
  const key = Buffer.alloc(significant.length + 3);
  key.writeUInt16BE(exponent + digits.length + 0x8000, 0);
  key.write(significant, 2, 'latin1');
  return negative ? inverted(key) : key;
}

/** Where the part that starts at an offset ends. */
export function partEnd(key: Buffer, at: number, descending: boolean): number {
  const flip = descending ? 0xff : 0;
  return skip(key, at + 1, (key[at] as number) ^ flip, flip);
}

function skip(key: Buffer, at: number, order: number, flip: number): number {
  switch (order) {
    case 10: {
      if (((key[at + 8] as number) ^ flip) === 0) return at + 9;
      // The decimal digits end with a zero, or with its inverse when the number is negative.
      const last = ((key[at] as number) ^ flip) & 0x80 ? flip : 0xff ^ flip;
      let stop = at + 11;
      while (key[stop] !== last) stop++;
      return stop + 1;
    }
    case 15:
    case 60:
      return skipText(key, at, flip);
    case 20:
      return skipDocument(key, at, flip);
    case 25: {
      let item = at;
      while (((key[item] as number) ^ flip) !== 0)
        item = skip(key, item + 1, (key[item] as number) ^ flip, flip);
      return item + 1;
    }
    case 30: {
      const size = flip ? ~key.readUInt32BE(at) >>> 0 : key.readUInt32BE(at);
      return at + 5 + size;
    }
    case 35:
      return at + 12;
    case 40:
      return at + 1;
    case 45:
    case 47:
      return at + 8;
    case 50:
      return skipText(key, skipText(key, at, flip), flip);
    case 65:
      return skipDocument(key, skipText(key, at, flip), flip);
    default:
      return at;
  }
}

function skipText(key: Buffer, at: number, flip: number): number {
  const zero = flip;
  let stop = at;
  while (!(key[stop] === zero && key[stop + 1] === zero)) stop += key[stop] === zero ? 2 : 1;
  return stop + 2;
}

function skipDocument(key: Buffer, at: number, flip: number): number {
  let item = at;
  while (((key[item] as number) ^ flip) !== 0) {
    const order = (key[item] as number) ^ flip;
    item = skip(key, skipText(key, item + 1, flip), order, flip);
  }
  return item + 1;
}
