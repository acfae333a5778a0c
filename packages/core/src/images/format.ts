// What a picture says of itself in its first bytes. Nothing is decoded: whoever shows it does that, with its type given.
import { orientationIn } from './orientation.ts';

/** What pictures may be. SVG is none of them: it is a document that can hold script. */
export type ContentType = 'image/png' | 'image/jpeg' | 'image/webp';

/** Width and height in pixels. */
export interface Format {
  readonly contentType: ContentType;
  readonly width: number;
  readonly height: number;
}

/** The format of a whole picture; undefined when the bytes are anything else, or end too early. */
export function formatOf(bytes: Uint8Array): Format | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return png(data) ?? jpeg(data) ?? webp(data);
  } catch (error) {
    // A number was read behind the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** https://www.w3.org/TR/png-3/#5DataRep: a signature, then chunks from IHDR to IEND, and nothing behind them. */
function png(data: Buffer): Format | undefined {
  if (!data.subarray(0, 8).equals(pngSignature) || nameAt(data, 12) !== 'IHDR') return undefined;
  let at = 8;
  while (nameAt(data, at + 4) !== 'IEND') at += data.readUInt32BE(at) + 12;
  if (at + 12 !== data.length) return undefined;
  return { contentType: 'image/png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

/** https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B: segments up to the frame's, and an end somewhere behind it. */
function jpeg(data: Buffer): Format | undefined {
  if (data.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  // Shown a quarter of a turn from how it is stored.
  let isOnItsSide = false;
  for (let marker = data.readUInt16BE(at); !isFrame(marker); marker = data.readUInt16BE(at)) {
    // The scan begins only behind a frame.
    if (marker < 0xffc0 || marker === 0xffda) return undefined;
    if (marker === 0xffe1)
      isOnItsSide ||= orientationIn(data.subarray(at + 4, at + 2 + data.readUInt16BE(at + 2))) >= 5;
    // Any number of 0xff may stand before a marker.
    at += marker === 0xffff ? 1 : 2 + data.readUInt16BE(at + 2);
  }
  if (data.indexOf('\xff\xd9', at, 'latin1') === -1) return undefined;
  const [height, width] = [data.readUInt16BE(at + 5), data.readUInt16BE(at + 7)];
  return {
    contentType: 'image/jpeg',
    ...(isOnItsSide ? { width: height, height: width } : { width, height }),
  };
}

/** SOF0 to SOF15, without the three markers between them that begin something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}

/** https://developers.google.com/speed/webp/docs/riff_container, in each of its three forms. */
function webp(data: Buffer): Format | undefined {
  const isWhole = nameAt(data, 0) === 'RIFF' && nameAt(data, 8) === 'WEBP';
  if (!isWhole || data.readUInt32LE(4) + 8 !== data.length) return undefined;
  const contentType = 'image/webp';
  switch (nameAt(data, 12)) {
    case 'VP8 ':
      if (data.readUIntBE(23, 3) !== 0x9d012a) return undefined;
      return {
        contentType,
        width: data.readUInt16LE(26) & 0x3fff,
        height: data.readUInt16LE(28) & 0x3fff,
      };
    case 'VP8L': {
      if (data.readUInt8(20) !== 0x2f) return undefined;
      const sizes = data.readUInt32LE(21);
      return { contentType, width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { contentType, width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Four letters; undefined behind the end. */
function nameAt(data: Buffer, at: number): string | undefined {
  return at + 4 <= data.length ? data.toString('latin1', at, at + 4) : undefined;
}
