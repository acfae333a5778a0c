// A file of documents as people and other programs can read it too (`zcat patients.jsonl.gz`): a line each of MongoDB's
// canonical extended JSON, which keeps every type, compressed with gzip. Nothing here holds more than a line and a chunk.
import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BSON, type Document as Bson } from 'mongodb';
import { invalid, isCirceError, type CirceError } from '../errors.ts';
import type { Store } from './store.ts';

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
 * Writes documents into a new file, which is there for good when this is done.
 * @throws UNAVAILABLE when there is such a file, or no room for it
 */
export async function writeLines(
  store: Store,
  name: string,
  documents: AsyncIterable<Bson> | Iterable<Bson>,
): Promise<Lines> {
  const counted = { lines: 0 };
  const { tap, digest } = hashed();
  const feeding = pipeline(Readable.from(chunks(documents, counted)), createGzip({ level: 4 }), tap);
  // What goes wrong in it comes out of the tap too.
  feeding.catch(() => undefined);
  try {
    await store.keep(name, tap);
    await feeding;
  } finally {
    tap.destroy();
  }
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
 * @throws VALIDATION when the file is not the one that was written, or is missing
 */
export async function* readLines(store: Store, name: string, expected: Lines): AsyncGenerator<Bson> {
  const where = `${store.address}/${name}`;
  const { tap, digest } = hashed();
  const text = createGunzip();
  const reading = pipeline(Readable.from(store.read(name), { objectMode: false }), tap, text);
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
    throw isDamage(error) ? damaged(where) : isCirceError(error, 'NOT_FOUND') ? missing(where) : error;
  } finally {
    text.destroy();
  }
  const { bytes, sha256 } = digest();
  if (lines !== expected.lines || bytes !== expected.bytes || sha256 !== expected.sha256)
    throw damaged(where);
}

/**
 * Reads a file through.
 * @param signal by which that is given up
 * @throws VALIDATION when it is not the one that was written, or is missing
 */
export async function checkLines(
  store: Store,
  name: string,
  expected: Lines,
  signal?: AbortSignal,
): Promise<void> {
  for await (const _ of readLines(store, name, expected)) signal?.throwIfAborted();
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
export function damaged(where: string): CirceError<'VALIDATION'> {
  return invalid(baseOf(where), `${where} is damaged: it is not the file that was written.`);
}

function missing(where: string): CirceError<'VALIDATION'> {
  return invalid(baseOf(where), `${where} is missing.`);
}

const baseOf = (where: string) => where.slice(where.lastIndexOf('/') + 1);

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
