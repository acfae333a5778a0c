import { createHash } from 'node:crypto';
import { invalid } from '../errors.ts';
import { formatOf, type Format } from './format.ts';
import { stripped } from './strip.ts';

/** Bytes. A form with one more field stays below the 512 KB that the portal's server reads of a request. */
export const maxBytes = 500 * 1024;
/** Pixels, of either side. */
export const maxSide = 2_000;

/** A picture that may be shown. */
export interface Picture extends Format {
  /** Of its bytes, in hex: what names it. */
  readonly sha256: string;
  readonly data: Uint8Array;
}

/**
 * Makes a picture of what was uploaded, without what a camera or a program wrote beside it.
 * @throws VALIDATION when it is no PNG, JPEG or WebP, or is larger than one may be
 */
export function uploadedPicture(data: Uint8Array): Picture {
  const plain = stripped(data, formatIn(data).contentType);
  if (!plain) throw notWhole();
  return pictureOf(plain);
}

/**
 * Reads a picture as it is; what it is called and what is said of its type count for nothing.
 * @throws VALIDATION when it is no PNG, JPEG or WebP, or is larger than one may be
 */
export function pictureOf(data: Uint8Array): Picture {
  return { ...formatIn(data), sha256: createHash('sha256').update(data).digest('hex'), data };
}

function formatIn(data: Uint8Array): Format {
  if (data.byteLength > maxBytes)
    throw invalid(
      'image',
      `A picture has at most ${maxBytes / 1024} KB, not ${Math.ceil(data.byteLength / 1024)}.`,
    );
  const format = formatOf(data);
  if (!format) throw notWhole();
  const { width, height } = format;
  if (Math.min(width, height) < 1 || Math.max(width, height) > maxSide)
    throw invalid('image', `A picture has at most ${maxSide} x ${maxSide} pixels, not ${width} x ${height}.`);
  return format;
}

const notWhole = () => invalid('image', 'Only whole PNG, JPEG and WebP pictures are taken.');
