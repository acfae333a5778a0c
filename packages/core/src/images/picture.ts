import { createHash } from 'node:crypto';
import { invalid } from '../errors.ts';
import { formatOf, type ContentType, type Format } from './format.ts';

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
 * Reads what was uploaded; what it is called and what is said of its type count for nothing.
 * @throws VALIDATION when it is no PNG, JPEG or WebP, or is larger than one may be
 */
export function pictureOf(data: Uint8Array): Picture {
  if (data.byteLength > maxBytes)
    throw invalid(
      'image',
      `A picture has at most ${maxBytes / 1024} KB, not ${Math.ceil(data.byteLength / 1024)}.`,
    );
  const format = formatOf(data);
  if (!format) throw invalid('image', 'Only whole PNG, JPEG and WebP pictures are taken.');
  const { width, height } = format;
  if (Math.min(width, height) < 1 || Math.max(width, height) > maxSide)
    throw invalid('image', `A picture has at most ${maxSide} x ${maxSide} pixels, not ${width} x ${height}.`);
  return { ...format, sha256: createHash('sha256').update(data).digest('hex'), data };
}

const extensions: Record<ContentType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
};

/** What a clinic's picture is called in addresses: other bytes have another name, and the name says how large it is. */
export function fileNameOf({ sha256, width, height, contentType }: Omit<Picture, 'data'>): string {
  return `${sha256}-${width}x${height}.${extensions[contentType]}`;
}

/** Where in this installation a clinic's picture is. */
export function pathOf(slug: string, picture: Omit<Picture, 'data'>): string {
  return `/${slug}/images/${fileNameOf(picture)}`;
}

/** An address that {@link pathOf} can have made, and no other one. */
export const uploadedPath = /^\/([a-z0-9-]+)\/images\/(([0-9a-f]{64})-\d{1,4}x\d{1,4}\.(?:png|jpg|webp))$/;

/** What an address says of the picture that it names; undefined when it is another website's. */
export function uploadedAt(address: string): { readonly file: string; readonly sha256: string } | undefined {
  const [, , file, sha256] = uploadedPath.exec(address) ?? [];
  return file && sha256 ? { file, sha256 } : undefined;
}

/** The same address for a clinic that has another slug. */
export function movedTo(slug: string, address: string): string {
  const at = uploadedAt(address);
  return at ? `/${slug}/images/${at.file}` : address;
}
