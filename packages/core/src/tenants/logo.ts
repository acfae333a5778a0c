import { Binary } from 'mongodb';
import { z } from 'zod';
import { act } from '../act.ts';
import { notFound } from '../errors.ts';
import { pathOf, uploadedAt } from '../images/address.ts';
import { imagesCollection } from '../images/collection.ts';
import { uploadedPicture, type Picture } from '../images/picture.ts';
import { parsed } from '../parsed.ts';
import { Revision } from '../revision.ts';
import { within, type TenantScope } from '../tenancy.ts';
import type { Tenant } from './schema.ts';
import { rewrite } from './update.ts';

/** A picture to be the clinic's logo. */
export const LogoUpload = z.strictObject({
  /** The file: PNG, JPEG or WebP, at most 500 KB and 2000 x 2000 pixels. */
  data: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'These are no bytes.'),
  revision: Revision,
});
export type LogoUpload = z.input<typeof LogoUpload>;

/**
 * Makes a picture the clinic's logo, without what a camera or a program wrote beside it: from then on `config.logo` is a path of this installation, under which everybody can
 * read it. The one before is kept, so that `configure` with its path takes this back; any older one goes.
 * @throws VALIDATION when it is no whole PNG, JPEG or WebP, or has too many bytes or pixels
 * @throws NOT_FOUND when the clinic was taken away meanwhile
 * @throws STALE when somebody changed the clinic since the revision that was seen, with what changed
 */
export async function uploadLogo(clinic: TenantScope, upload: LogoUpload): Promise<Tenant> {
  const { data, revision } = parsed(LogoUpload, upload);
  const picture = uploadedPicture(data);
  return act(clinic, 'tenants.uploadLogo', { sha256: picture.sha256, revision }, (inside) =>
    rewrite(inside, 'tenants.uploadLogo', clinic.tenantId, revision, async (before) => {
      await keep(inside, picture, before.config.logo);
      return { 'config.logo': pathOf(before.slug, picture) };
    }),
  );
}

/** Stores a picture beside the one that is shown, and no others: a clinic never has more than two. */
async function keep(inside: TenantScope, picture: Picture, shown = ''): Promise<void> {
  const images = within(inside, imagesCollection);
  const stay = [picture.sha256, uploadedAt(shown)?.sha256 ?? picture.sha256];
  await images.delete({ sha256: { $nin: stay } });
  const isThere = await images.count({ sha256: picture.sha256 });
  if (isThere === 0) await images.insert({ ...picture, data: new Binary(picture.data) });
}

/**
 * The logo that the clinic shows, where it was uploaded. What it showed before is nobody's to see any more.
 * @param file the end of its path
 * @throws NOT_FOUND when the clinic shows none of this name
 */
export async function getLogo(clinic: TenantScope, file: string): Promise<Picture> {
  const shown = uploadedAt(clinic.tenant.config.logo ?? '');
  if (!shown || shown.file !== file) throw notFound('image');
  const image = await within(clinic, imagesCollection).findOne({ sha256: shown.sha256 });
  if (!image) throw notFound('image');
  const { contentType, width, height, sha256, data } = image;
  return { contentType, width, height, sha256, data: data.value() };
}
