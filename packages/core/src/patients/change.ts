import { changeDocument } from '../change.ts';
import type { Update } from '../handle.ts';
import type { TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import type { Patient } from './schema.ts';
import { searchKeysOf } from './search-keys.ts';

/** Writes a patient's changed fields, what he is found by, and the audit event; undefined takes a field away. */
export function change(
  inside: TenantScope,
  action: string,
  before: Patient,
  fields: NonNullable<Update<Patient>['$set']>,
): Promise<Patient> {
  const { name = before.name, phone = before.phone } = fields;
  const $set = { ...fields, searchWords: searchKeysOf({ name, phone }) };
  return changeDocument(inside, action, patientsCollection, 'patient', before, $set);
}
