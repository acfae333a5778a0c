// What pictures are called in addresses. Browsers read these too: nothing here needs Node.
import type { ContentType } from './format.ts';
import type { Picture } from './picture.ts';

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
