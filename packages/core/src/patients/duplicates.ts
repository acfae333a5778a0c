import type { Filter } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { searchWords } from '../text.ts';
import { patientsCollection } from './collection.ts';
import { get } from './read.ts';
import type { Patient, PatientId } from './schema.ts';
import { searchKey } from './search-keys.ts';

/** The most patients who are suggested. */
const suggestionLimit = 20;

/** Somebody who may be the same person, and why. */
export interface Duplicate {
  readonly patient: Patient;
  /** What both have in common. */
  readonly same: readonly ('name' | 'email')[];
}

/**
 * Who may be the same person as a patient: the same name, its words in any order a person would turn them to, or the
 * same email. Those who have both come first. At most 20.
 * @throws NOT_FOUND
 */
export async function suggestDuplicates(clinic: TenantScope, id: PatientId): Promise<Duplicate[]> {
  const patient = await get(clinic, id);
  const name = searchWords(patient.name).join(' ');
  const alike: Filter<Patient>[] = [
    ...(patient.email ? [{ email: patient.email }] : []),
    ...(name ? [{ searchWords: searchKey('name', name) }, { searchWords: searchKey('word', name) }] : []),
  ];
  const found: Duplicate[] = [];
  for (const filter of alike) {
    const some = await within(clinic, patientsCollection).find(
      { $and: [{ isActive: true, id: { $ne: patient.id } }, filter] },
      { limit: suggestionLimit },
    );
    found.push(...some.map((other) => ({ patient: other, same: inCommon(patient, other) })));
  }
  const once = new Map(found.map((duplicate) => [duplicate.patient.id, duplicate]));
  return [...once.values()].sort((a, b) => b.same.length - a.same.length).slice(0, suggestionLimit);
}

function inCommon(one: Patient, other: Patient): ('name' | 'email')[] {
  const words = (patient: Patient) => searchWords(patient.name).sort().join(' ');
  return [
    ...(words(one) === words(other) ? (['name'] as const) : []),
    ...(one.email && one.email === other.email ? (['email'] as const) : []),
  ];
}
