import type { Binary } from 'mongodb';
import { defineCollection, type TenantDocument } from '../collections.ts';
import type { StaffId } from '../staff/schema.ts';
import type { Picture } from './picture.ts';

/** A picture that a clinic uploaded, by the fields that its bytes say themselves. */
export interface Image extends TenantDocument, Omit<Picture, 'data'> {
  /** Whom it shows; the clinic's logo shows nobody. */
  readonly staffId?: StaffId;
  readonly data: Binary;
}

export const imagesCollection = defineCollection<Image>('images', [
  { key: { tenantId: 1, sha256: 1, staffId: 1 }, name: 'images_sha256', unique: true },
]);
