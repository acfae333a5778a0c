import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { notFound } from '../errors.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { get } from './read.ts';
import type { Patient, PatientId } from './schema.ts';

/**
 * Adds one visit to a patient's count and remembers when it was.
 * @param at the instant of the visit; now when it is left out
 * @throws NOT_FOUND
 */
export async function incrementVisits(
  clinic: TenantScope,
  id: PatientId,
  at = clinic.clock(),
): Promise<Patient> {
  return act(clinic, 'patients.incrementVisits', { id, at }, async (inside) => {
    const before = await get(inside, id);
    const lastVisitAt = before.lastVisitAt && before.lastVisitAt > at ? before.lastVisitAt : at;
    return counted(inside, before, 1, lastVisitAt);
  });
}

/** Takes a visit back when a completed booking is undone; the last visit is read from the bookings again. */
export async function takeBackVisit(inside: TenantScope, id: PatientId): Promise<Patient> {
  const before = await get(inside, id);
  const [last] = await within(inside, bookingsCollection).find(
    { patientId: before.id, status: 'completed' },
    { sort: { startAt: -1 }, limit: 1 },
  );
  return counted(inside, before, -1, last?.startAt);
}

async function counted(
  inside: TenantScope,
  before: Patient,
  by: number,
  lastVisitAt: Date | undefined,
): Promise<Patient> {
  const after = await within(inside, patientsCollection).update(
    { id: before.id },
    {
      $inc: { totalVisits: by },
      ...(lastVisitAt ? { $set: { lastVisitAt } } : { $unset: { lastVisitAt: true } }),
    },
  );
  if (!after) throw notFound('patient');
  await recordChange(inside, 'patients.incrementVisits', patientsCollection, before, after);
  return after;
}
