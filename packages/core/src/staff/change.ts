import { recordChange } from '../audit.ts';
import { notFound } from '../errors.ts';
import type { Update } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { staffCollection } from './collection.ts';
import type { Staff } from './schema.ts';

/** Writes a staff member's changed fields and the audit event; undefined takes a field away. */
export async function change(
  inside: TenantScope,
  action: string,
  before: Staff,
  fields: NonNullable<Update<Staff>['$set']>,
): Promise<Staff> {
  const after = await within(inside, staffCollection).update({ id: before.id }, { $set: fields });
  if (!after) throw notFound('staff member');
  await recordChange(inside, action, staffCollection, before, after);
  return after;
}
