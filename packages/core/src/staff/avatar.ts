import type { z } from 'zod';
import { act } from '../act.ts';
import { notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { findLimit } from '../handle.ts';
import { movedTo, pathOf, uploadedAt } from '../images/address.ts';
import { keep, keptPicture } from '../images/keep.ts';
import { uploadedPicture, type Picture } from '../images/picture.ts';
import { PictureUpload } from '../images/upload.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { change } from './change.ts';
import { staffCollection } from './collection.ts';
import { get } from './read.ts';
import type { Staff, StaffId } from './schema.ts';

/** A picture of a staff member. */
export const AvatarUpload = PictureUpload;
export type AvatarUpload = z.input<typeof AvatarUpload>;

/**
 * Makes a picture the staff member's `avatar`, without what a camera or a program wrote beside it: a path of this
 * installation, under which everybody can read it as long as he is active. The one before is kept, so that `update`
 * with its path takes this back; any older one of his goes.
 * @throws NOT_FOUND
 * @throws VALIDATION when it is no whole PNG, JPEG or WebP, or has too many bytes or pixels
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function uploadAvatar(clinic: TenantScope, id: StaffId, upload: AvatarUpload): Promise<Staff> {
  const { data, revision } = parsed(AvatarUpload, upload);
  const picture = uploadedPicture(data);
  return act(clinic, 'staff.uploadAvatar', { id, sha256: picture.sha256, revision }, async (inside) => {
    const before = await get(inside, id);
    await assertFresh(inside, 'staff member', staffCollection, before, revision);
    await keep(inside, picture, before.avatar, before.id);
    return change(inside, 'staff.uploadAvatar', before, { avatar: pathOf(inside.tenant.slug, picture) });
  });
}

/**
 * The picture that an active staff member is shown by, where it was uploaded. Of somebody who has left it is nobody's to
 * see, until he is restored.
 * @param file the end of its path
 * @throws NOT_FOUND when no active staff member is shown by one of this name
 */
export async function getAvatar(clinic: TenantScope, file: string): Promise<Picture> {
  const avatar = `/${clinic.tenant.slug}/images/${file}`;
  const at = uploadedAt(avatar);
  const member = at && (await within(clinic, staffCollection).findOne({ isActive: true, avatar }));
  const picture = member && (await keptPicture(clinic, at.sha256, member.id));
  if (!picture) throw notFound('image');
  return picture;
}

/** Lets the uploaded pictures of all staff follow the clinic to another slug. */
export async function moveAvatars(own: TenantScope, action: string, slug: string): Promise<void> {
  const uploaded = { avatar: { $regex: '^/' } };
  for (const before of await within(own, staffCollection).find(uploaded, { limit: findLimit }))
    await change(own, action, before, { avatar: movedTo(slug, before.avatar!) });
}
