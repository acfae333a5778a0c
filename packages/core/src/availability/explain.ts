import { z } from 'zod';
import type { Extent } from '../bookings/holds.ts';
import { BookingId } from '../bookings/schema.ts';
import type { SlotReason } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate, StartAt } from '../time.ts';
import { TreatmentId } from '../treatments/schema.ts';
import { calendarFor, rulesFor, type Wanted } from './plans.ts';
import { whatToFit } from './search.ts';
import { Starts, type StaffPlan } from './slots.ts';

/** The time that is asked about. */
export const TimeQuestion = z.strictObject({
  treatmentId: TreatmentId,
  staffId: z.union([z.literal('any'), StaffId]).default('any'),
  startAt: StartAt,
  /** A booking that is to be moved: its own time counts as free, and its own duration is what has to fit. */
  moving: BookingId.optional(),
});
export type TimeQuestion = z.input<typeof TimeQuestion>;

/** Why a time is free or not. */
export interface Explanation {
  /** Who is free then, the least loaded first. */
  readonly staffIds: readonly StaffId[];
  /** Why nobody is: what `book` would refuse with, each reason once. None when somebody is free. */
  readonly reasons: readonly SlotReason[];
  /** Every reason against each, in the order in which they would be asked. */
  readonly staff: readonly { readonly staffId: StaffId; readonly reasons: readonly SlotReason[] }[];
}

/**
 * Tells why a time is not offered, with all the reasons of everybody who was asked for.
 * @throws NOT_FOUND as {@link search} does
 */
export async function explain(clinic: TenantScope, input: TimeQuestion): Promise<Explanation> {
  const { treatmentId, staffId, startAt, moving } = parsed(TimeQuestion, input);
  const { treatment, extent } = await whatToFit(clinic, treatmentId, moving);
  return explanationOf(clinic, { treatment, who: staffId }, startAt, extent, moving && [moving]);
}

/** What speaks for and against a start, for those who are wanted. */
export async function explanationOf(
  clinic: TenantScope,
  wanted: Wanted,
  startAt: Date,
  extent: Extent,
  except?: readonly BookingId[],
): Promise<Explanation> {
  const date = localDate(startAt, clinic.tenant.config.timezone);
  const calendar = await calendarFor(clinic, [wanted], { from: date, days: 1 }, except);
  const starts = new Starts(calendar.days, rulesFor(clinic), extent);
  return explained(starts, startAt, calendar.candidates(wanted, date));
}

/** What speaks against a start for these staff members, who come in the order of preference. */
export function explained(starts: Starts, startAt: Date, plans: readonly StaffPlan[]): Explanation {
  const staff = plans.map((plan) => ({ staffId: plan.id, reasons: starts.reasons(startAt.getTime(), plan) }));
  const staffIds = staff.filter(({ reasons }) => reasons.length === 0).map(({ staffId }) => staffId);
  const all = staff.flatMap(({ reasons }) => reasons);
  if (staff.length === 0) all.push({ code: 'NOT_ASSIGNED' });
  return { staffIds, reasons: staffIds.length > 0 ? [] : distinct(all), staff };
}

/** Each reason once. */
export function distinct(reasons: readonly SlotReason[]): SlotReason[] {
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.bookingId ?? ''}`, reason])).values()];
}
