import { exifMark, exifOf, orientationIn } from './orientation.ts';

const [SOI, EOI, SOS, APP0, APP1, APP2, APP14, COM] = [
  0xd8, 0xd9, 0xda, 0xe0, 0xe1, 0xe2, 0xee, 0xfe,
] as const;

/**
 * A JPEG without what cameras and programs write beside the picture: EXIF but for the orientation, XMP, IPTC, comments,
 * previews, and whatever hangs behind its end, such as the film of a moving picture. What it is decoded by and its
 * colour profile stay. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B
 * @returns undefined when it is none: a segment that ends too early, pixels before what they are decoded by, or no end
 */
export function stripJpeg(data: Buffer): Buffer | undefined {
  const parts = [data.subarray(0, 2)];
  let [hasFrame, hasPixels, isTurned] = [false, false, false];
  for (let at = 2; ;) {
    if (data.readUInt8(at) !== 0xff) return undefined;
    const marker = data.readUInt8(at + 1);
    // Any number of 0xff may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) {
      parts.push(Buffer.from([0xff, EOI]));
      return hasPixels ? Buffer.concat(parts) : undefined;
    }
    // Below are markers without a length, which stand among pixels only.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) return undefined;
    const length = data.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > data.length) return undefined;
    const content = data.subarray(at + 4, end);
    const mark = (text: string) => content.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
    if (isOfDecoding(marker)) {
      hasFrame ||= isFrame(marker);
      if (marker === SOS && !hasFrame) return undefined;
      hasPixels ||= marker === SOS;
      const behind = marker === SOS ? endOfPixels(data, end) : end;
      parts.push(data.subarray(at, behind));
      at = behind;
      continue;
    }
    if (marker < APP0 || (marker > 0xef && marker !== COM)) return undefined;
    if (marker === APP0 && mark('JFIF\0')) parts.push(withoutPreview(content));
    if (marker === APP1 && !isTurned) {
      const orientation = orientationIn(content);
      isTurned = orientation !== 1;
      if (isTurned) parts.push(segment(APP1, Buffer.concat([exifMark, exifOf(orientation)])));
    }
    if (marker === APP2 && mark('ICC_PROFILE\0')) parts.push(segment(APP2, content));
    // How its colours are mixed.
    if (marker === APP14 && mark('Adobe')) parts.push(segment(APP14, content.subarray(0, 12)));
    at = end;
  }
}

/** SOF0 to SOF15 with the tables between them, quantization, restarts and lines, and the scans. */
function isOfDecoding(marker: number): boolean {
  return (marker <= 0xcf && marker !== 0xc8) || (marker >= SOS && marker <= 0xdd);
}

function isFrame(marker: number): boolean {
  return marker <= 0xcf && marker !== 0xc4 && marker !== 0xcc;
}

/** Where the next marker stands that is no stuffing and no restart. Behind the end when there is none. */
function endOfPixels(data: Buffer, from: number): number {
  for (let at = data.indexOf(0xff, from); at !== -1; at = data.indexOf(0xff, at + 1)) {
    const next = data.readUInt8(at + 1);
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return data.length;
}

/** The density of a JFIF header, without the small picture that can stand in it. */
function withoutPreview(content: Buffer): Buffer {
  const header = Buffer.alloc(14);
  content.copy(header, 0, 0, 12);
  return segment(APP0, header);
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
