// What stands in the bytes of a cursor, as the server answers it: read by hand, for every read has one, and the driver's
// reader is made for any document. Whatever is not as it is expected to be is the driver's to read.
import { BSON } from 'mongodb';

export interface CursorBytes {
  /** Zero when there is no more to get. */
  readonly id: bigint;
  /** The documents of this answer. */
  readonly batch: readonly Uint8Array[];
}

/** Sizes of the values that have one of their own: double, bool, instant, int, timestamp, long. */
const sizes: Readonly<Record<number, number>> = { 1: 8, 8: 1, 9: 8, 16: 4, 17: 8, 18: 8 };

/** Reads the cursor of an answer that was asked for with `raw: true`. */
export function cursorBytes(bytes: Uint8Array): CursorBytes {
  return byHand(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) ?? byDriver(bytes);
}

function byHand(body: Buffer): CursorBytes | undefined {
  let id: bigint | undefined;
  let batch: Uint8Array[] | undefined;
  for (let at = 4; body[at] !== 0;) {
    const type = body[at]!;
    const end = body.indexOf(0, at + 1);
    const name = body.toString('latin1', at + 1, end);
    const value = end + 1;
    const size = sizes[type] ?? lengthAt(body, type, value);
    if (size === undefined) return undefined;
    if (name === 'id' && type === 18) id = body.readBigInt64LE(value);
    if ((name === 'firstBatch' || name === 'nextBatch') && type === 4) batch = documentsIn(body, value);
    at = value + size;
  }
  return id === undefined || !batch ? undefined : { id, batch };
}

/** Of text, documents and lists, which begin with their length. */
function lengthAt(body: Buffer, type: number, at: number): number | undefined {
  if (type === 2) return 4 + body.readInt32LE(at);
  return type === 3 || type === 4 ? body.readInt32LE(at) : undefined;
}

function documentsIn(body: Buffer, list: number): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  for (let at = list + 4; body[at] !== 0;) {
    if (body[at] !== 3) return undefined;
    const from = body.indexOf(0, at + 1) + 1;
    at = from + body.readInt32LE(from);
    found.push(body.subarray(from, at));
  }
  return found;
}

function byDriver(bytes: Uint8Array): CursorBytes {
  const { id, firstBatch, nextBatch } = BSON.deserialize(bytes, { raw: true, useBigInt64: true });
  return { id: BigInt(id), batch: firstBatch ?? nextBatch };
}
