import { invalid } from '../errors.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { imagesCollection } from './collection.ts';
import { pathOf, uploadedAt } from './address.ts';

/**
 * Lets a setting name an uploaded picture only where the clinic has it still; any other address is none of ours.
 * @throws VALIDATION
 */
export async function assertKept(clinic: TenantScope, field: string, address: string): Promise<void> {
  const at = uploadedAt(address);
  if (!at) return;
  const [image] = await within(clinic, imagesCollection).find(
    { sha256: at.sha256 },
    { limit: 1, only: ['sha256', 'contentType', 'width', 'height'] },
  );
  if (!image || pathOf(clinic.tenant.slug, image) !== address)
    throw invalid(field, 'The clinic has no such picture.');
}
