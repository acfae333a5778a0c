// The treatments of a visit in an address: the first as `treatment` and `staff`, the others in `also`, such as
// `TREATMENT.STAFF_TREATMENT.any`.
import type { QueryChanges } from './query.ts';

/** A treatment, and one of the staff or `any`. */
export interface VisitStep {
  readonly treatmentId: string;
  readonly staffId: string;
}

/** A visit is of at most this many treatments. */
export const mostSteps = 8;

/** The steps that an address or a form names, in their order, whether there is such a treatment or not. */
export function stepsIn(from: { get(name: string): unknown }): VisitStep[] {
  const text = (name: string) => {
    const value = from.get(name);
    return typeof value === 'string' ? value : '';
  };
  const first = { treatmentId: text('treatment'), staffId: text('staff') || 'any' };
  const others = text('also')
    .split('_')
    .map((one) => one.split('.'))
    .map(([treatmentId = '', staffId = 'any']) => ({ treatmentId, staffId }));
  return [first, ...others].filter(({ treatmentId }) => treatmentId).slice(0, mostSteps);
}

/** What an address says of some steps; whatever time was chosen for other ones is left out. */
export function stepsAs([first, ...others]: readonly VisitStep[]): QueryChanges {
  return {
    treatment: first?.treatmentId,
    staff: first?.staffId,
    also: others.map(({ treatmentId, staffId }) => `${treatmentId}.${staffId}`).join('_'),
    add: undefined,
    time: undefined,
    over: undefined,
  };
}
