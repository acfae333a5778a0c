import { z } from 'zod';
import { act } from '../act.ts';
import { besideNewBookings } from '../bookings/place.ts';
import { illegalState, invalid } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { findLimit } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { Revision } from '../revision.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { change } from './change.ts';
import { patientsCollection } from './collection.ts';
import { referTo } from './references.ts';
import { notesMax, PatientId, type Patient } from './schema.ts';
import { later } from './visits.ts';

/** What tells two records of one person apart, and of which one value has to be chosen. */
const Choice = z.enum(['name', 'phone', 'email']);

/** Two records of the same person, and how to combine them. */
export const Merge = z.strictObject({
  keep: PatientId,
  /** The duplicate: it becomes inactive, and its id and phone lead to the one that is kept. */
  from: PatientId,
  /** Fields in which the duplicate is right. */
  take: z.array(Choice).max(3).default([]),
  /** The revisions that were seen when the two were compared. */
  keepRevision: Revision,
  fromRevision: Revision,
});
export type Merge = z.input<typeof Merge>;

/** What came of a merge. */
export interface Merged {
  readonly patient: Patient;
  /** The duplicate as it stays: what was dropped can still be read there. */
  readonly from: Patient;
  /** Where both had a value and they differed. */
  readonly conflicts: readonly {
    readonly field: z.output<typeof Choice>;
    readonly kept: string;
    readonly dropped: string;
  }[];
  /** How many bookings moved. */
  readonly moved: number;
}

/**
 * Makes one patient of two records of the same person. All that referred to the duplicate refers to the patient who
 * is kept. Of two values the kept one's stays unless `take` says otherwise, a missing one is filled in, notes are put
 * below each other, visits are added. There is no undo: see docs/decisions/patient-merge.md.
 * @throws NOT_FOUND
 * @throws VALIDATION when both are the same, or the notes of both are longer than notes may be
 * @throws ILLEGAL_TRANSITION when one of them was merged or erased before, or the one to keep is inactive
 * @throws STALE when one of them was changed since the revision that was seen
 */
export async function merge(clinic: TenantScope, input: Merge): Promise<Merged> {
  const given = parsed(Merge, input);
  if (given.keep === given.from) throw invalid('from', 'A patient is not a duplicate of himself.');
  return act(clinic, 'patients.merge', given, async (inside) => {
    await besideNewBookings(inside);
    const patients = within(inside, patientsCollection);
    const keep = await patients.get(given.keep, 'patient');
    const from = await patients.get(given.from, 'patient');
    if (keep.erasedAt || from.erasedAt) throw illegalState('patient', 'erased', 'merged');
    if (keep.mergedInto || from.mergedInto) throw illegalState('patient', 'merged', 'merged');
    if (!keep.isActive) throw illegalState('patient', 'inactive', 'merged');
    await assertFresh(inside, 'patient', patientsCollection, keep, given.keepRevision);
    await assertFresh(inside, 'patient', patientsCollection, from, given.fromRevision);
    const takes = new Set(given.take);
    const { name } = takes.has('name') ? from : keep;
    const [email, other] = takes.has('email') ? [from.email, keep.email] : [keep.email, from.email];

    // The two swap their phones: in between, the duplicate has none that anybody could have.
    const swaps = takes.has('phone');
    if (swaps) await patients.update({ id: from.id }, { $set: { phone: from.id } });
    const patient = await change(inside, 'patients.merge', keep, {
      name,
      phone: swaps ? from.phone : keep.phone,
      email: email ?? other,
      notes: bothNotes(keep.notes, from.notes),
      locale: keep.locale ?? from.locale,
      totalVisits: keep.totalVisits + from.totalVisits,
      lastVisitAt: later(keep.lastVisitAt, from.lastVisitAt),
      otherVisits: bothVisits(keep.otherVisits, from.otherVisits),
    });
    const left = await change(inside, 'patients.merge', from, {
      phone: swaps ? keep.phone : from.phone,
      totalVisits: 0,
      lastVisitAt: undefined,
      otherVisits: undefined,
      isActive: false,
      mergedInto: keep.id,
    });
    await carryEarlierMerges(inside, from.id, keep.id);
    const moved = await referTo(inside, 'patients.merge', from.id, patient);
    if (patient.name !== keep.name) await referTo(inside, 'patients.merge', keep.id, patient);
    return { patient, from: left, conflicts: conflictsOf(keep, from, takes), moved };
  });
}

/** Whoever was merged into the duplicate before leads to the one who is kept, in one step. */
async function carryEarlierMerges(
  inside: TenantScope,
  from: PatientId,
  mergedInto: PatientId,
): Promise<void> {
  const earlier = await within(inside, patientsCollection).find({ mergedInto: from }, { limit: findLimit });
  for (const patient of earlier) await change(inside, 'patients.merge', patient, { mergedInto });
}

/** Both, since either may hold an allergy; the same text once. */
function bothNotes(kept: string | undefined, other: string | undefined): string | undefined {
  if (!kept || !other || kept.includes(other)) return kept ?? other;
  const both = `${kept}\n${other}`;
  if (both.length <= notesMax) return both;
  throw invalid('notes', `The notes of both are longer than ${notesMax} characters. Shorten them first.`);
}

function bothVisits(kept: Patient['otherVisits'], other: Patient['otherVisits']): Patient['otherVisits'] {
  if (!kept || !other) return kept ?? other;
  const lastAt = later(kept.lastAt, other.lastAt);
  return { count: kept.count + other.count, ...(lastAt && { lastAt }) };
}

function conflictsOf(keep: Patient, from: Patient, takes: ReadonlySet<string>): Merged['conflicts'] {
  return Choice.options.flatMap((field) => {
    const [kept, dropped] = takes.has(field) ? [from[field], keep[field]] : [keep[field], from[field]];
    return kept && dropped && kept !== dropped ? [{ field, kept, dropped }] : [];
  });
}
