import { notFound } from '../errors.ts';
import type { Filter } from '../handle.ts';
import { paged, type Page, type Paged } from '../page.ts';
import { e164, e164Prefix } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { literal, searchWords } from '../text.ts';
import { patientsCollection } from './collection.ts';
import type { Patient, PatientId } from './schema.ts';

/** The tenant's patients, the newest first. */
export function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<Patient>> {
  const sort = { field: 'createdAt', direction: -1 } as const;
  return paged(clinic, within(clinic, patientsCollection), { isActive: true }, sort, page);
}

/**
 * The patient with this phone number, in any spelling, or undefined.
 * @throws VALIDATION when it is no phone number
 */
export async function findByTenantAndPhone(clinic: TenantScope, phone: string): Promise<Patient | undefined> {
  return within(clinic, patientsCollection).findOne({ phone: e164(phone, clinic.tenant.config.country) });
}

/** @throws NOT_FOUND */
export async function get(clinic: TenantScope, id: PatientId): Promise<Patient> {
  const patient = await within(clinic, patientsCollection).findOne({ id });
  if (!patient) throw notFound('patient');
  return patient;
}

/** Every patient of these ids that exists, in no particular order. */
export function findByIds(clinic: TenantScope, ids: readonly PatientId[]): Promise<Patient[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return within(clinic, patientsCollection).find({ id: { $in: ids } }, { limit: ids.length });
}

/**
 * Patients by what somebody typed: the beginning of a phone number in any spelling, or the beginnings of words
 * of the name in any order, without regard to case and diacritics.
 */
export async function search(clinic: TenantScope, text: string, limit = 10): Promise<Patient[]> {
  const filter = searchFilter(text.trim(), clinic.tenant.config.country);
  if (!filter) return [];
  return within(clinic, patientsCollection).find({ $and: [{ isActive: true }, filter] }, { limit });
}

function searchFilter(text: string, country: string): Filter<Patient> | undefined {
  const phone = e164Prefix(text, country);
  if (phone) return { phone: { $regex: `^${literal(phone)}` } };
  const words = searchWords(text);
  if (words.length === 0) return undefined;
  return { $and: words.map((word): Filter<Patient> => ({ searchWords: { $regex: `^${literal(word)}` } })) };
}
