// What a booking cannot say alone: where it stands beside the others of its visit.
import { isPassed, isRecent, type Act } from './undoable.ts';

interface Step {
  readonly id: string;
  readonly visitId?: string | undefined;
  readonly localDate: string;
  readonly startAt: Date;
  readonly endAt: Date;
  readonly status: string;
  readonly arrivedAt?: Date | undefined;
  readonly startedAt?: Date | undefined;
}

export interface InVisit {
  /** Its patient is here, and comes to it after another treatment of the visit. */
  readonly follows?: boolean;
  /** Since when its patient has waited for it: for none of the time in which he was treated. */
  readonly waitsSince?: Date;
  /** What was done last to the whole visit was followed by something else, and can no longer be undone. */
  readonly passed?: boolean;
}

/** How long somebody stays for his next treatment, as the API has it: over a longer pause he goes, and comes again. */
const stayMs = 60 * 60_000;

/** What else of a visit its patient comes for at once: what follows each other on that day without such a pause. */
export function comesFor<One extends Step>(one: One, visit: readonly One[]): One[] {
  const others = visit.filter(
    ({ id, localDate, status }) =>
      id !== one.id && localDate === one.localDate && status !== 'cancelled' && status !== 'no-show',
  );
  let run: One[] = [];
  let until = -Infinity;
  for (const step of [...others, one].sort((a, b) => +a.startAt - +b.startAt)) {
    if (+step.startAt - until > stayMs) {
      if (run.includes(one)) break;
      run = [];
    }
    run.push(step);
    until = Math.max(until, +step.endAt);
  }
  return run.filter((step) => step !== one);
}

/**
 * Whether the patient of a booking is busy with another treatment that he comes for at once, or waits for an earlier
 * one: he waits once, and not for what comes after.
 * @param visit all of it, the booking itself too
 */
export function follows(one: Step, visit: readonly Step[]): boolean {
  if (one.startedAt || (one.status !== 'confirmed' && one.status !== 'pending')) return false;
  const open = comesFor(one, visit).filter(({ status }) => status === 'confirmed');
  const isBefore = ({ startAt, id }: Step) =>
    +startAt < +one.startAt || (+startAt === +one.startAt && id < one.id);
  return open.some((other) => other.startedAt ?? (one.arrivedAt && other.arrivedAt && isBefore(other)));
}

/** When the last treatment before it was over, if that was after the patient had come. */
function waitsSince(
  { id, arrivedAt, localDate }: Step,
  visit: readonly (Step & { readonly last?: Act })[],
): Date | undefined {
  if (!arrivedAt) return undefined;
  const over = visit
    .filter((one) => one.id !== id && one.status === 'completed' && one.localDate === localDate)
    .map(({ endAt, last }) => (last?.action === 'bookings.complete' ? last.at : endAt));
  return over.reduce((latest, at) => (at > latest ? at : latest), arrivedAt);
}

/**
 * Bookings with what the others of their visits say of them.
 * @param known the others, where more are known than are shown
 */
export function inVisits<One extends Step & { readonly last?: Act }>(
  shown: readonly One[],
  known: readonly One[] = shown,
): (One & InVisit)[] {
  const visits = Map.groupBy(known, ({ visitId }) => visitId);
  return shown.map((one) => {
    const visit = one.visitId && visits.get(one.visitId);
    if (!visit) return one;
    const lasts = visit.filter(({ id }) => id !== one.id).map(({ last }) => last);
    const since = waitsSince(one, visit);
    return {
      ...one,
      ...(follows(one, visit) && { follows: true }),
      ...(since && { waitsSince: since }),
      ...(isPassed(one.last, lasts) && { passed: true }),
    };
  });
}

/** The visits of which something that was done as one may be undone: what of them is on another day has to be known. */
export function undoableVisits<Id extends string>(
  bookings: readonly { readonly visitId?: Id | undefined; readonly last?: Act }[],
  now: Date,
): Id[] {
  const open = bookings.filter(({ last }) => isRecent(last, now) && last.together);
  return [...new Set(open.flatMap(({ visitId }) => visitId ?? []))];
}
