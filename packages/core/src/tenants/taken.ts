import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';

const fields: Partial<Record<string, 'slug' | 'domain'>> = { slug_1: 'slug', tenants_domain: 'domain' };

/** The error for a slug or a domain that leads to another clinic already; undefined when it was another error. */
export function takenAddress(error: unknown): CirceError<'CONFLICT_DUPLICATE'> | undefined {
  const field = fields[duplicateIndex(error) ?? ''];
  return field && new CirceError('CONFLICT_DUPLICATE', 'This address is taken by another clinic.', { field });
}
