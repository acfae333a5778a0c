// Whether the last act on a booking can still be taken back, beside what else was done to its visit.

interface Act {
  readonly action: string;
  readonly at: Date;
  readonly together?: number | undefined;
}

/**
 * Whether what was done to a visit as one was followed by something else on one of its bookings: it is taken back whole
 * or not at all, so that its undo would be refused.
 * @param last the last act on one booking of the visit
 * @param others the last acts on the others of it that are known, some of which may have none
 */
export function isPassed(last: Act, others: readonly (Act | undefined)[]): boolean {
  if (!last.together) return false;
  if (others.some((other) => other && other.at > last.at)) return true;
  // Bookings of another day may not be known here; where all are, each of them has to have it as its last act.
  const same = others.filter((other) => other?.action === last.action && +other.at === +last.at);
  return others.length + 1 >= last.together && same.length + 1 !== last.together;
}
