import type { ContentType } from './format.ts';
import { stripJpeg } from './strip-jpeg.ts';
import { stripPng } from './strip-png.ts';
import { stripWebp } from './strip-webp.ts';

const strips: Record<ContentType, (data: Buffer) => Buffer | undefined> = {
  'image/png': stripPng,
  'image/jpeg': stripJpeg,
  'image/webp': stripWebp,
};

/**
 * A picture without what stands beside it in its file: where and when it was taken, by what and by whom, comments and
 * previews. Only what is known to be needed stays; the pixels are not touched, and a picture that was turned stays so.
 * @returns undefined when its parts are not those of a picture
 */
export function stripped(bytes: Uint8Array, contentType: ContentType): Uint8Array | undefined {
  try {
    return strips[contentType](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    // A number was read behind the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
