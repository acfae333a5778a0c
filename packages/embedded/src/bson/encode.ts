import { fail } from '../errors.ts';
import { MAX_DEPTH } from './limits.ts';
import {
  millisecondsOf,
  namesOf,
  T,
  typeOf,
  type BSONRegExp,
  type BSONSymbol,
  type Binary,
  type Code,
  type Decimal128,
  type Doc,
  type Double,
  type Int32,
  type Long,
  type ObjectId,
  type Timestamp,
  type Value,
} from './types.ts';

/** Typed values to BSON bytes. */

/** A document that is already encoded: it goes into an answer byte for byte. */
export class Raw {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What may stand in an answer that the server writes itself: plain numbers become int32 where they fit. */
export type Answer = Value | Raw | number | bigint | undefined | Answer[] | { [field: string]: Answer };

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
