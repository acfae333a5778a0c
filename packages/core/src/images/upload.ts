import { z } from 'zod';
import { Revision } from '../revision.ts';

/** A picture to be shown from now on. */
export const PictureUpload = z.strictObject({
  /** The file: PNG, JPEG or WebP, at most 500 KB and 2000 x 2000 pixels. */
  data: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'These are no bytes.'),
  revision: Revision,
});
