import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { tenantsCollection, type TenantScope } from '../tenancy.ts';

const fields: Partial<Record<string, 'slug' | 'domain'>> = { slug_1: 'slug', tenants_domain: 'domain' };

const taken = (field: 'slug' | 'domain') =>
  new CirceError('CONFLICT_DUPLICATE', 'This address is taken by another clinic.', { field });

/** The error for a slug or a domain that leads to another clinic already; undefined when it was another error. */
export function takenAddress(error: unknown): CirceError<'CONFLICT_DUPLICATE'> | undefined {
  const field = fields[duplicateIndex(error) ?? ''];
  return field && taken(field);
}

/**
 * Makes sure, in the transaction that gives a clinic its slug, that the word was no other clinic's before. Two that
 * happen at once cannot both be right: whoever gives a slug up and whoever takes it write the same key of the index.
 * @param own the clinic that may have had it
 * @throws CONFLICT_DUPLICATE
 */
export async function assertNobodysBefore(inside: TenantScope, slug: string, own?: string): Promise<void> {
  const { raw, options } = tenantsCollection(inside);
  const found = await raw.findOne({ formerSlugs: slug }, { ...options, projection: { _id: 1 } });
  if (found && found._id.toHexString() !== own) throw taken('slug');
}
