// Whether the last act on a booking can still be taken back, beside what else was done to its visit. Every page that
// offers an undo asks here.

export interface Act {
  readonly action: string;
  readonly at: Date;
  /** How many bookings of the visit it changed as one. */
  readonly together?: number;
}

/** How long an act can be undone, as the API has it. */
const undoMs = 15 * 60_000;

/** Whether an act is of the last minutes in which it can be undone. */
export const isRecent = (last: Act | undefined, now: Date): last is Act =>
  last !== undefined && now.getTime() - last.at.getTime() < undoMs;

/**
 * Whether what was done to a visit as one was followed by something else on one of its bookings: it is taken back whole
 * or not at all, so that its undo would be refused.
 * @param last the last act on one booking of the visit
 * @param others the last acts on all others of it, also of other days; some may have none
 * @param isAll whether nothing is missing among them that the act has changed: where it could not be read, only what is
 * known to have followed counts, and whoever undoes is told the rest
 */
export function isPassed(last: Act | undefined, others: readonly (Act | undefined)[], isAll = true): boolean {
  if (!last?.together) return false;
  if (others.some((other) => other && other.at > last.at)) return true;
  return isAll && others.filter((other) => isSame(last, other)).length + 1 !== last.together;
}

/** Whether two bookings were changed last by one and the same act. */
const isSame = (last: Act, other: Act | undefined): boolean =>
  other !== undefined && other.action === last.action && +other.at === +last.at;

/** @param passed as `isPassed` says it */
export const canUndo = (
  { last, passed }: { readonly last?: Act; readonly passed?: boolean },
  now: Date,
): boolean => isRecent(last, now) && !passed;
