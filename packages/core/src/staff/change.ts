import { changeDocument } from '../change.ts';
import type { Update } from '../handle.ts';
import type { TenantScope } from '../tenancy.ts';
import { staffCollection } from './collection.ts';
import type { Staff } from './schema.ts';

/** Writes a staff member's changed fields and the audit event; undefined takes a field away. */
export function change(
  inside: TenantScope,
  action: string,
  before: Staff,
  fields: NonNullable<Update<Staff>['$set']>,
): Promise<Staff> {
  return changeDocument(inside, action, staffCollection, 'staff member', before, fields);
}
