// A file of documents as people and other programs can read it too (`zcat patients.jsonl.gz`): a line each of MongoDB's
// canonical extended JSON, which keeps every type, compressed with gzip. Nothing here holds more than a line and a chunk.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BSON, type Document as Bson, type FindCursor } from 'mongodb';
import { CirceError, invalid } from '../errors.ts';

/** What a file of lines must be, or it is not the one that was written. */
export interface Lines {
  readonly lines: number;
  /** The size of the file as it lies there, compressed. */
  readonly bytes: number;
  /** Of the file as it lies there: `sha256sum` says the same. */
  readonly sha256: string;
}

/** So much text at once goes to the compressor. */
const chunkLength = 64 * 1024;
/** A document of 16 MB is no longer than this as text, so whatever is longer is no document. */
const longestLine = 64 * 1024 * 1024;

/**
 * Writes documents into a new file, which is on the disk when this is done.
 * @throws Error of the file system (EEXIST, ENOSPC, EACCES), when there is such a file or no room for it
 */
export async function writeLines(
  path: string,
  documents: AsyncIterable<Bson> | Iterable<Bson>,
): Promise<Lines> {
  const counted = { lines: 0 };
  const { tap, digest } = hashed();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(Readable.from(chunks(documents, counted)), createGzip({ level: 4 }), tap, file);
  await synced(path);
  return { lines: counted.lines, ...digest() };
}

async function* chunks(documents: AsyncIterable<Bson> | Iterable<Bson>, counted: { lines: number }) {
  let chunk = '';
  for await (const document of documents) {
    chunk += `${BSON.EJSON.stringify(document, { relaxed: false })}\n`;
    counted.lines++;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/**
 * Reads the documents of a file back, typed as they were. That the file is whole is known at its end only: whoever
 * must not begin with half of it calls {@link checkLines} first.
 * @throws VALIDATION when the file is not the one that was written
 */
export async function* readLines(path: string, expected: Lines): AsyncGenerator<Bson> {
  const { tap, digest } = hashed();
  const text = createGunzip();
  const reading = pipeline(createReadStream(path), tap, text);
  // The error comes out of the loop; this one is the same.
  reading.catch(() => undefined);
  let lines = 0;
  try {
    for await (const line of linesOf(text)) {
      yield documentOf(line);
      lines++;
    }
    await reading;
  } catch (error) {
    throw isDamage(error) ? damaged(path) : error;
  } finally {
    text.destroy();
  }
  const { bytes, sha256 } = digest();
  if (lines !== expected.lines || bytes !== expected.bytes || sha256 !== expected.sha256) throw damaged(path);
}

/**
 * Reads a file through.
 * @throws VALIDATION when it is not the one that was written
 */
export async function checkLines(path: string, expected: Lines): Promise<void> {
  for await (const _ of readLines(path, expected));
}

async function* linesOf(text: NodeJS.ReadableStream): AsyncGenerator<string> {
  text.setEncoding('utf8');
  let rest = '';
  for await (const chunk of text) {
    const pieces = (rest + String(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > longestLine) throw new SyntaxError('The line does not end.');
    yield* pieces;
  }
  if (rest !== '') throw new SyntaxError('The last line does not end.');
}

function documentOf(line: string): Bson {
  const document: unknown = BSON.EJSON.parse(line, { relaxed: false });
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document;
  throw new SyntaxError('This is no document.');
}

/** What the decompressor and the parser say to other bytes than ours. */
function isDamage(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof BSON.BSONError) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && (code.startsWith('Z_') || code === 'ERR_INVALID_ARG_TYPE');
}

/** A file that is not as it was written. */
export function damaged(path: string): CirceError<'VALIDATION'> {
  return invalid(basename(path), `${path} is damaged: it is not the file that was written.`);
}

/** Passes bytes on, and knows afterwards what they were. */
function hashed(): { tap: Transform; digest: () => Omit<Lines, 'lines'> } {
  const hash: Hash = createHash('sha256');
  let bytes = 0;
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { tap, digest: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** Puts a file on the disk. */
async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts on the disk what a folder lists. Windows does so by itself. */
export async function syncedFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * The documents of a find that was made with `raw: true`, with numbers as the types that they are stored in: a double
 * that happens to be whole stays a double.
 */
export async function* typed(cursor: FindCursor<Bson>): AsyncGenerator<Bson> {
  for await (const bytes of cursor) yield typedDocument(bytes as Uint8Array);
}

export function typedDocument(bytes: Uint8Array): Bson {
  return BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
}
