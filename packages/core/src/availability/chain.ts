// The steps of a visit one after another: pure arithmetic over when each can begin.
import { occupied, tickMin, type Extent } from '../bookings/holds.ts';
import type { SlotReason } from '../errors.ts';
import type { StaffId } from '../staff/schema.ts';
import { minute } from '../time.ts';
import type { Starts, StaffPlan } from './slots.ts';

/** One treatment of a visit, with those who could do it in the order of preference. */
export interface Step {
  readonly extent: Extent;
  readonly starts: Starts;
  readonly staff: readonly StaffPlan[];
}

export interface Fitted {
  readonly staffId: StaffId;
  readonly startAt: Date;
  readonly endAt: Date;
}

/** The longest buffer of a treatment. */
const longestBuffer = 120 * minute;

/** Who is taken until when by the steps before. */
type Taken = ReadonlyMap<StaffId, number>;

/** The furthest step that somebody was asked for, and at which starts, when a visit fits nowhere. */
interface Stuck {
  step: number;
  tried: { readonly staff: StaffPlan; readonly start: number }[];
}

/**
 * Fits the steps of a visit from a start on. Each begins on the tick at which the one before it ends. Only where there
 * is no other way does one wait, and only for what its own staff member has to do before and after these steps.
 * @returns where each step is, or why the furthest one that was reached is nowhere
 */
export function fitted(
  steps: readonly Step[],
  startAt: number,
): { readonly places: readonly Fitted[] } | { readonly reasons: () => SlotReason[] } {
  const dead = new Set<string>();
  const stuck: Stuck = { step: -1, tried: [] };

  const fit = (waits: boolean, index: number, ready: number, taken: Taken): Fitted[] | undefined => {
    const step = steps[index];
    if (!step) return [];
    const state = `${waits} ${stateOf(index, ready, taken)}`;
    if (dead.has(state)) return undefined;
    const tried: Stuck['tried'] = [];
    for (const staff of step.staff) {
      const start = index === 0 ? ready : soonest(ready, taken.get(staff.id), step.extent);
      if (start > ready && !waits) continue;
      tried.push({ staff, start });
      if (!step.starts.isFree(start, staff)) continue;
      const end = start + step.extent.durationMin * minute;
      const after = new Map(taken).set(staff.id, occupied(start, step.extent).to);
      const rest = fit(waits, index + 1, onTick(end), after);
      if (rest) return [{ staffId: staff.id, startAt: new Date(start), endAt: new Date(end) }, ...rest];
    }
    if (waits && index > stuck.step) Object.assign(stuck, { step: index, tried });
    dead.add(state);
    return undefined;
  };

  const places = fit(false, 0, startAt, new Map()) ?? fit(true, 0, startAt, new Map());
  return places ? { places } : { reasons: () => reasonsOf(steps, stuck) };
}

/** Where a step is when the steps follow each other whatever speaks against it. */
export interface Laid {
  readonly startAt: Date;
  readonly endAt: Date;
  /** Who is free then; left out when nobody is. */
  readonly staffId?: StaffId;
  /** Everybody who was asked for, in the order of preference, with what speaks against when he could begin. */
  readonly staff: readonly {
    readonly staffId: StaffId;
    readonly startAt: Date;
    readonly reasons: readonly SlotReason[];
  }[];
}

/**
 * Lays the steps of a visit one after another from a start on, each with the first who is free then.
 * @param own whose each step is now, before anybody else is preferred
 */
export function laid(
  steps: readonly Step[],
  startAt: number,
  own: readonly (StaffId | undefined)[] = [],
): Laid[] {
  const taken = new Map<StaffId, number>();
  let ready = startAt;
  return steps.map(({ extent, starts, staff }, index) => {
    const isOwn = (plan: StaffPlan) => Number(plan.id === own[index]);
    const inOrder = staff.toSorted((a, b) => isOwn(b) - isOwn(a));
    const asked = inOrder.map((plan) => {
      const start = index === 0 ? ready : soonest(ready, taken.get(plan.id), extent);
      return { staffId: plan.id, startAt: new Date(start), reasons: starts.reasons(start, plan) };
    });
    const free = asked.filter(({ reasons }) => reasons.length === 0);
    const best = free.sort((a, b) => a.startAt.getTime() - b.startAt.getTime())[0];
    const chosen = best ?? asked[0];
    const start = chosen?.startAt.getTime() ?? ready;
    const end = start + extent.durationMin * minute;
    if (chosen) taken.set(chosen.staffId, occupied(start, extent).to);
    ready = onTick(end);
    return {
      startAt: new Date(start),
      endAt: new Date(end),
      ...(best && { staffId: best.staffId }),
      staff: asked,
    };
  });
}

/** A booking that begins later because of what comes before it in its visit. */
export interface Pushed<Booked> {
  readonly booking: Booked;
  readonly startAt: Date;
}

/** The bookings behind one that would begin before it and those behind it have ended, with when they begin instead. */
export function pushedBy<Booked extends Extent & { readonly staffId: StaffId; readonly startAt: Date }>(
  first: Booked,
  following: readonly Booked[],
): Pushed<Booked>[] {
  const taken = new Map<StaffId, number>();
  const pushed: Pushed<Booked>[] = [];
  let ready = 0;
  const place = (booking: Booked, start: number) => {
    ready = onTick(start + booking.durationMin * minute);
    taken.set(booking.staffId, occupied(start, booking).to);
  };
  place(first, first.startAt.getTime());
  for (const booking of following) {
    const start = soonest(ready, taken.get(booking.staffId), booking);
    if (start <= booking.startAt.getTime()) break;
    pushed.push({ booking, startAt: new Date(start) });
    place(booking, start);
  }
  return pushed;
}

/** When a staff member who is taken until an instant can begin, at the earliest when the patient is ready. */
function soonest(ready: number, takenTo: number | undefined, { bufferBeforeMin }: Extent): number {
  return takenTo === undefined ? ready : Math.max(ready, onTick(takenTo + bufferBeforeMin * minute));
}

function onTick(instant: number): number {
  const tick = tickMin * minute;
  return Math.ceil(instant / tick) * tick;
}

/** All that matters to the steps to come. */
function stateOf(index: number, ready: number, taken: Taken): string {
  const still = [...taken].filter(([, to]) => to + longestBuffer > ready);
  return `${index} ${ready} ${still
    .map((one) => one.join('@'))
    .sort()
    .join(' ')}`;
}

function reasonsOf(steps: readonly Step[], { step, tried }: Stuck): SlotReason[] {
  const { starts } = steps[step]!;
  const all = tried.flatMap(({ staff, start }) => starts.reasons(start, staff));
  if (tried.length === 0) all.push({ code: 'NOT_ASSIGNED' });
  const distinct = new Map(all.map((one) => [`${one.code} ${one.bookingId ?? ''}`, { ...one, step }]));
  return [...distinct.values()];
}
