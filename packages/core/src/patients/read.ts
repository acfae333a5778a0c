import { z } from 'zod';
import { isCirceError } from '../errors.ts';
import { mostRows } from '../outcomes.ts';
import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { patientsCollection } from './collection.ts';
import { PatientId, type Patient } from './schema.ts';

const idsLimit = 500;
const Ids = z.array(PatientId).max(idsLimit);
const Phones = z.array(SearchText).max(mostRows);

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
  const found = await byAskedId(clinic, parsed(Ids, ids));
  return [...new Map([...found.values()].map((patient) => [patient.id, patient])).values()];
}

/** The same by the ids that were asked for: those of a merged duplicate lead to the patient it was merged into. */
export async function byAskedId(
  clinic: TenantScope,
  ids: readonly PatientId[],
): Promise<ReadonlyMap<string, Patient>> {
  const found = await byIds(clinic, ids);
  const merged = found.flatMap(({ mergedInto }) => mergedInto ?? []);
  const others = merged.length === 0 ? [] : await byIds(clinic, merged);
  const survivors = new Map(others.map((patient) => [patient.id, patient]));
  return new Map(found.map((one) => [one.id, (one.mergedInto && survivors.get(one.mergedInto)) ?? one]));
}

/**
 * The patients with these phone numbers, at most 100 in any spelling, as `findByTenantAndPhone` has them: for each
 * number in its place, undefined where nobody has it or it is no phone number.
 */
export async function findByPhones(
  clinic: TenantScope,
  phones: readonly string[],
): Promise<(Patient | undefined)[]> {
  const numbers = parsed(Phones, phones).map((phone) => possible(phone, clinic.tenant.config.country));
  const wanted = numbers.filter((number) => number !== undefined);
  const found = await within(clinic, patientsCollection).find(
    { phone: { $in: wanted } },
    { limit: mostRows },
  );
  const whole = await byAskedId(clinic, found.filter(({ mergedInto }) => mergedInto).map(({ id }) => id)); // prettier-ignore
  const byPhone = new Map(found.map((one) => [one.phone, whole.get(one.id) ?? one]));
  return numbers.map((number) => (number === undefined ? undefined : byPhone.get(number)));
}

function possible(phone: string, country: string): string | undefined {
  try {
    return e164(phone, country);
  } catch (error) {
    if (isCirceError(error, 'VALIDATION')) return undefined;
    throw error;
  }
}

function byIds(clinic: TenantScope, ids: readonly PatientId[]): Promise<Patient[]> {
  return within(clinic, patientsCollection).find({ id: { $in: ids } }, { limit: idsLimit });
}

async function survivorOf(clinic: TenantScope, patient: Patient): Promise<Patient> {
  if (!patient.mergedInto) return patient;
  return (await within(clinic, patientsCollection).findOne({ id: patient.mergedInto })) ?? patient;
}
