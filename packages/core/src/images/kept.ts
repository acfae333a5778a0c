import { invalid } from '../errors.ts';
import type { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { pathOf, uploadedAt } from './address.ts';
import { imagesCollection } from './collection.ts';
import { ofWhom } from './keep.ts';

/**
 * Lets a field name an uploaded picture only where the clinic has it still, of the same staff member or of nobody; any
 * other address is none of ours.
 * @throws VALIDATION
 */
export async function assertKept(
  clinic: TenantScope,
  field: string,
  address: string,
  staffId?: StaffId,
): Promise<void> {
  const at = uploadedAt(address);
  if (!at) return;
  const [image] = await within(clinic, imagesCollection).find(
    { ...ofWhom(staffId), sha256: at.sha256 },
    { limit: 1, only: ['sha256', 'contentType', 'width', 'height'] },
  );
  if (!image || pathOf(clinic.tenant.slug, image) !== address)
    throw invalid(field, 'The clinic has no such picture.');
}
