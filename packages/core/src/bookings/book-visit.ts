import { ObjectId } from 'mongodb';
import type { z } from 'zod';
import { treatmentsOf, visitPlan } from '../availability/visits.ts';
import { notFound } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { get as getPatient } from '../patients/read.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate } from '../time.ts';
import { bookInside } from './book.ts';
import { insertBookings } from './insert.ts';
import { assertMayOverride, settledVisit } from './override.ts';
import { countAgainstQuota, takingTime } from './place.ts';
import { NewVisit, VisitId, type Booking } from './schema.ts';

/**
 * Books several treatments of one visit, one after another, each with its own staff: all of them or none. Each is an
 * ordinary booking afterwards, with the visit's id. A step begins on the five minutes at which the one before it ends.
 * Only where there is no other way does one wait, and only for what its own staff member has to do before and after
 * other steps of the visit. Each counts as a
 * booking of the month, and as a visit of the patient once it is completed. With an override an administrator can take
 * times that are not free, of steps that name who shall take them: such a booking says so, as in `book`.
 * @returns the bookings, in the order of the steps
 * @throws CONFLICT_SLOT when a step fits nowhere, with the number of the furthest one that was reached
 * @throws FORBIDDEN when somebody else than an administrator or the system asks for an override
 * @throws NOT_FOUND when the patient, a treatment or a staff member does not exist or is inactive
 * @throws QUOTA_EXCEEDED when the clinic would have made more than `maxBookings` bookings this month
 * @throws VALIDATION also when the steps last longer than a day, or an override is asked for and a step for which
 * nobody is free does not say who shall take it
 */
export async function bookVisit(clinic: TenantScope, input: NewVisit): Promise<Booking[]> {
  const given = parsed(NewVisit, input);
  assertMayOverride(clinic, given.override);
  return takingTime(clinic, 'bookings.bookVisit', given, (inside) => bookVisitInside(inside, given));
}

/** A visit to be made, and what comes with it where a stranger makes it. */
type Given = z.output<typeof NewVisit> & Pick<Booking, 'bookedAs' | 'bookedHash'>;

/** Books a visit in a running transaction. */
export async function bookVisitInside(inside: TenantScope, given: Given): Promise<Booking[]> {
  const { steps, startAt, override } = given;
  await countAgainstQuota(inside, steps.length);
  const patient = await getPatient(inside, given.patientId);
  if (!patient.isActive) throw notFound('patient');
  const treatments = await treatmentsOf(inside, steps, { inactiveToo: false });
  const wanted = treatments.map((treatment, n) => {
    return { treatment, who: steps[n]!.staffId, extent: treatment };
  });
  const date = localDate(startAt, inside.tenant.config.timezone);
  const plan = await visitPlan(inside, wanted, { from: date, days: 1 });
  const places = settledVisit(inside, plan.stepsOn(date), startAt, override, wanted);
  const placings = places.map((place, n) => ({ patient, treatment: treatments[n]!, place }));
  const visitId = VisitId.parse(new ObjectId().toHexString());
  return insertBookings(inside, 'bookings.bookVisit', placings, { ...given, visitId });
}

/** Books in a running transaction what a patient chose: a visit, or a booking that is none where it is one treatment. */
export async function bookSteps(inside: TenantScope, given: Given): Promise<Booking[]> {
  const { steps, ...details } = given;
  const [first, ...others] = steps;
  if (first && others.length === 0) return [await bookInside(inside, { ...first, ...details })];
  return bookVisitInside(inside, given);
}
