import { isUtf8 } from 'node:buffer';
import { fail } from '../errors.ts';
import { encode } from './encode.ts';
import { MAX_DEPTH } from './limits.ts';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  dateAt,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  put,
  T,
  Timestamp,
  type Doc,
  type Value,
} from './types.ts';

/**
 * BSON bytes to typed values. The library's own reader promotes numbers, which changes types, and turns
 * documents that look like references into objects; this one keeps what was written.
 */

const broken = (what: string): never => fail('InvalidBSON', `invalid BSON: ${what}`);

export function decode(bytes: Uint8Array): Doc {
  const buffer = whole(bytes);
  return readDocument(buffer, 0, buffer.length, 0);
}

/** The same in parts: a document may hold very much. */
export function* decodeInParts(bytes: Uint8Array): Generator<undefined, Doc> {
  const buffer = whole(bytes);
  return buffer.length > LARGE
    ? ((yield* readInParts(buffer, T.object, 0, buffer.length, 0)) as Doc)
    : readDocument(buffer, 0, buffer.length, 0);
}

function whole(bytes: Uint8Array): Buffer {
  const buffer = asBuffer(bytes);
  if (buffer.length < 5) broken('a document has at least 5 bytes');
  const size = buffer.readInt32LE(0);
  if (size !== buffer.length) broken(`a document of ${buffer.length} bytes says that it has ${size}`);
  return buffer;
}

const sources = new WeakMap<Doc, Buffer>();

/** The same, keeping the bytes for whoever stores the document as it came. */
export function* decodeKept(bytes: Buffer): Generator<undefined, Doc> {
  const doc = yield* decodeInParts(bytes);
  sources.set(doc, bytes);
  return doc;
}

/** The bytes of a document; those that it came as, if they were kept. */
export const bytesOf = (doc: Doc): Buffer => sources.get(doc) ?? encode(doc);

export const asBuffer = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

let cursor = 0;

/** Where a document's elements begin; behind them the cursor stands at the end. */
function enter(buffer: Buffer, start: number, limit: number, depth: number): number {
  if (depth > MAX_DEPTH) fail('Overflow', `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
  if (start + 5 > limit) broken('a document is cut off');
  const size = buffer.readInt32LE(start);
  const end = start + size;
  if (size < 5 || end > limit || buffer[end - 1] !== 0)
    broken(`a document of ${size} bytes does not fit where it stands`);
  cursor = end;
  return start + 4;
}

function leave(at: number, end: number): void {
  if (at !== end - 1)
    broken(at < end ? 'a document ends before its size' : 'a field runs over the end of its document');
  cursor = end;
}

function readDocument(buffer: Buffer, start: number, limit: number, depth: number): Doc {
  const doc: Doc = {};
  let count = 0;
  let special = false;
  let at = enter(buffer, start, limit, depth);
  const end = cursor;
  for (let type = 0; at < end && (type = buffer[at] as number) !== 0; at = cursor) {
    const name = readName(buffer, at + 1, end);
    const value = readValue(buffer, type, cursor, end, depth);
    count++;
    special ||= name === '__proto__' || name.charCodeAt(0) < 58;
    if (special) put(doc, name, value);
    else doc[name] = value;
  }
  leave(at, end);
  if (Object.keys(doc).length !== count) refuseTwice();
  return doc;
}

const refuseTwice = (): never => fail('InvalidBSON', 'a field that is there twice is not supported');

/** The names in an array, which are its indexes, are not looked at. */
function readArray(buffer: Buffer, start: number, limit: number, depth: number): Value[] {
  const items: Value[] = [];
  let at = enter(buffer, start, limit, depth);
  const end = cursor;
  for (let type = 0; at < end && (type = buffer[at] as number) !== 0; at = cursor) {
    while (buffer[++at] !== 0) if (at >= end) broken('a field name does not end');
    items.push(readValue(buffer, type, at + 1, end, depth));
  }
  leave(at, end);
  return items;
}

/** More bytes than that are read in parts. */
const LARGE = 64 * 1024;

/** A document or an array. While it pauses, others read too: the cursor is where it was left only until then. */
function* readInParts(
  buffer: Buffer,
  type: number,
  start: number,
  limit: number,
  depth: number,
): Generator<undefined, Doc | Value[]> {
  const doc: Doc = {};
  const items: Value[] = [];
  let at = enter(buffer, start, limit, depth);
  const end = cursor;
  let paused = at;
  let count = 0;
  for (let kind = 0; at < end && (kind = buffer[at] as number) !== 0;) {
    const name = readName(buffer, at + 1, end);
    const from = cursor;
    const isLarge =
      (kind === T.object || kind === T.array) && from + 4 <= end && buffer.readInt32LE(from) > LARGE;
    const value = isLarge
      ? yield* readInParts(buffer, kind, from, end, depth + 1)
      : readValue(buffer, kind, from, end, depth);
    at = cursor;
    if (type === T.array) items.push(value);
    else put(doc, name, value);
    count++;
    if (at - paused <= LARGE) continue;
    paused = at;
    yield;
  }
  leave(at, end);
  if (type === T.array) return items;
  if (Object.keys(doc).length !== count) refuseTwice();
  return doc;
}

/** Names that were read lately: they come again and again, and to compare bytes is cheaper than to make a string. */
const names: string[] = Array.from({ length: 1024 }, () => '');
const LONGEST_NAME = 64;

function readName(buffer: Buffer, at: number, end: number): string {
  let stop = at;
  let hash = 0;
  let high = 0;
  for (let byte = buffer[stop] as number; byte !== 0; byte = buffer[++stop] as number) {
    hash = (hash * 31 + byte) | 0;
    high |= byte;
    if (stop >= end) broken('a field name does not end');
  }
  cursor = stop + 1;
  if (high > 127) return readUtf8(buffer, at, stop);
  const known = names[hash & 1023] as string;
  if (isAt(known, buffer, at, stop)) return known;
  const name = buffer.toString('latin1', at, stop);
  if (name.length <= LONGEST_NAME) names[hash & 1023] = name;
  return name;
}

function isAt(name: string, buffer: Buffer, at: number, stop: number): boolean {
  if (name.length !== stop - at) return false;
  for (let index = 0; index < name.length; index++)
    if (name.charCodeAt(index) !== buffer[at + index]) return false;
  return true;
}

function readUtf8(buffer: Buffer, at: number, stop: number): string {
  const text = buffer.toString('utf8', at, stop);
  if (text.includes('\ufffd') && !isUtf8(buffer.subarray(at, stop))) broken('a string is not UTF-8');
  return text;
}

function readString(buffer: Buffer, at: number, end: number): string {
  if (at + 5 > end) broken('a string is cut off');
  const size = buffer.readInt32LE(at);
  const stop = at + 4 + size;
  if (size < 1 || stop > end || buffer[stop - 1] !== 0) broken('a string does not fit where it stands');
  cursor = stop;
  return readUtf8(buffer, at + 4, stop - 1);
}

function readCString(buffer: Buffer, at: number, end: number): string {
  const stop = buffer.indexOf(0, at);
  if (stop < 0 || stop >= end) broken('a string does not end');
  cursor = stop + 1;
  return readUtf8(buffer, at, stop);
}

const widths: Record<number, number> = { 1: 8, 7: 12, 8: 1, 9: 8, 16: 4, 17: 8, 18: 8, 19: 16 };

function readValue(buffer: Buffer, type: number, at: number, end: number, depth: number): Value {
  const width = widths[type] ?? 0;
  if (at + width > end) broken('a value is cut off');
  cursor = at + width;
  switch (type) {
    case T.double:
      return new Double(buffer.readDoubleLE(at));
    case T.string:
      return readString(buffer, at, end);
    case T.object:
      return readDocument(buffer, at, end, depth + 1);
    case T.array:
      return readArray(buffer, at, end, depth + 1);
    case T.binData: {
      if (at + 5 > end) broken('binary data is cut off');
      const size = buffer.readInt32LE(at);
      const stop = at + 5 + size;
      if (size < 0 || stop > end) broken('binary data does not fit where it stands');
      cursor = stop;
      return new Binary(Buffer.from(buffer.subarray(at + 5, stop)), buffer[at + 4] as number);
    }
    case T.objectId:
      return new ObjectId(Uint8Array.prototype.slice.call(buffer, at, at + 12));
    case T.bool:
      return buffer[at] === 1;
    case T.date:
      return dateAt(buffer.readBigInt64LE(at));
    case T.null:
      return null;
    case T.regex: {
      const pattern = readCString(buffer, at, end);
      const options = readCString(buffer, cursor, end);
      if (/[^ilmsux]/.test(options)) fail('InvalidBSON', `invalid regular expression options: ${options}`);
      const regex = new BSONRegExp(pattern);
      // The library would sort them.
      regex.options = options;
      return regex;
    }
    case T.javascript:
      return new Code(readString(buffer, at, end));
    case T.symbol:
      return new BSONSymbol(readString(buffer, at, end));
    case T.javascriptWithScope: {
      const code = readString(buffer, at + 4, end);
      return new Code(code, readDocument(buffer, cursor, end, depth + 1));
    }
    case T.int:
      return new Int32(buffer.readInt32LE(at));
    case T.timestamp:
      return new Timestamp({ t: buffer.readUInt32LE(at + 4), i: buffer.readUInt32LE(at) });
    case T.long:
      return new Long(buffer.readInt32LE(at), buffer.readInt32LE(at + 4));
    case T.decimal:
      return new Decimal128(Uint8Array.prototype.slice.call(buffer, at, at + 16));
    case 0xff:
      return new MinKey();
    case T.maxKey:
      return new MaxKey();
    default:
      return fail('InvalidBSON', `BSON type ${type} is not supported`);
  }
}
