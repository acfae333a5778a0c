import { z } from 'zod';
import type { Extent } from '../bookings/holds.ts';
import { findByVisit } from '../bookings/read.ts';
import { holdsTime, VisitId, VisitSteps, type Booking, type BookingId } from '../bookings/schema.ts';
import { invalid, notFound } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { LocalDate, minute } from '../time.ts';
import type { StaffId } from '../staff/schema.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import type { Treatment, TreatmentId } from '../treatments/schema.ts';
import { fitted, type Fitted, type Step } from './chain.ts';
import type { DayRange } from './days.ts';
import { calendarFor, rulesFor, type Wanted } from './plans.ts';
import { mostDays } from './search.ts';
import { Starts } from './slots.ts';

/** Which steps, from which local day on, and on how many days. */
export const VisitSearch = z.strictObject({
  /** In the order in which they are done. */
  steps: VisitSteps,
  /** The first local day, such as `2026-11-24`. */
  from: LocalDate,
  /** How many local days. */
  days: z.int().min(1).max(mostDays).default(1),
  /** A visit that is to be moved: its time counts as free, and its steps last as long as they were booked for. */
  moving: VisitId.optional(),
  /** Minutes between the starts offered; the clinic's grid when left out, and always for the public. */
  stepMin: z.int().min(5).max(120).multipleOf(5).optional(),
});
export type VisitSearch = z.input<typeof VisitSearch>;

/** A local day with the starts at which a whole visit fits. */
export interface DayOfVisits {
  readonly date: string;
  readonly starts: readonly {
    readonly startAt: Date;
    readonly endAt: Date;
    /** Where each step would be, as `bookings.bookVisit` would book it now. */
    readonly steps: readonly (Fitted & { readonly treatmentId: TreatmentId })[];
  }[];
}

/**
 * The times at which every step of a visit fits, day by day, on the clinic's grid. Three queries, or four for a visit
 * that moves, however many steps, staff and days.
 * @throws NOT_FOUND when a treatment, a staff member or the visit to be moved does not exist or is inactive
 * @throws VALIDATION also when the steps last longer than a day, or are not those of the visit to be moved
 */
export async function visits(clinic: TenantScope, input: VisitSearch): Promise<DayOfVisits[]> {
  const { steps, from, days, moving, stepMin } = parsed(VisitSearch, input);
  const { wanted, except } = await wantedSteps(clinic, steps, moving);
  const planned = await visitPlan(clinic, wanted, { from, days }, except);
  const { offGrid, gridMin } = planned.rules;
  const step = ((offGrid && stepMin) || gridMin) * minute;
  return planned.dates.map((date) => {
    const day = planned.day(date);
    const chain = planned.stepsOn(date);
    const starts = [];
    for (let at = day.from; at < day.to; at += step) {
      const found = fitted(chain, at);
      if (!('places' in found)) continue;
      const places = found.places.map((place, n) => ({ ...place, treatmentId: steps[n]!.treatmentId }));
      starts.push({ startAt: places[0]!.startAt, endAt: places.at(-1)!.endAt, steps: places });
    }
    return { date, starts };
  });
}

/** What has to be fitted for the steps of a new visit, or of one that is moved. */
export async function wantedSteps(
  clinic: TenantScope,
  steps: z.output<typeof VisitSteps>,
  moving: VisitId | undefined,
): Promise<{ wanted: WantedStep[]; except: BookingId[]; own: StaffId[] }> {
  const moved = moving === undefined ? undefined : await stillToCome(clinic, moving);
  const treatments = await treatmentsOf(clinic, steps, { inactiveToo: moved !== undefined });
  const same = (booking: Booking, n: number) => booking.treatmentId === steps[n]?.treatmentId;
  if (moved && !(moved.length === steps.length && moved.every(same)))
    throw invalid('steps', 'These are not the steps of the visit.');
  const wanted = steps.map(({ staffId: who }, n) => {
    return { treatment: treatments[n]!, who, extent: moved?.[n] ?? treatments[n]! };
  });
  const [except, own] = [moved?.map(({ id }) => id) ?? [], moved?.map(({ staffId }) => staffId) ?? []];
  return { wanted, except, own };
}

/** @throws NOT_FOUND when nothing of it is to come, or there is no such visit */
async function stillToCome(clinic: TenantScope, visitId: VisitId): Promise<Booking[]> {
  const left = (await findByVisit(clinic, visitId)).filter(({ status }) => holdsTime(status));
  if (left.length === 0) throw notFound('visit');
  return left;
}

/** The treatment of each step. */
export async function treatmentsOf(
  clinic: TenantScope,
  steps: readonly { readonly treatmentId: TreatmentId }[],
  { inactiveToo }: { readonly inactiveToo: boolean },
): Promise<Treatment[]> {
  const ids = [...new Set(steps.map(({ treatmentId }) => treatmentId))];
  const found = await within(clinic, treatmentsCollection).find(
    { id: { $in: ids }, ...(!inactiveToo && { isActive: true }) },
    { limit: ids.length },
  );
  const byId = new Map(found.map((one) => [one.id, one]));
  return steps.map(({ treatmentId }) => {
    const treatment = byId.get(treatmentId);
    if (!treatment) throw notFound('treatment');
    return treatment;
  });
}

interface WantedStep extends Wanted {
  readonly extent: Extent;
}

const day = 24 * 60;

/**
 * When the steps of a visit could be done that begins in a range of days.
 * @throws VALIDATION when they last longer than a day with their buffers
 */
export async function visitPlan(
  clinic: TenantScope,
  wanted: readonly WantedStep[],
  { from, days }: DayRange,
  except?: readonly BookingId[],
) {
  const lasts = wanted.reduce((sum, { extent }) => {
    return sum + extent.bufferBeforeMin + extent.durationMin + extent.bufferAfterMin;
  }, 0);
  if (lasts > day) throw invalid('steps', 'A visit lasts at most a day.');
  const calendar = await calendarFor(clinic, wanted, { from, days: days + 1 }, except);
  const rules = rulesFor(clinic);
  // Grid, notice and window are about when a visit begins.
  const later = { ...rules, offGrid: true, noticeMin: 0, windowDays: rules.windowDays + 2 };
  const starts = wanted.map(({ extent }, n) => new Starts(calendar.days, n === 0 ? rules : later, extent));
  return {
    rules,
    dates: calendar.days.dates.slice(0, days),
    day: (date: string) => calendar.days.day(date),
    stepsOn: (date: string): Step[] =>
      wanted.map((one, n) => ({
        extent: one.extent,
        starts: starts[n]!,
        staff: calendar.candidates(one, date),
      })),
  };
}
