import { isUtf8 } from 'node:buffer';
import { fail } from '../errors.ts';
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
  millisecondsOf,
  MinKey,
  namesOf,
  ObjectId,
  put,
  T,
  Timestamp,
  typeOf,
  type Doc,
  type Value,
} from './types.ts';

/**
 * BSON bytes to typed values and back. The library's own reader promotes numbers, which changes types,
 * and turns documents that look like references into objects; this one keeps what was written.
 */

export const MAX_DOCUMENT = 16 * 1024 * 1024;
export const MAX_MESSAGE = 48_000_000;
const MAX_DEPTH = 200;

/** A document that is already encoded: it goes into an answer byte for byte. */
export class Raw {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What may stand in an answer that the server writes itself: plain numbers become int32 where they fit. */
export type Answer = Value | Raw | number | bigint | undefined | Answer[] | { [field: string]: Answer };

const broken = (what: string): never => fail('InvalidBSON', `invalid BSON: ${what}`);

export function decode(bytes: Uint8Array): Doc {
  const buffer = asBuffer(bytes);
  if (buffer.length < 5) broken('a document has at least 5 bytes');
  const size = buffer.readInt32LE(0);
  if (size !== buffer.length) broken(`a document of ${buffer.length} bytes says that it has ${size}`);
  return readDocument(buffer, 0, buffer.length, 0);
}

const sources = new WeakMap<Doc, Buffer>();

/** The same, keeping the bytes for whoever stores the document as it came. */
export function decodeKept(bytes: Buffer): Doc {
  const doc = decode(bytes);
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
  if (Object.keys(doc).length !== count) fail('InvalidBSON', 'a field that is there twice is not supported');
  return doc;
}

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

let out = Buffer.allocUnsafe(64 * 1024);
let end = 0;

function room(bytes: number): void {
  if (end + bytes <= out.length) return;
  const bigger = Buffer.allocUnsafe(Math.max(out.length * 2, end + bytes));
  out.copy(bigger, 0, 0, end);
  out = bigger;
}

/** The bytes of a document, in a buffer of its own. */
export function encode(doc: { [field: string]: Answer }): Buffer {
  end = 0;
  writeDocument(doc, 0);
  const bytes = Buffer.from(out.subarray(0, end));
  if (out.length > 4 * 1024 * 1024) out = Buffer.allocUnsafe(64 * 1024);
  return bytes;
}

function writeDocument(doc: { [field: string]: Answer }, depth: number): void {
  if (depth > MAX_DEPTH) fail('Overflow', `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
  const start = end;
  room(5);
  end += 4;
  for (const name of namesOf(doc)) {
    const value = doc[name];
    if (value !== undefined) writeElement(name, value, depth);
  }
  close(start);
}

function writeArray(items: Answer[], depth: number): void {
  if (depth > MAX_DEPTH) fail('Overflow', `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
  const start = end;
  room(5);
  end += 4;
  for (let index = 0; index < items.length; index++) writeElement(String(index), items[index] ?? null, depth);
  close(start);
}

function close(start: number): void {
  room(1);
  out[end++] = 0;
  out.writeInt32LE(end - start, start);
}

function writeCString(text: string): void {
  room(text.length * 3 + 1);
  end += text.length < 24 && isAscii(text) ? writeAscii(text) : out.write(text, end);
  out[end++] = 0;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}

function writeAscii(text: string): number {
  for (let index = 0; index < text.length; index++) out[end + index] = text.charCodeAt(index);
  return text.length;
}

function writeString(text: string): void {
  room(text.length * 3 + 5);
  const start = end;
  end += 4;
  end += text.length < 24 && isAscii(text) ? writeAscii(text) : out.write(text, end);
  out[end++] = 0;
  out.writeInt32LE(end - start - 4, start);
}

function head(type: number, name: string, width: number): void {
  room(name.length * 3 + 2 + width);
  out[end++] = type;
  writeCString(name);
  room(width);
}

function writeInt32(value: number): void {
  end = out.writeInt32LE(value, end);
}

function writeBytes(bytes: Uint8Array): void {
  room(bytes.length);
  out.set(bytes, end);
  end += bytes.length;
}

function writeElement(name: string, value: Exclude<Answer, undefined>, depth: number): void {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= -0x80000000 && value <= 0x7fffffff && !Object.is(value, -0)) {
      head(T.int, name, 4);
      return writeInt32(value);
    }
    head(T.double, name, 8);
    end = out.writeDoubleLE(value, end);
    return;
  }
  if (typeof value === 'bigint') {
    head(T.long, name, 8);
    end = out.writeBigInt64LE(value, end);
    return;
  }
  if (value instanceof Raw) {
    head(T.object, name, 0);
    return writeBytes(value.bytes);
  }
  const type = typeOf(value as Value);
  switch (type) {
    case T.double:
      head(type, name, 8);
      end = out.writeDoubleLE((value as Double).value, end);
      return;
    case T.string:
      head(type, name, 0);
      return writeString(value as string);
    case T.object:
      head(type, name, 0);
      return writeDocument(value as { [field: string]: Answer }, depth + 1);
    case T.array:
      head(type, name, 0);
      return writeArray(value as Answer[], depth + 1);
    case T.binData: {
      const binary = value as Binary;
      const bytes = binary.buffer.subarray(0, binary.position);
      head(type, name, 5);
      writeInt32(bytes.length);
      out[end++] = binary.sub_type;
      return writeBytes(bytes);
    }
    case T.objectId:
      head(type, name, 0);
      return writeBytes((value as ObjectId).id);
    case T.bool:
      head(type, name, 1);
      out[end++] = value === true ? 1 : 0;
      return;
    case T.date:
      head(type, name, 8);
      end = out.writeBigInt64LE(millisecondsOf(value as Date), end);
      return;
    case T.null:
      return head(type, name, 0);
    case T.regex:
      head(type, name, 0);
      writeCString((value as BSONRegExp).pattern);
      return writeCString((value as BSONRegExp).options);
    case T.javascript:
      head(type, name, 0);
      return writeString((value as Code).code);
    case T.symbol:
      head(type, name, 0);
      return writeString((value as BSONSymbol).value);
    case T.javascriptWithScope: {
      head(type, name, 4);
      const start = end;
      end += 4;
      writeString((value as Code).code);
      writeDocument(((value as Code).scope ?? {}) as Doc, depth + 1);
      out.writeInt32LE(end - start, start);
      return;
    }
    case T.int:
      head(type, name, 4);
      return writeInt32((value as Int32).value);
    case T.timestamp: {
      head(type, name, 8);
      writeInt32((value as Timestamp).low);
      return writeInt32((value as Timestamp).high);
    }
    case T.long:
      head(type, name, 8);
      writeInt32((value as Long).low);
      return writeInt32((value as Long).high);
    case T.decimal:
      head(type, name, 0);
      return writeBytes((value as Decimal128).bytes);
    case T.minKey:
      return head(0xff, name, 0);
    default:
      return head(T.maxKey, name, 0);
  }
}

/** A deep copy that shares nothing that can change. */
export function clone<V extends Value>(value: V): V {
  if (Array.isArray(value)) return value.map(clone) as V;
  if (typeOf(value) !== T.object) return value;
  const copy: Doc = {};
  for (const name of namesOf(value as Doc)) put(copy, name, clone((value as Doc)[name] as Value));
  return copy as V;
}
