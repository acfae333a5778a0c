import { recordChange } from '../audit.ts';
import { notFound } from '../errors.ts';
import type { Update } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import type { Treatment } from './schema.ts';

/** Writes a treatment's changed fields and the audit event; undefined takes a field away. */
export async function change(
  inside: TenantScope,
  action: string,
  before: Treatment,
  fields: NonNullable<Update<Treatment>['$set']>,
): Promise<Treatment> {
  const after = await within(inside, treatmentsCollection).update({ id: before.id }, { $set: fields });
  if (!after) throw notFound('treatment');
  await recordChange(inside, action, treatmentsCollection, before, after);
  return after;
}
