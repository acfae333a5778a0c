import type { Collection, TenantDocument } from '../collections.ts';
import { findLimit, type Filter } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';

/** Looks up the present names of what the rows are about; an id that is not there has none. */
export async function namesOf<Document extends TenantDocument & { readonly name: string }>(
  clinic: TenantScope,
  collection: Collection<Document>,
  rows: readonly { readonly _id: string }[],
): Promise<(id: string) => { readonly name?: string }> {
  const ids = rows.map(({ _id }) => _id);
  if (ids.length === 0) return () => ({});
  const filter = { id: { $in: ids } } as Filter<Document>;
  const found = await within(clinic, collection).find(filter, { only: ['id', 'name'], limit: findLimit });
  const names = new Map(found.map(({ id, name }) => [id, { name }]));
  return (id) => names.get(id) ?? {};
}
