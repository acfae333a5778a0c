import { z } from 'zod';
import { bookingsCollection } from '../bookings/collection.ts';
import { aheadStatuses, dayLimit } from '../bookings/read.ts';
import type { Booking } from '../bookings/schema.ts';
import { invalid } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { get as getStaff } from '../staff/read.ts';
import { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { dayInterval, instantAt, LocalDate, minute } from '../time.ts';
import type { Treatment } from '../treatments/schema.ts';
import { fitted, type Fitted } from './chain.ts';
import { Draft } from './draft.ts';
import { calendarFor, rulesFor } from './plans.ts';
import type { StaffPlan } from './slots.ts';
import { treatmentsOf } from './visits.ts';

/** Whose day shall be moved. */
export const MovesSearch = z.strictObject({
  staffId: StaffId,
  /** The local day, such as `2026-11-24`. */
  date: LocalDate,
});
export type MovesSearch = z.input<typeof MovesSearch>;

/** What is moved as one, and where it could go. */
export interface DayMove {
  /** One booking, or what is to come of a visit, by time. */
  readonly bookings: readonly Booking[];
  /**
   * Where each of the bookings would be; the first is proposed, the others are by time. None when nothing is free. All
   * that are proposed fit beside each other, and each of the others beside what is proposed for the rest.
   */
  readonly options: readonly (readonly Fitted[])[];
}

/** On how many days after the day itself a time is looked for. */
const daysAfter = 7;

/** How many other times of the same day are offered. */
const timesThatDay = 6;

/** Nobody is asked to come sooner than was booked at shorter notice, in minutes. */
const soonestMin = 120;

/**
 * Where the open bookings of a staff member's local day could go when that day does not take place: the same time with
 * somebody else who performs the treatment, else the nearest time of that day, else on the next seven days, with the
 * same staff member before others. What has begun is left out. Six queries, however many bookings, staff and days.
 * @throws NOT_FOUND when the staff member does not exist
 * @throws VALIDATION also when more bookings lie in these days than can be looked at in one search
 */
export async function searchMoves(clinic: TenantScope, input: MovesSearch): Promise<DayMove[]> {
  const { staffId, date } = parsed(MovesSearch, input);
  await getStaff(clinic, staffId);
  const whole = await openOn(clinic, staffId, date);
  if (whole.length === 0) return [];
  const treatments = await treatmentsOf(clinic, whole.flat(), { inactiveToo: true });
  const byId = new Map(treatments.map((one) => [one.id as string, one]));
  const wanted = treatments.map((treatment) => ({ treatment, who: 'any' as const }));
  const calendar = await calendarFor(clinic, wanted, { from: date, days: daysAfter + 2 });
  const rules = rulesFor(clinic);
  const moves = new Moves(new Draft(calendar, rules), { staffId, date, step: rules.gridMin, now: rules.now });
  const units = whole.map((bookings) =>
    bookings.map((booking) => ({ booking, treatment: byId.get(booking.treatmentId)! })),
  );
  // Whoever can keep the time gets it before others are moved to it.
  const kept = units.map((unit) => moves.place(unit, () => moves.sameTime(unit)[0]));
  const proposed = units.map((unit, n) => kept[n] ?? moves.place(unit, () => moves.nearest(unit)));
  return units.map((unit, n) => ({
    bookings: whole[n]!,
    options: moves.optionsOf(unit, proposed[n]),
  }));
}

/** The open bookings of a staff member's day by time, each with what is to come of its visit. */
async function openOn(clinic: TenantScope, staffId: StaffId, date: string): Promise<Booking[][]> {
  const { from, to } = dayInterval(date, clinic.tenant.config.timezone);
  const open = { status: { $in: aheadStatuses }, startedAt: { $exists: false } } as const;
  const found = await within(clinic, bookingsCollection).find(
    { staffId, startAt: { $gte: new Date(from), $lt: new Date(to) }, ...open },
    { sort: { startAt: 1, id: 1 }, limit: dayLimit + 1 },
  );
  if (found.length > dayLimit) throw invalid('date', `There are more than ${dayLimit} bookings on this day.`);
  const visitIds = [...new Set(found.flatMap(({ visitId }) => visitId ?? []))];
  const steps =
    visitIds.length === 0
      ? []
      : await within(clinic, bookingsCollection).find(
          { visitId: { $in: visitIds }, ...open },
          { sort: { startAt: 1, id: 1 }, limit: dayLimit },
        );
  const ofVisit = Map.groupBy(steps, ({ visitId }) => visitId);
  const units = Map.groupBy(found, ({ id, visitId }) => visitId ?? id);
  return [...units.values()].map((own) => ofVisit.get(own[0]?.visitId) ?? own);
}

type Unit = readonly { readonly booking: Booking; readonly treatment: Treatment }[];
type Places = readonly Fitted[];

/** Looks for places one after another, on a draft of the calendar. */
class Moves {
  readonly #draft: Draft;
  readonly #staffId: StaffId;
  readonly #date: string;
  readonly #step: number;
  readonly #soonest: number;

  constructor(
    draft: Draft,
    { staffId, date, step, now }: { staffId: StaffId; date: string; step: number; now: Date },
  ) {
    this.#draft = draft;
    this.#staffId = staffId;
    this.#date = date;
    this.#step = step * minute;
    this.#soonest = now.getTime() + soonestMin * minute;
  }

  /** Puts a unit where something finds a place for it, and leaves it where it is when nothing does. */
  place(unit: Unit, find: () => Places | undefined): Places | undefined {
    const bookings = unit.map(({ booking }) => booking);
    this.#draft.lift(bookings);
    const places = find();
    if (places) for (const [n, booking] of bookings.entries()) this.#draft.put(booking, places[n]!);
    else this.#draft.putBack(bookings);
    return places;
  }

  optionsOf(unit: Unit, proposed: Places | undefined): Places[] {
    let others: Places[] = [];
    this.place(unit, () => {
      const later = this.#daysAfter().flatMap((date) => [...this.#nearestOn(unit, date)]);
      others = [...this.sameTime(unit), ...this.#on(unit, this.#date, 'any', timesThatDay), ...later];
      return proposed;
    });
    const byKey = new Map(others.toSorted(byTime).map((places) => [keyOf(places), places]));
    if (proposed) byKey.delete(keyOf(proposed));
    return [...(proposed ? [proposed] : []), ...byKey.values()];
  }

  /** With everybody who can take it as it is; of a visit, all others keep their steps. */
  sameTime(unit: Unit): Places[] {
    const startAt = unit[0]!.booking.startAt.getTime();
    const asked = unit.map(({ booking, treatment }) => {
      if (booking.staffId === this.#staffId) return this.#others(treatment);
      return this.#draft.candidates({ treatment, who: booking.staffId }, this.#date);
    });
    const ways = unit.length === 1 ? asked[0]!.map((plan) => [[plan]]) : [asked];
    return ways.flatMap((staff) => {
      const found = fitted(this.#chain(unit, staff), startAt);
      return 'places' in found ? [found.places] : [];
    });
  }

  /** The nearest time of that day, or else the nearest one of the first day after it that has any. */
  nearest(unit: Unit): Places | undefined {
    const [sameDay] = this.#on(unit, this.#date, 'any', 1);
    if (sameDay) return sameDay;
    for (const date of this.#daysAfter()) {
      const [found] = this.#nearestOn(unit, date);
      if (found) return found;
    }
    return undefined;
  }

  /** The nearest place on another day with the same staff member, and the one with anybody, each looked for when it is asked for. */
  *#nearestOn(unit: Unit, date: string): Generator<Places> {
    yield* this.#on(unit, date, 'own', 1);
    yield* this.#on(unit, date, 'any', 1);
  }

  /** The first few places on a day, those nearest to the time of day first. */
  #on(unit: Unit, date: string, who: 'own' | 'any', most: number): Places[] {
    const chain = this.#chain(
      unit,
      unit.map(({ booking, treatment }) => {
        const all = date === this.#date ? this.#others(treatment) : this.#all(treatment, date);
        const own = all.filter(({ id }) => id === booking.staffId);
        return who === 'own' ? own : [...own, ...all.filter(({ id }) => id !== booking.staffId)];
      }),
    );
    const { startAt, localTime } = unit[0]!.booking;
    const target = instantAt(date, localTime, this.#draft.days.zone).getTime();
    const places: Places[] = [];
    for (const at of this.#starts(date, target)) {
      if (places.length === most) break;
      if (at < startAt.getTime() && at < this.#soonest) continue;
      const found = fitted(chain, at);
      if ('places' in found) places.push(found.places);
    }
    return places;
  }

  #chain(unit: Unit, staff: readonly (readonly StaffPlan[])[]) {
    return unit.map(({ booking }, n) => {
      return { extent: booking, starts: this.#draft.starts(booking), staff: staff[n]! };
    });
  }

  #all(treatment: Treatment, date: string): StaffPlan[] {
    return this.#draft.candidates({ treatment, who: 'any' }, date);
  }

  /** Everybody but whose day it is, on that day. */
  #others(treatment: Treatment): StaffPlan[] {
    return this.#all(treatment, this.#date).filter(({ id }) => id !== this.#staffId);
  }

  /** The times of a day on the grid, those nearest to one of them first, but not that one of the day itself. */
  #starts(date: string, target: number): number[] {
    const { from, to } = this.#draft.days.day(date);
    const all = Array.from({ length: Math.ceil((to - from) / this.#step) }, (_, n) => from + n * this.#step);
    const elsewhere = date === this.#date ? all.filter((at) => at !== target) : all;
    return elsewhere.sort((a, b) => Math.abs(a - target) - Math.abs(b - target));
  }

  #daysAfter(): readonly string[] {
    return this.#draft.days.dates.slice(1, 1 + daysAfter);
  }
}

const byTime = (a: Places, b: Places) => a[0]!.startAt.getTime() - b[0]!.startAt.getTime();

const keyOf = (places: Places) =>
  places.map(({ staffId, startAt }) => `${staffId} ${startAt.getTime()}`).join();
