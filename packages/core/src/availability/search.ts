import { z } from 'zod';
import { bookingsCollection } from '../bookings/collection.ts';
import type { Extent } from '../bookings/holds.ts';
import { BookingId } from '../bookings/schema.ts';
import { notFound } from '../errors.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { LocalDate } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { TreatmentId, type Treatment } from '../treatments/schema.ts';
import { calendarFor, rulesFor } from './plans.ts';
import { slotsOn, Starts, type Slot } from './slots.ts';
import { parsed } from '../parsed.ts';

/** Free times are looked for on at most this many local days at once: two months. */
export const mostDays = 62;

/** What free times are asked for. */
export const AvailabilitySearch = z.strictObject({
  treatmentId: TreatmentId,
  staffId: z.union([z.literal('any'), StaffId]).default('any'),
  /** The first local day, such as `2026-11-24`. */
  from: LocalDate,
  /** How many local days. */
  days: z.int().min(1).max(mostDays).default(1),
  /** A booking that is to be moved: its own time counts as free, and its own duration is what has to fit. */
  moving: BookingId.optional(),
  /** Minutes between the times offered; the clinic's grid when left out, and always for the public. */
  stepMin: z.int().min(5).max(120).multipleOf(5).optional(),
});
export type AvailabilitySearch = z.input<typeof AvailabilitySearch>;

/** The free times of one local day; none when the clinic is closed or full. */
export interface DayOfSlots {
  readonly date: string;
  readonly slots: readonly Slot[];
}

/**
 * The free times for a treatment, day by day, on the clinic's grid. What is offered can be booked, as long as
 * nobody else takes it first. Three queries, or four for a booking that moves, however many staff and days.
 * @throws NOT_FOUND when the treatment, the staff member or the booking to be moved does not exist, or the
 * treatment or the staff member is inactive; a booking can be moved when its treatment is no longer offered
 * @throws VALIDATION also when more bookings lie in these days than can be looked at in one search
 */
export async function search(clinic: TenantScope, input: AvailabilitySearch): Promise<DayOfSlots[]> {
  const { treatmentId, staffId, from, days, moving, stepMin } = parsed(AvailabilitySearch, input);
  const { treatment, extent } = await whatToFit(clinic, treatmentId, moving);
  const wanted = { treatment, who: staffId };
  const calendar = await calendarFor(clinic, [wanted], { from, days }, moving && [moving]);
  const rules = rulesFor(clinic);
  const starts = new Starts(calendar.days, rules, extent);
  const step = (rules.offGrid && stepMin) || rules.gridMin;
  return calendar.days.dates.map((date) => {
    const staff = calendar.candidates(wanted, date);
    return { date, slots: slotsOn(starts, date, extent.durationMin, staff, step) };
  });
}

/** The treatment that is asked for, and how long it takes: a booking that moves keeps what it was booked with. */
export async function whatToFit(
  clinic: TenantScope,
  treatmentId: TreatmentId,
  moving: BookingId | undefined,
): Promise<{ treatment: Treatment; extent: Extent }> {
  const treatment = await within(clinic, treatmentsCollection).findOne({
    id: treatmentId,
    ...(moving === undefined && { isActive: true }),
  });
  if (!treatment) throw notFound('treatment');
  if (moving === undefined) return { treatment, extent: treatment };
  const booking = await within(clinic, bookingsCollection).findOne({ id: moving, treatmentId });
  if (!booking) throw notFound('booking');
  return { treatment, extent: booking };
}
