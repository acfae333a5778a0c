import { Binary } from 'mongodb';
import type { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { uploadedAt } from './address.ts';
import { imagesCollection } from './collection.ts';
import type { Picture } from './picture.ts';

/** Of whom a clinic's picture is; of the clinic itself, its logo, where it is of nobody. */
export const ofWhom = (staffId: StaffId | undefined) => ({
  staffId: staffId ?? ({ $exists: false } as const),
});

/**
 * Stores a picture beside the one that is shown, and no others: of the clinic, and of each of its staff, there are never
 * more than two.
 * @param shown the address of the one that is shown until now
 */
export async function keep(
  inside: TenantScope,
  picture: Picture,
  shown: string | undefined,
  staffId?: StaffId,
): Promise<void> {
  const images = within(inside, imagesCollection);
  const stay = [picture.sha256, uploadedAt(shown ?? '')?.sha256 ?? picture.sha256];
  await images.delete({ ...ofWhom(staffId), sha256: { $nin: stay } });
  const isThere = await images.count({ ...ofWhom(staffId), sha256: picture.sha256 });
  if (isThere > 0) return;
  await images.insert({ ...picture, data: new Binary(picture.data), ...(staffId && { staffId }) });
}

/** A picture that is kept, by the hash of its bytes. */
export async function keptPicture(
  clinic: TenantScope,
  sha256: string,
  staffId?: StaffId,
): Promise<Picture | undefined> {
  const image = await within(clinic, imagesCollection).findOne({ ...ofWhom(staffId), sha256 });
  if (!image) return undefined;
  const { contentType, width, height, data } = image;
  return { contentType, width, height, sha256, data: data.value() };
}
