import { tickMin } from '../bookings/holds.ts';
import { findByVisit } from '../bookings/read.ts';
import { holdsTime, type Booking } from '../bookings/schema.ts';
import type { SlotReason } from '../errors.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { minute, type Interval } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { longestTreatmentMin } from '../treatments/schema.ts';
import { pushedBy, type Pushed } from './chain.ts';
import { distinct, explained, explanationOf, type Explanation } from './explain.ts';
import { holding } from './intervals.ts';
import { calendarFor, rulesFor } from './plans.ts';
import { Starts } from './slots.ts';

/** What becomes of a booking, and of what follows it in its visit, when it lasts longer or shorter. */
export interface Lasting {
  /** The booking itself, and behind it the treatments of its visit that begin later because of it. */
  readonly steps: readonly (Pushed<Booking> & { readonly explanation: Explanation })[];
  /** All that speaks against it, each reason once. */
  readonly reasons: readonly SlotReason[];
  /** How long it can last without anything else having to move, in minutes. */
  readonly longestMin: number;
  /** What is still so of the reasons over which it was put where it is. */
  readonly standing: readonly SlotReason[];
}

/**
 * Only the time that is added has to be free: what a booking has already is its own, whatever has become of the hours
 * since. What follows in the same visit gives way and begins later.
 */
export async function lasting(clinic: TenantScope, booking: Booking, durationMin: number): Promise<Lasting> {
  const { id, staffId, startAt, endAt } = booking;
  const following = await followingOf(clinic, booking);
  const pushed = durationMin > booking.durationMin ? pushedBy({ ...booking, durationMin }, following) : [];
  const away = pushed.map((step) => step.booking.id);

  // Whoever does it is settled, and so is when it begins: neither is asked about again.
  const wanted = { treatment: { assignedStaff: [staffId] }, who: staffId };
  const calendar = await calendarFor(clinic, [wanted], { from: booking.localDate, days: 2 }, [id]);
  const plans = calendar.candidates(wanted, booking.localDate);
  const startsOf = (minutes: number, bufferBeforeMin: number) =>
    new Starts(
      calendar.days,
      { ...rulesFor(clinic), now: startAt },
      { durationMin: minutes, bufferBeforeMin, bufferAfterMin: booking.bufferAfterMin },
    );

  const without: ReadonlySet<string> = new Set(away);
  const cleared = plans.map((plan) => {
    return { ...plan, busy: plan.busy.filter(({ bookingId }) => !without.has(bookingId)) };
  });
  const more = durationMin - booking.durationMin;
  const own = more > 0 ? explained(startsOf(more, 0), endAt, cleared) : asItIs(booking);

  const tick = startsOf(tickMin, 0);
  const until = Math.min(
    ...plans.map((plan) => freeUntil(tick.free(plan), endAt.getTime())),
    following[0]?.startAt.getTime() ?? Infinity,
  );
  const longest = Math.min(longestTreatmentMin, Math.floor((until - startAt.getTime()) / minute));

  const steps = [
    { booking, startAt, explanation: own },
    ...(await explainedSteps(clinic, pushed, [id, ...away])),
  ];
  const now = explained(startsOf(durationMin, booking.bufferBeforeMin), startAt, plans).reasons;
  return {
    steps,
    reasons: distinct(steps.flatMap(({ explanation }) => explanation.reasons)),
    longestMin: Math.max(booking.durationMin, longest),
    standing: (booking.override?.against ?? []).filter(
      ({ code, bookingId }) =>
        code === 'NOT_ASSIGNED' || now.some((one) => one.code === code && one.bookingId === bookingId),
    ),
  };
}

/** Until when what ends at an instant could go on, where a tick more can begin. */
function freeUntil(ticks: readonly Interval[], end: number): number {
  const free = holding(ticks, end);
  return free ? free.to - 1 + tickMin * minute : end;
}

function asItIs({ staffId }: Booking): Explanation {
  return { staffIds: [staffId], reasons: [], staff: [] };
}

/** What comes behind a booking in its visit, by time. */
async function followingOf(clinic: TenantScope, { id, visitId, endAt }: Booking): Promise<Booking[]> {
  if (!visitId) return [];
  const steps = await findByVisit(clinic, visitId);
  return steps.filter(
    (step) => step.id !== id && holdsTime(step.status) && !step.startedAt && step.startAt >= endAt,
  );
}

async function explainedSteps(
  clinic: TenantScope,
  pushed: readonly Pushed<Booking>[],
  except: readonly Booking['id'][],
): Promise<Lasting['steps'][number][]> {
  const steps = [];
  for (const { booking, startAt } of pushed) {
    const treatment = await within(clinic, treatmentsCollection).get(booking.treatmentId, 'treatment');
    const wanted = { treatment, who: booking.staffId };
    const explanation = await explanationOf(clinic, wanted, startAt, booking, except);
    steps.push({ booking, startAt, explanation });
  }
  return steps;
}
