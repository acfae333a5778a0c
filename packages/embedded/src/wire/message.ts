import { decode, decodeInParts, decodeKept } from '../bson/decode.ts';
import { encode, type Answer } from '../bson/encode.ts';
import { MAX_MESSAGE } from '../bson/limits.ts';
import { isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { crc32c } from './crc32c.ts';

/** MongoDB's messages: OP_MSG, and OP_QUERY as far as old handshakes use it. */

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_COMPRESSED = 2012;
const OP_MSG = 2013;
const CHECKSUM = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;
/** After how many documents of a sequence others may run. */
const PAUSE_EVERY = 100;

export interface Request {
  id: number;
  /** What is asked, or why its bytes are refused. */
  body: Doc | MongoError;
  /** The client does not wait for an answer. */
  silent: boolean;
  legacy: boolean;
}

/** A message that cannot be understood: the connection that sent it is closed. */
export class ProtocolError extends Error {}

const refuse = (what: string): never => {
  throw new ProtocolError(what);
};

/** The size of the message that begins here; undefined when not even its header is complete. */
export function sizeOfMessage(buffer: Buffer): number | undefined {
  if (buffer.length < 4) return undefined;
  const size = buffer.readInt32LE(0);
  if (size < 16 || size > MAX_MESSAGE) refuse(`a message cannot have ${size} bytes`);
  return size;
}

/** Reads a message; a long one gives a pause now and then, so that whoever drives it can let others run. */
export function* reading(message: Buffer): Generator<undefined, Request> {
  const id = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  try {
    if (code === OP_MSG) return yield* parseMsg(message, id);
    if (code === OP_QUERY) return parseQuery(message, id);
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    const silent = code === OP_MSG && (message.readUInt32LE(16) & MORE_TO_COME) !== 0;
    return { id, body: error, silent, legacy: code === OP_QUERY };
  }
  if (code === OP_COMPRESSED) {
    const error = new MongoError('ProtocolError', 'compression was not offered by hello');
    return { id, body: error, silent: false, legacy: false };
  }
  return refuse(`operation ${code} is not supported`);
}

function* parseMsg(message: Buffer, id: number): Generator<undefined, Request> {
  if (message.length < 21) refuse('a message is cut off');
  const flags = message.readUInt32LE(16);
  if (flags & ~(CHECKSUM | MORE_TO_COME | EXHAUST_ALLOWED) & 0xffff) refuse(`unknown flags ${flags}`);
  let end = message.length;
  if (flags & CHECKSUM) {
    end -= 4;
    if (crc32c(message.subarray(0, end)) !== message.readUInt32LE(end)) refuse('the checksum is wrong');
  }
  let body: Doc | undefined;
  const sequences: [string, Value[]][] = [];
  let at = 20;
  while (at < end) {
    const kind = message[at++];
    if (at + 4 > end) refuse('a section is cut off');
    const size = message.readInt32LE(at);
    if (size < 5 || at + size > end) refuse('a section does not fit its message');
    const section = message.subarray(at, at + size);
    if (kind === 0) {
      if (body) refuse('a message has two bodies');
      body = yield* decodeInParts(section);
    } else if (kind === 1) {
      sequences.push(yield* parseSequence(section));
    } else {
      refuse(`unknown section kind ${String(kind)}`);
    }
    at += size;
  }
  if (!body) return refuse('a message has no body');
  for (const [name, documents] of sequences) {
    if (Object.hasOwn(body, name)) refuse(`${name} is given twice`);
    put(body, name, documents);
  }
  return { id, body, silent: (flags & MORE_TO_COME) !== 0, legacy: false };
}

function* parseSequence(section: Buffer): Generator<undefined, [string, Value[]]> {
  const stop = section.indexOf(0, 4);
  if (stop < 0) refuse('a document sequence has no name');
  const name = section.toString('utf8', 4, stop);
  const documents: Value[] = [];
  let at = stop + 1;
  while (at < section.length) {
    if (at + 5 > section.length) refuse('a document sequence is cut off');
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) refuse('a document does not fit its sequence');
    documents.push(yield* decodeKept(section.subarray(at, at + size)));
    at += size;
    if (documents.length % PAUSE_EVERY === 0) yield;
  }
  return [name, documents];
}

function parseQuery(message: Buffer, id: number): Request {
  const stop = message.indexOf(0, 20);
  if (stop < 0 || stop + 14 > message.length) refuse('a query is cut off');
  const ns = message.toString('utf8', 20, stop);
  if (!ns.endsWith('.$cmd')) refuse('only commands can be queried');
  const at = stop + 9;
  const size = message.readInt32LE(at);
  if (size < 5 || at + size > message.length) refuse('a query does not fit its message');
  const query = decode(message.subarray(at, at + size));
  const inner = query['$query'];
  return {
    id,
    body: { ...(isDoc(inner) ? inner : query), $db: ns.slice(0, -5) },
    silent: false,
    legacy: true,
  };
}

let next = 1;

export function formatAnswer(request: Request, answer: Record<string, Answer>): Buffer {
  const body = encode(answer);
  const before = request.legacy ? 36 : 21;
  const message = Buffer.allocUnsafe(before + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(next++ & 0x7fffffff, 4);
  message.writeInt32LE(request.id, 8);
  message.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    message.writeInt32LE(8, 16);
    message.writeBigInt64LE(0n, 20);
    message.writeInt32LE(0, 28);
    message.writeInt32LE(1, 32);
  } else {
    message.writeInt32LE(0, 16);
    message[20] = 0;
  }
  body.copy(message, before);
  return message;
}
