import { occupied, type Extent } from '../bookings/holds.ts';
import type { BookingId } from '../bookings/schema.ts';
import type { StaffId } from '../staff/schema.ts';
import type { Interval } from '../time.ts';
import type { Calendar, Wanted } from './plans.ts';
import { Starts, type Rules, type StaffPlan } from './slots.ts';

/** A booking that is looked for another place. */
type Movable = Extent & { readonly id: BookingId };

/**
 * A calendar on which bookings are moved one after another before anything is written: what one of them has taken is
 * not free for the next, and what it has left is.
 */
export class Draft {
  readonly #calendar: Calendar;
  readonly #rules: Rules;
  /** Where each booking that was lifted is now; undefined while it is nowhere. */
  readonly #moved = new Map<string, (Interval & { readonly staffId: StaffId }) | undefined>();

  constructor(calendar: Calendar, rules: Rules) {
    this.#calendar = calendar;
    this.#rules = rules;
  }

  get days() {
    return this.#calendar.days;
  }

  /** Takes bookings off the calendar: their time is free. */
  lift(bookings: readonly Movable[]): void {
    for (const { id } of bookings) this.#moved.set(id, undefined);
  }

  /** Puts a booking where it is to go. */
  put(booking: Movable, { staffId, startAt }: { readonly staffId: StaffId; readonly startAt: Date }): void {
    this.#moved.set(booking.id, { ...occupied(startAt, booking), staffId });
  }

  /** Puts bookings where they were. */
  putBack(bookings: readonly Movable[]): void {
    for (const { id } of bookings) this.#moved.delete(id);
  }

  /** As the calendar's candidates are, with what is taken by now. */
  candidates(wanted: Wanted, date: string): StaffPlan[] {
    const placed = [...this.#moved].flatMap(([bookingId, at]) => (at ? { ...at, bookingId } : []));
    return this.#calendar.candidates(wanted, date).map((plan) => ({
      ...plan,
      busy: [
        ...plan.busy.filter(({ bookingId }) => !this.#moved.has(bookingId)),
        ...placed.filter(({ staffId }) => staffId === plan.id),
      ],
    }));
  }

  /** When something can begin by now: what is put later is not seen by it. */
  starts(extent: Extent): Starts {
    return new Starts(this.days, this.#rules, extent);
  }
}
