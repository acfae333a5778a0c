import { changeDocument } from '../change.ts';
import type { Update } from '../handle.ts';
import type { TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import type { Treatment } from './schema.ts';

/** Writes a treatment's changed fields and the audit event; undefined takes a field away. */
export function change(
  inside: TenantScope,
  action: string,
  before: Treatment,
  fields: NonNullable<Update<Treatment>['$set']>,
): Promise<Treatment> {
  return changeDocument(inside, action, treatmentsCollection, 'treatment', before, fields);
}
