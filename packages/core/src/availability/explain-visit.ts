import { z } from 'zod';
import { VisitId, VisitSteps } from '../bookings/schema.ts';
import type { SlotReason } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate, StartAt } from '../time.ts';
import type { TreatmentId } from '../treatments/schema.ts';
import { fitted, laid, type Laid } from './chain.ts';
import { visitPlan, wantedSteps } from './visits.ts';

/** The visit that is asked about. */
export const VisitQuestion = z.strictObject({
  /** In the order in which they are done. */
  steps: VisitSteps,
  startAt: StartAt,
  /** A visit that is to be moved: its time counts as free, and its steps last as long as they were booked for. */
  moving: VisitId.optional(),
});
export type VisitQuestion = z.input<typeof VisitQuestion>;

/** Why a visit can begin then or not. */
export interface VisitExplanation {
  /** What `bookVisit` would refuse with, of the furthest step that was reached. None when the visit fits. */
  readonly reasons: readonly SlotReason[];
  /**
   * Where each step would be: as it would be booked, or, where the visit fits nowhere, one after another as an override
   * would put them, with everything that speaks against each who was asked for.
   */
  readonly steps: readonly (Laid & { readonly treatmentId: TreatmentId })[];
}

/**
 * Tells why a visit cannot begin at a time, step by step.
 * @throws NOT_FOUND as {@link visits} does
 * @throws VALIDATION as {@link visits} does
 */
export async function explainVisit(clinic: TenantScope, input: VisitQuestion): Promise<VisitExplanation> {
  const { steps, startAt, moving } = parsed(VisitQuestion, input);
  const { wanted, except, own } = await wantedSteps(clinic, steps, moving);
  const date = localDate(startAt, clinic.tenant.config.timezone);
  const chain = (await visitPlan(clinic, wanted, { from: date, days: 1 }, except)).stepsOn(date);
  const found = fitted(chain, startAt.getTime());
  const places =
    'places' in found
      ? found.places.map((place) => ({ ...place, staff: [] }))
      : laid(chain, startAt.getTime(), own);
  return {
    reasons: 'places' in found ? [] : found.reasons(),
    steps: places.map((place, n) => ({ ...place, treatmentId: steps[n]!.treatmentId })),
  };
}
