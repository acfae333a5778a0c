import type { z } from 'zod';
import { act } from '../act.ts';
import { notFound } from '../errors.ts';
import { pathOf, uploadedAt } from '../images/address.ts';
import { keep, keptPicture } from '../images/keep.ts';
import { uploadedPicture, type Picture } from '../images/picture.ts';
import { PictureUpload } from '../images/upload.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import type { Tenant } from './schema.ts';
import { rewrite } from './update.ts';

/** A picture to be the clinic's logo. */
export const LogoUpload = PictureUpload;
export type LogoUpload = z.input<typeof LogoUpload>;

/**
 * Makes a picture the clinic's logo, without what a camera or a program wrote beside it: from then on `config.logo` is a
 * path of this installation, under which everybody can read it. The one before is kept, so that `configure` with its path
 * takes this back; any older one goes.
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

/**
 * The logo that the clinic shows, where it was uploaded. What it showed before is nobody's to see any more.
 * @param file the end of its path
 * @throws NOT_FOUND when the clinic shows none of this name
 */
export async function getLogo(clinic: TenantScope, file: string): Promise<Picture> {
  const shown = uploadedAt(clinic.tenant.config.logo ?? '');
  if (!shown || shown.file !== file) throw notFound('image');
  const image = await keptPicture(clinic, shown.sha256);
  if (!image) throw notFound('image');
  return image;
}
