// Pure arithmetic: hours and holds in, free times out. The same intervals say which times are offered, why another
// time is not, and check a time again when it is booked.
import type { Extent } from '../bookings/holds.ts';
import type { SlotReason } from '../errors.ts';
import type { StaffId } from '../staff/schema.ts';
import { addDays, instantAt, localDate, minute, type Interval } from '../time.ts';
import type { Days } from './days.ts';
import { isAway, type DateException, type TimeOff } from './hours.ts';
import { holding, intersection, normalized, partsIn, without } from './intervals.ts';

/** The clinic's rules for a booking. */
export interface Rules {
  readonly now: Date;
  readonly openingHours: readonly string[];
  /** Times are offered at multiples of this many minutes from local midnight. */
  readonly gridMin: number;
  /** Whether another time than one of those can be taken. */
  readonly offGrid: boolean;
  /** How many minutes after it has begun a time can still be taken: a receptionist types while time passes. */
  readonly lateMin: number;
  /** The least minutes between now and the start. */
  readonly noticeMin: number;
  /** How many days ahead can be booked, today included. */
  readonly windowDays: number;
}

/** One staff member's plan and what is already taken from it. */
export interface StaffPlan {
  readonly id: StaffId;
  readonly assigned: boolean;
  readonly workingHours: readonly string[];
  readonly exceptions: readonly DateException[];
  readonly timeOff: readonly TimeOff[];
  /** Whole ticks, as bookings hold them. */
  readonly busy: readonly (Interval & { readonly bookingId: string })[];
}

/** A time that can be booked. */
export interface Slot {
  readonly startAt: Date;
  readonly endAt: Date;
  /** Everybody who could do it then, the least loaded first. */
  readonly staffIds: readonly StaffId[];
}

/**
 * When something of a length can begin on a range of days. Opening hours and shifts have to hold the treatment; its
 * buffers may lie outside of them, but not on another booking. Each condition is a list of intervals in which a start
 * meets it: a start is free where all of them have it, and each that has it not is a reason.
 */
export class Starts {
  readonly days: Days;
  readonly #rules: Rules;
  readonly #extent: Extent;
  readonly #early: number;
  readonly #noticed: number;
  readonly #late: number;
  readonly #open: readonly Interval[];
  readonly #shifts = new Map<string, readonly Interval[]>();
  readonly #free = new Map<string, readonly Interval[]>();

  constructor(days: Days, rules: Rules, extent: Extent) {
    this.days = days;
    this.#rules = rules;
    this.#extent = extent;
    const now = rules.now.getTime();
    this.#early = Math.min(now, now - rules.lateMin * minute + 1);
    this.#noticed = rules.noticeMin > 0 ? now + rules.noticeMin * minute : -Infinity;
    const lastDay = addDays(localDate(rules.now, days.zone), rules.windowDays);
    this.#late = instantAt(lastDay, '00:00', days.zone).getTime();
    this.#open = this.#within(days.hours(rules.openingHours));
  }

  /** When a staff member can begin it on these days, off the grid too; sorted, in UTC milliseconds. */
  free(staff: StaffPlan): readonly Interval[] {
    let free = this.#free.get(staff.id);
    if (!free) this.#free.set(staff.id, (free = this.#freeOf(staff)));
    return free;
  }

  #freeOf(staff: StaffPlan): readonly Interval[] {
    if (!staff.assigned) return [];
    const { from, to } = this.days.whole;
    const allowed = { from: Math.max(from, this.#early, this.#noticed), to: Math.min(to, this.#late) };
    const served = intersection(this.#open, this.#shiftsOf(staff));
    const taken = normalized(staff.busy.map((busy) => this.#against(busy)));
    return without(intersection(served, [allowed]), taken);
  }

  /** Whether it can begin then. */
  isFree(startAt: number, staff: StaffPlan): boolean {
    return holding(this.free(staff), startAt) !== undefined && this.#onGrid(startAt);
  }

  #onGrid(startAt: number): boolean {
    const { offGrid, gridMin } = this.#rules;
    if (offGrid) return true;
    const midnight = this.days.day(localDate(new Date(startAt), this.days.zone)).from;
    return (startAt - midnight) % (gridMin * minute) === 0;
  }

  /** Every reason against a start, which lies on one of the days, for one staff member; none means that it is free. */
  reasons(startAt: number, staff: StaffPlan): SlotReason[] {
    const date = localDate(new Date(startAt), this.days.zone);
    const reasons: SlotReason[] = [];
    if (startAt < this.#early) reasons.push({ code: 'PAST' });
    else if (startAt < this.#noticed) reasons.push({ code: 'NOTICE' });
    if (!this.#onGrid(startAt)) reasons.push({ code: 'OFF_GRID' });
    if (startAt >= this.#late) reasons.push({ code: 'WINDOW' });
    if (!holding(this.#open, startAt)) reasons.push({ code: 'CLOSED' });
    if (!staff.assigned) reasons.push({ code: 'NOT_ASSIGNED' });
    if (!holding(this.#shiftsOf(staff), startAt)) {
      const away = isAway(staff.timeOff, date) || holding(this.#shiftsOf({ ...staff, timeOff: [] }), startAt);
      reasons.push({ code: away ? 'ON_LEAVE' : 'OFF_SHIFT' });
    }
    for (const busy of staff.busy) {
      if (holding([this.#against(busy)], startAt)) reasons.push({ code: 'BUSY', bookingId: busy.bookingId });
    }
    return reasons;
  }

  /** The starts for which the whole of it lies within some hours. */
  #within(hours: readonly Interval[]): Interval[] {
    const length = this.#extent.durationMin * minute;
    return hours.map(({ from, to }) => ({ from, to: to - length + 1 })).filter(({ from, to }) => from < to);
  }

  /** The starts with which it would take time that is taken. */
  #against(busy: Interval): Interval {
    const { durationMin, bufferBeforeMin, bufferAfterMin } = this.#extent;
    return {
      from: busy.from - (durationMin + bufferAfterMin) * minute + 1,
      to: busy.to + bufferBeforeMin * minute,
    };
  }

  #shiftsOf({ id, workingHours, exceptions, timeOff }: StaffPlan): readonly Interval[] {
    const key = `${id} ${timeOff.length > 0}`;
    let shifts = this.#shifts.get(key);
    if (!shifts) {
      shifts = this.#within(this.days.hours(workingHours, exceptions, timeOff));
      this.#shifts.set(key, shifts);
    }
    return shifts;
  }
}

/**
 * The free times of one local day for any of these staff members, who come in the order of preference.
 * @param stepMin minutes between them, counted from midnight
 */
export function slotsOn(
  starts: Starts,
  date: string,
  durationMin: number,
  staff: readonly StaffPlan[],
  stepMin: number,
): Slot[] {
  const day = starts.days.day(date);
  const step = stepMin * minute;
  const free: StaffId[][] = [];
  for (const one of staff) {
    for (const { from, to } of partsIn(starts.free(one), day)) {
      const first = Math.ceil((from - day.from) / step);
      for (let n = first; day.from + n * step < to; n++) (free[n] ??= []).push(one.id);
    }
  }
  return free.flatMap((staffIds, n) => {
    const at = day.from + n * step;
    return { startAt: new Date(at), endAt: new Date(at + durationMin * minute), staffIds };
  });
}

/** The first start at or after an instant, on a step of the clock. */
export function firstStart(
  free: readonly Interval[],
  notBefore: number,
  stepMin: number,
): number | undefined {
  const step = stepMin * minute;
  for (const { from, to } of free) {
    const start = Math.ceil(Math.max(from, notBefore) / step) * step;
    if (start < to) return start;
  }
  return undefined;
}
