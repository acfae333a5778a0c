import { exifOf, orientationOf, unmarked } from './orientation.ts';

const pixels = new Set(['VP8 ', 'VP8L', 'ANMF']);
const kept = new Set(['VP8X', 'ICCP', 'ANIM', 'ALPH', ...pixels]);
/** What the header says that there is. */
const [exifFlag, xmpFlag] = [0x08, 0x04];
/** The place, size and duration of a frame, before its own chunks. */
const frameHeader = 16;

/**
 * A WebP without EXIF but for the orientation, XMP, and chunks that nobody knows, in its frames too.
 * https://developers.google.com/speed/webp/docs/riff_container
 * @returns undefined when it is none: a chunk that ends too early, or no pixels
 */
export function stripWebp(data: Buffer): Buffer | undefined {
  const chunks = chunksOf(data.subarray(12));
  if (!chunks?.some(({ name }) => pixels.has(name))) return undefined;
  // Without the header of the extended form there is the picture alone.
  const isExtended = chunks[0]!.name === 'VP8X';
  const stripped = (isExtended ? chunks : chunks.slice(0, 1)).map(strippedChunk);
  if (stripped.includes(undefined)) return undefined;
  const parts = stripped.filter((chunk) => chunk !== undefined);
  if (isExtended) {
    const header = parts[0]!;
    if (header.length !== 18) return undefined;
    const isTurned = parts.some((chunk) => nameOf(chunk) === 'EXIF');
    header[8] = (header[8]! & ~(exifFlag | xmpFlag)) | (isTurned ? exifFlag : 0);
  }
  return riff(Buffer.concat(parts));
}

interface Chunk {
  readonly name: string;
  readonly content: Buffer;
}

/** Undefined when one ends behind the end. */
function chunksOf(data: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = 0; at < data.length;) {
    const size = data.readUInt32LE(at + 4);
    const end = at + 8 + size;
    if (end > data.length) return undefined;
    chunks.push({ name: data.toString('latin1', at, at + 4), content: data.subarray(at + 8, end) });
    at = end + (size % 2);
  }
  return chunks;
}

/** As it stays, empty where nothing of it does; undefined when it is broken. */
function strippedChunk({ name, content }: Chunk): Buffer | undefined {
  if (name === 'EXIF') {
    const orientation = orientationOf(unmarked(content));
    return orientation === 1 ? Buffer.alloc(0) : chunkOf(name, exifOf(orientation));
  }
  if (!kept.has(name)) return Buffer.alloc(0);
  if (name !== 'ANMF') return chunkOf(name, content);
  const inner = content.length >= frameHeader ? chunksOf(content.subarray(frameHeader)) : undefined;
  const own = inner?.filter((chunk) => ['ALPH', 'VP8 ', 'VP8L'].includes(chunk.name)).map(({ name: of, content: what }) => chunkOf(of, what)); // prettier-ignore
  return own && chunkOf(name, Buffer.concat([content.subarray(0, frameHeader), ...own]));
}

function nameOf(chunk: Buffer): string {
  return chunk.toString('latin1', 0, 4);
}

function chunkOf(name: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(8 + content.length + (content.length % 2));
  chunk.write(name, 0, 'latin1');
  chunk.writeUInt32LE(content.length, 4);
  content.copy(chunk, 8);
  return chunk;
}

function riff(chunks: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(chunks.length + 4, 4);
  head.write('WEBP', 8, 'latin1');
  return Buffer.concat([head, chunks]);
}
