import { z } from 'zod';
import { notFound } from '../errors.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { addDays, LocalDate } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { TreatmentId } from '../treatments/schema.ts';
import { candidatesFor, rulesFor } from './plans.ts';
import { slotsOn, type Slot } from './slots.ts';
import { parsed } from '../parsed.ts';

export const AvailabilitySearch = z.strictObject({
  treatmentId: TreatmentId,
  staffId: z.union([z.literal('any'), StaffId]).default('any'),
  /** The first local day, such as `2026-11-24`. */
  from: LocalDate,
  /** How many local days. */
  days: z.int().min(1).max(31).default(1),
});
export type AvailabilitySearch = z.input<typeof AvailabilitySearch>;

export interface DayOfSlots {
  readonly date: string;
  readonly slots: readonly Slot[];
}

/**
 * The free times for a treatment, day by day, on the clinic's grid. What is offered can be booked, as long as
 * nobody else takes it first. Three queries, however many staff and days.
 * @throws NOT_FOUND when the treatment or the staff member does not exist or is inactive
 */
export async function search(clinic: TenantScope, input: AvailabilitySearch): Promise<DayOfSlots[]> {
  const { treatmentId, staffId, from, days } = parsed(AvailabilitySearch, input);
  const treatment = await within(clinic, treatmentsCollection).findOne({ id: treatmentId, isActive: true });
  if (!treatment) throw notFound('treatment');
  const candidates = await candidatesFor(clinic, treatment, staffId, { from, days });
  const rules = rulesFor(clinic);
  return Array.from({ length: days }, (_, index) => {
    const date = addDays(from, index);
    return { date, slots: slotsOn(date, rules, treatment, candidates.planOn(date)) };
  });
}
