import { crc32 } from 'node:zlib';
import { exifOf, orientationOf, unmarked } from './orientation.ts';

/** Pixels, their colours, transparency, size on paper and animation. https://www.w3.org/TR/png-3/#4Concepts.FormatTypes */
const kept = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'pHYs', 'acTL', 'fcTL', 'fdAT']); // prettier-ignore

/**
 * A PNG without text, times and what else its chunks can say beside the picture.
 * @returns undefined when it is none: a chunk that ends too early, a sum that is wrong, no pixels, or one that only a
 * program of its own understands
 */
export function stripPng(data: Buffer): Buffer | undefined {
  const parts = [data.subarray(0, 8)];
  let [hasPixels, hasEnd] = [false, false];
  for (let at = 8; at < data.length;) {
    const end = at + 12 + data.readUInt32BE(at);
    if (end > data.length) return undefined;
    const chunk = data.subarray(at, end);
    const name = chunk.toString('latin1', 4, 8);
    if (kept.has(name)) {
      if (crc32(chunk.subarray(4, -4)) !== chunk.readUInt32BE(chunk.length - 4)) return undefined;
      parts.push(chunk);
    } else if (isCritical(name)) return undefined;
    else if (name === 'eXIf') parts.push(...turned(chunk.subarray(8, -4)));
    hasPixels ||= name === 'IDAT';
    hasEnd = name === 'IEND';
    at = end;
  }
  return hasPixels && hasEnd ? Buffer.concat(parts) : undefined;
}

/** A capital letter says that the picture cannot be shown without it. */
const isCritical = (name: string): boolean => /^[A-Z]/.test(name);

function turned(exif: Buffer): Buffer[] {
  const orientation = orientationOf(unmarked(exif));
  return orientation === 1 ? [] : [chunkOf('eXIf', exifOf(orientation))];
}

function chunkOf(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
