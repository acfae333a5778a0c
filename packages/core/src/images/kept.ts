import { invalid } from '../errors.ts';
import type { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { pathOf, uploadedAt } from './address.ts';
import { keptPicture } from './keep.ts';

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
  const image = await keptPicture(clinic, at.sha256, staffId);
  if (!image || pathOf(clinic.tenant.slug, image) !== address)
    throw invalid(field, 'The clinic has no such picture.');
}
