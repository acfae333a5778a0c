import { z } from 'zod';
import { act } from '../act.ts';
import { recordChange, recordChanges } from '../audit.ts';
import { findEverywhere } from '../bookings/everywhere.ts';
import type { Booking } from '../bookings/schema.ts';
import { notFound } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { findByIds, get } from './read.ts';
import type { Patient, PatientId } from './schema.ts';

/**
 * Adds one visit that no booking stands for to a patient's count, and remembers when it was. Completing a booking
 * counts its visit by itself.
 * @param at the instant of the visit; now when it is left out
 * @throws NOT_FOUND
 */
export async function incrementVisits(clinic: TenantScope, id: PatientId, at?: Date): Promise<Patient> {
  const given = parsed(z.date().optional(), at);
  return act(clinic, 'patients.incrementVisits', { id, at: given }, async (inside) => {
    const visitedAt = given ?? inside.clock();
    const before = await get(inside, id);
    const { count, lastAt } = before.otherVisits ?? { count: 0 };
    const otherVisits = { count: count + 1, lastAt: later(lastAt, visitedAt) };
    return write(inside, before, before.totalVisits + 1, later(before.lastVisitAt, visitedAt), otherVisits);
  });
}

/** Counts the visit that a completed booking is, in the transaction that completes it. */
export async function countVisit(inside: TenantScope, id: PatientId, at: Date): Promise<Patient> {
  const before = await get(inside, id);
  return write(inside, before, before.totalVisits + 1, later(before.lastVisitAt, at));
}

/** The same for several completed bookings, of any patients, in a number of round trips that does not grow with them. */
export async function countVisits(
  inside: TenantScope,
  visits: readonly Pick<Booking, 'patientId' | 'startAt'>[],
): Promise<void> {
  if (visits.length === 0) return;
  const ofPatient = Map.groupBy(visits, ({ patientId }) => patientId);
  const ids = [...ofPatient.keys()];
  const before = new Map((await findByIds(inside, ids)).map((patient) => [patient.id, patient]));
  const updates = [...before.values()].map(({ id, totalVisits, lastVisitAt }) => {
    const mine = ofPatient.get(id) ?? [];
    const last = mine.reduce((at, { startAt }) => later(at, startAt), lastVisitAt);
    const counted = { totalVisits: totalVisits + mine.length, lastVisitAt: last };
    return { filter: { id }, update: { $set: counted } };
  });
  await within(inside, patientsCollection).updateEach(updates);
  const changed = (await findByIds(inside, ids)).map((after) => ({ before: before.get(after.id), after }));
  await recordChanges(inside, 'patients.incrementVisits', patientsCollection, changed);
}

/** Takes a visit back when a completed booking is undone; the last visit is read from the bookings again. */
export async function takeBackVisit(inside: TenantScope, id: PatientId): Promise<Patient> {
  const before = await get(inside, id);
  const filter = { patientId: before.id, status: 'completed' } as const;
  const [last] = await findEverywhere(inside, filter, { sort: { startAt: -1 }, limit: 1 });
  return write(inside, before, before.totalVisits - 1, later(last?.startAt, before.otherVisits?.lastAt));
}

/** The later of two instants, of which either may not be there. */
export function later<At extends Date | undefined>(one: Date | undefined, other: At): Date | At {
  return one && (!other || one > other) ? one : other;
}

async function write(
  inside: TenantScope,
  before: Patient,
  totalVisits: number,
  lastVisitAt: Date | undefined,
  otherVisits = before.otherVisits,
): Promise<Patient> {
  const after = await within(inside, patientsCollection).update(
    { id: before.id },
    {
      $set: { totalVisits, ...(lastVisitAt && { lastVisitAt }), ...(otherVisits && { otherVisits }) },
      ...(!lastVisitAt && { $unset: { lastVisitAt: true } }),
    },
  );
  if (!after) throw notFound('patient');
  await recordChange(inside, 'patients.incrementVisits', patientsCollection, before, after);
  return after;
}
