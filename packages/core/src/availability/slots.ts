// Pure arithmetic: hours and holds in, free times out. The same function says which times are offered, why
// another time is not, and checks a time again when it is booked.
import { occupied, type Extent } from '../bookings/holds.ts';
import type { SlotReason } from '../errors.ts';
import { dayInterval, daysBetween, localDate, minute, type Interval } from '../time.ts';
import { hoursAround, isAway, type DateException, type TimeOff } from './hours.ts';
import { covers, overlaps } from './intervals.ts';

/** The clinic's rules for a booking. */
export interface Rules {
  readonly now: Date;
  readonly zone: string;
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
  readonly id: string;
  readonly assigned: boolean;
  readonly workingHours: readonly string[];
  readonly exceptions: readonly DateException[];
  readonly timeOff: readonly TimeOff[];
  readonly busy: readonly (Interval & { readonly bookingId: string })[];
}

export interface Slot {
  readonly startAt: Date;
  readonly endAt: Date;
  /** Everybody who could do it then, the least loaded first. */
  readonly staffIds: readonly string[];
}

/**
 * One local day, with the arithmetic that every question about it shares. Opening hours and shifts have to hold the
 * treatment; its buffers may lie outside of them, but not on another booking.
 */
export class DayPlan {
  readonly date: string;
  readonly #rules: Rules;
  readonly #extent: Extent;
  readonly #day: Interval;
  readonly #open: readonly Interval[];
  readonly #shifts = new Map<string, readonly Interval[]>();

  constructor(date: string, rules: Rules, extent: Extent) {
    this.date = date;
    this.#rules = rules;
    this.#extent = extent;
    this.#day = dayInterval(date, rules.zone);
    this.#open = hoursAround(date, rules.openingHours, rules.zone);
  }

  /** Every reason against a start for one staff member; none means that it can be booked. */
  reasons(startAt: number, staff: StaffPlan): SlotReason[] {
    const reasons = this.#general(startAt);
    const treatment = { from: startAt, to: startAt + this.#extent.durationMin * minute };
    if (!staff.assigned) reasons.push({ code: 'NOT_ASSIGNED' });
    if (!covers(this.#shiftsOf(staff), treatment)) {
      const away = isAway(staff.timeOff, this.date) || covers(this.#shiftsWithoutLeave(staff), treatment);
      reasons.push({ code: away ? 'ON_LEAVE' : 'OFF_SHIFT' });
    }
    const taken = occupied(startAt, this.#extent);
    for (const busy of staff.busy) {
      if (overlaps(busy, taken)) reasons.push({ code: 'BUSY', bookingId: busy.bookingId });
    }
    return reasons;
  }

  /** The starts of the day, so many minutes apart, against which nothing general speaks; as UTC milliseconds. */
  starts(stepMin = this.#rules.gridMin): number[] {
    const step = stepMin * minute;
    const starts: number[] = [];
    for (let at = this.#day.from; at < this.#day.to; at += step) {
      if (this.#general(at).length === 0) starts.push(at);
    }
    return starts;
  }

  /** Reasons that hold for everybody. */
  #general(startAt: number): SlotReason[] {
    const { noticeMin, windowDays, gridMin, offGrid, lateMin, zone } = this.#rules;
    const now = this.#rules.now.getTime();
    const reasons: SlotReason[] = [];
    if (startAt < now && startAt <= now - lateMin * minute) reasons.push({ code: 'PAST' });
    else if (noticeMin > 0 && startAt < now + noticeMin * minute) reasons.push({ code: 'NOTICE' });
    if (!offGrid && (startAt - this.#day.from) % (gridMin * minute) !== 0) reasons.push({ code: 'OFF_GRID' });
    if (daysBetween(localDate(this.#rules.now, zone), this.date) >= windowDays)
      reasons.push({ code: 'WINDOW' });
    const treatment = { from: startAt, to: startAt + this.#extent.durationMin * minute };
    if (!covers(this.#open, treatment)) reasons.push({ code: 'CLOSED' });
    return reasons;
  }

  #shiftsOf(staff: StaffPlan): readonly Interval[] {
    let shifts = this.#shifts.get(staff.id);
    if (!shifts) {
      shifts = this.#hoursOf(staff, staff.timeOff);
      this.#shifts.set(staff.id, shifts);
    }
    return shifts;
  }

  #shiftsWithoutLeave(staff: StaffPlan): readonly Interval[] {
    return staff.timeOff.length === 0 ? this.#shiftsOf(staff) : this.#hoursOf(staff, []);
  }

  #hoursOf({ workingHours, exceptions }: StaffPlan, timeOff: readonly TimeOff[]): readonly Interval[] {
    return hoursAround(this.date, workingHours, this.#rules.zone, exceptions, timeOff);
  }
}

/**
 * The free times of one local day for any of these staff members, who come in the order of preference.
 * @param stepMin minutes between them; the grid's when left out
 */
export function slotsOn(
  date: string,
  rules: Rules,
  extent: Extent,
  staff: readonly StaffPlan[],
  stepMin = rules.gridMin,
): Slot[] {
  const plan = new DayPlan(date, rules, extent);
  const slots: Slot[] = [];
  for (const start of plan.starts(stepMin)) {
    const staffIds = staff.filter((one) => plan.reasons(start, one).length === 0).map((one) => one.id);
    if (staffIds.length > 0) {
      slots.push({
        startAt: new Date(start),
        endAt: new Date(start + extent.durationMin * minute),
        staffIds,
      });
    }
  }
  return slots;
}
