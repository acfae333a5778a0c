import { act } from '../act.ts';
import { recordChange, repairing } from '../audit.ts';
import { aggregateEverywhere } from '../bookings/everywhere.ts';
import type { Update } from '../handle.ts';
import type { Outcome } from '../checks/finding.ts';
import { pipeline } from '../pipeline.ts';
import { snapshot, within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import type { Patient, PatientId } from './schema.ts';
import { searchKeysOf } from './search-keys.ts';
import { later } from './visits.ts';

const batch = 500;

/**
 * Ids of the patients whose `totalVisits` and `lastVisitAt` are not those that their completed bookings, and the
 * visits without a booking, ask for; none in a sound database.
 */
export async function* findWrongVisits(clinic: TenantScope): AsyncGenerator<PatientId, void> {
  for await (const found of batchesOf(clinic)) {
    for (const { id } of (await wrongVisits(clinic, found)).map(({ patient }) => patient)) {
      // A visit that was counted between the two reads is none.
      const [wrong] = await snapshot(clinic, (inside) => wrongVisitsOf(inside, id));
      if (wrong) yield id;
    }
  }
}

/** Ids of the patients who are stored with other search words than their name and phone ask for. */
export async function* findWrongSearchWords(clinic: TenantScope): AsyncGenerator<PatientId, void> {
  for await (const found of batchesOf(clinic))
    yield* found.filter((patient) => !searchWordsAreRight(patient)).map(({ id }) => id);
}

/** Writes the visits that a patient's bookings ask for. */
export function repairVisits(clinic: TenantScope, id: PatientId): Promise<Outcome> {
  return act(clinic, repairing, { id, visits: true }, async (inside) => {
    const [wrong] = await wrongVisitsOf(inside, id);
    if (!wrong) return 'right';
    const { patient, totalVisits, lastVisitAt } = wrong;
    return write(inside, patient, { totalVisits, lastVisitAt });
  });
}

/** Writes the search words that a patient's name and phone ask for. */
export function repairSearchWords(clinic: TenantScope, id: PatientId): Promise<Outcome> {
  return act(clinic, repairing, { id, searchWords: true }, async (inside) => {
    const patient = await within(inside, patientsCollection).findOne({ id });
    if (!patient || searchWordsAreRight(patient)) return 'right';
    return write(inside, patient, { searchWords: rightSearchWords(patient) });
  });
}

async function write(
  inside: TenantScope,
  before: Patient,
  fields: NonNullable<Update<Patient>['$set']>,
): Promise<Outcome> {
  const filter = { id: before.id, revision: before.revision };
  const after = await within(inside, patientsCollection).update(filter, { $set: fields });
  if (!after) return 'right';
  await recordChange(inside, repairing, patientsCollection, before, after);
  return 'repaired';
}

async function* batchesOf(clinic: TenantScope): AsyncGenerator<Patient[], void> {
  for (let after: PatientId | undefined; ;) {
    const found = await within(clinic, patientsCollection).find(after ? { id: { $gt: after } } : {}, {
      sort: { id: 1 },
      limit: batch,
    });
    yield found;
    after = found.at(-1)?.id;
    if (found.length < batch) return;
  }
}

interface WrongVisits {
  readonly patient: Patient;
  /** What is right. */
  readonly totalVisits: number;
  readonly lastVisitAt: Date | undefined;
}

async function wrongVisitsOf(inside: TenantScope, id: PatientId): Promise<WrongVisits[]> {
  return wrongVisits(inside, await within(inside, patientsCollection).find({ id }, { limit: 1 }));
}

async function wrongVisits(clinic: TenantScope, found: readonly Patient[]): Promise<WrongVisits[]> {
  const rows = await aggregateEverywhere<{ _id: string; count: number; last: Date }>(
    clinic,
    pipeline([
      { $match: { patientId: { $in: found.map(({ id }) => id) }, status: 'completed' } },
      { $group: { _id: '$patientId', count: { $sum: 1 }, last: { $max: '$startAt' } } },
    ]),
  );
  const completed = new Map<string, { count: number; last: Date }>();
  for (const { _id, count, last } of rows) {
    const other = completed.get(_id);
    completed.set(_id, { count: count + (other?.count ?? 0), last: later(other?.last, last) });
  }
  return found.flatMap((patient) => {
    const { count = 0, last } = completed.get(patient.id) ?? {};
    const totalVisits = count + (patient.otherVisits?.count ?? 0);
    const lastVisitAt = later(last, patient.otherVisits?.lastAt);
    const right =
      patient.totalVisits === totalVisits && patient.lastVisitAt?.getTime() === lastVisitAt?.getTime();
    return right ? [] : [{ patient, totalVisits, lastVisitAt }];
  });
}

/** Nobody finds who was erased. */
const rightSearchWords = (patient: Patient): string[] => (patient.erasedAt ? [] : searchKeysOf(patient));

function searchWordsAreRight(patient: Patient): boolean {
  return rightSearchWords(patient).join('\n') === patient.searchWords.join('\n');
}
