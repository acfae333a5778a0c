// Which way up a camera held a picture: the one thing of EXIF that a picture is shown by.

/** 1 is upright as it is stored; 2 to 8 are turned or mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const tag = 0x0112;
const short = 3;

/**
 * The orientation that a block of EXIF says, of a TIFF header and its first directory. What is broken says none, as
 * browsers have it. https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf, 4.5 and 4.6
 */
export function orientationOf(tiff: Buffer): Orientation {
  if (tiff.length < 8) return 1;
  const order = tiff.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return 1;
  const little = order === 'II*\0';
  const short16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return 1;
  const entries = Math.min(short16(directory), Math.floor((tiff.length - directory - 2) / 12));
  for (let n = 0; n < entries; n++) {
    const at = directory + 2 + n * 12;
    if (short16(at) === tag) return short16(at + 2) === short ? known(short16(at + 8)) : 1;
  }
  return 1;
}

function known(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

/** A block of EXIF that says an orientation and nothing else. */
export function exifOf(orientation: Orientation): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(tag, 10);
  tiff.writeUInt16BE(short, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}

/** What stands before EXIF in a JPEG, and in other pictures of careless programs. */
export const exifMark = Buffer.from('Exif\0\0', 'latin1');

const isMarked = (block: Buffer): boolean => block.subarray(0, exifMark.length).equals(exifMark);

/** A block of EXIF without the mark before it. */
export function unmarked(exif: Buffer): Buffer {
  return isMarked(exif) ? exif.subarray(exifMark.length) : exif;
}

/** The orientation that a segment of a JPEG says; none where it is something else than EXIF. */
export function orientationIn(segment: Buffer): Orientation {
  return isMarked(segment) ? orientationOf(unmarked(segment)) : 1;
}
