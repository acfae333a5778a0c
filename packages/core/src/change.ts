import { recordChange } from './audit.ts';
import type { Collection, TenantDocument } from './collections.ts';
import { illegalState, notFound } from './errors.ts';
import type { Filter, Update } from './handle.ts';
import { within, type TenantScope } from './tenancy.ts';

/**
 * Writes a document's changed fields and the audit event; undefined takes a field away.
 * @throws NOT_FOUND when it was taken away meanwhile
 */
export async function changeDocument<Document extends TenantDocument>(
  inside: TenantScope,
  action: string,
  collection: Collection<Document>,
  what: string,
  before: Document,
  fields: NonNullable<Update<Document>['$set']>,
): Promise<Document> {
  const filter = { id: before.id } as Filter<Document>;
  const after = await within(inside, collection).update(filter, { $set: fields });
  if (!after) throw notFound(what);
  await recordChange(inside, action, collection, before, after);
  return after;
}

/** @throws ILLEGAL_TRANSITION when something is active, or inactive, already */
export function assertSwitches(
  what: string,
  before: { readonly isActive: boolean },
  isActive: boolean,
): void {
  if (before.isActive !== isActive) return;
  const state = isActive ? 'active' : 'inactive';
  throw illegalState(what, state, state);
}
