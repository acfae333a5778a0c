import { z } from 'zod';
import type { Filter } from '../handle.ts';
import { Limit, paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { e164, e164Prefix } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { literal, SearchText, searchWords } from '../text.ts';
import { patientsCollection } from './collection.ts';
import { PatientId, type Patient } from './schema.ts';

const idsLimit = 500;
const Ids = z.array(PatientId).max(idsLimit);

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
  const number = e164(parsed(SearchText, phone), clinic.tenant.config.country);
  return within(clinic, patientsCollection).findOne({ phone: number });
}

/**
 * One patient, active or not.
 * @throws NOT_FOUND
 */
export async function get(clinic: TenantScope, id: PatientId): Promise<Patient> {
  return within(clinic, patientsCollection).get(id, 'patient');
}

/** Every patient of these ids, at most 500, that exists; in no particular order. */
export async function findByIds(clinic: TenantScope, ids: readonly PatientId[]): Promise<Patient[]> {
  return within(clinic, patientsCollection).find({ id: { $in: parsed(Ids, ids) } }, { limit: idsLimit });
}

/**
 * Patients by what somebody typed: the beginning of a phone number in any spelling, or the beginnings of words
 * of the name in any order, without regard to case and diacritics.
 */
export async function search(clinic: TenantScope, text: string, limit = 10): Promise<Patient[]> {
  const filter = searchFilter(parsed(SearchText, text), clinic.tenant.config.country);
  if (!filter) return [];
  return within(clinic, patientsCollection).find(
    { $and: [{ isActive: true }, filter] },
    { limit: parsed(Limit, limit) },
  );
}

function searchFilter(text: string, country: string): Filter<Patient> | undefined {
  const phone = e164Prefix(text, country);
  if (phone) return { phone: { $regex: `^${literal(phone)}` } };
  const words = searchWords(text);
  if (words.length === 0) return undefined;
  return { $and: words.map((word): Filter<Patient> => ({ searchWords: { $regex: `^${literal(word)}` } })) };
}
