import { z } from 'zod';
import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { patientsCollection } from './collection.ts';
import { PatientId, type Patient } from './schema.ts';

const idsLimit = 500;
const Ids = z.array(PatientId).max(idsLimit);

/** The tenant's patients, the newest first. */
export function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<Patient>> {
  const sort = { field: 'createdAt', direction: -1 } as const;
  return paged(clinic, within(clinic, patientsCollection), { isActive: true }, sort, page);
}

/** Those who were deactivated, the newest first, without duplicates that were merged and those who were erased. */
export function findInactive(clinic: TenantScope, page: Page = {}): Promise<Paged<Patient>> {
  const sort = { field: 'createdAt', direction: -1 } as const;
  const filter = { isActive: false, mergedInto: { $exists: false }, erasedAt: { $exists: false } };
  return paged(clinic, within(clinic, patientsCollection), filter, sort, page);
}

/**
 * The patient with this phone number, in any spelling, or undefined: active or not, and for the number of a duplicate
 * that was merged the patient whom it was merged into.
 * @throws VALIDATION when it is no phone number
 */
export async function findByTenantAndPhone(clinic: TenantScope, phone: string): Promise<Patient | undefined> {
  const number = e164(parsed(SearchText, phone), clinic.tenant.config.country);
  const found = await within(clinic, patientsCollection).findOne({ phone: number });
  return found && survivorOf(clinic, found);
}

/**
 * The patient of an id, active or not; for a duplicate that was merged the patient whom it was merged into, so that
 * an old id still leads to the right record.
 * @throws NOT_FOUND
 */
export async function get(clinic: TenantScope, id: PatientId): Promise<Patient> {
  return survivorOf(clinic, await within(clinic, patientsCollection).get(id, 'patient'));
}

/** Every patient of these ids, at most 500, that exists, as `get` has them: each once, in no particular order. */
export async function findByIds(clinic: TenantScope, ids: readonly PatientId[]): Promise<Patient[]> {
  const found = await byIds(clinic, parsed(Ids, ids));
  const merged = found.flatMap(({ mergedInto }) => mergedInto ?? []);
  if (merged.length === 0) return found;
  const survivors = [...found.filter(({ mergedInto }) => !mergedInto), ...(await byIds(clinic, merged))];
  return [...new Map(survivors.map((patient) => [patient.id, patient])).values()];
}

function byIds(clinic: TenantScope, ids: readonly PatientId[]): Promise<Patient[]> {
  return within(clinic, patientsCollection).find({ id: { $in: ids } }, { limit: idsLimit });
}

async function survivorOf(clinic: TenantScope, patient: Patient): Promise<Patient> {
  if (!patient.mergedInto) return patient;
  return (await within(clinic, patientsCollection).findOne({ id: patient.mergedInto })) ?? patient;
}
