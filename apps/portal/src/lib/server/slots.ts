// Free times as the booking pages choose among them: a strip of days with counts, and one day in full.
import {
  addDays,
  instantAt,
  LocalDate,
  localTime,
  type BookingId,
  type StaffId,
  type TreatmentId,
  type VisitId,
} from '@paper-circe/api';
import { z } from 'zod';
import type { FreeTime as Free, FreeTimes } from '#lib/free-times.ts';
import type { Clinic, ClinicApi } from './api.ts';
import { sane } from './form.ts';

/** As many days as are seen at once: two weeks. */
export const stripDays = 14;

/** The clinic's wall clock, such as `10:15`. */
export const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** One treatment of a visit at its time; with nobody yet where nobody is free then. */
export interface StepTime {
  readonly treatmentId: string;
  readonly staffId?: string;
  readonly startAt: Date;
  readonly endAt: Date;
}

export interface FreeTime extends Free {
  readonly endAt: Date;
  /** Who could do it, the least loaded first; of a visit, who does it, in the order of its treatments. */
  readonly staffIds: readonly string[];
  /** Of a visit: where each treatment would be. */
  readonly steps?: readonly StepTime[];
}

export interface SlotChoice extends FreeTimes<FreeTime> {
  /** The first of these times at which each staff member is free. */
  readonly soonest: readonly { readonly staffId: string; readonly date: string; readonly startAt: Date }[];
}

/** The day as the address has it, and where the strip begins. */
interface Asked {
  readonly date: string | null;
  readonly from: string | null;
  /** The day from which on times are shown while the address asks for none: where what is moved is now. */
  readonly near?: string | undefined;
}

interface Wanted extends Asked {
  readonly treatmentId: TreatmentId;
  readonly staffId: StaffId | 'any';
  readonly moving?: BookingId;
}

interface WantedVisit extends Asked {
  readonly steps: readonly { readonly treatmentId: TreatmentId; readonly staffId: StaffId | 'any' }[];
  readonly moving?: VisitId;
}

/** The strip begins today, or where it was turned to, or at the day that is asked for when that lies beyond. */
function stripStart(today: string, date: string | undefined, from: string | undefined): string {
  const asked = from && from > today ? from : today;
  if (!date || (date >= asked && date < addDays(asked, stripDays))) return asked;
  return date < addDays(today, stripDays) ? today : date;
}

/** The free times for one treatment. */
export function slotChoice(api: ClinicApi, clinic: Clinic, wanted: Wanted): Promise<SlotChoice> {
  const { treatmentId, staffId, moving } = wanted;
  return choiceOf(clinic, wanted, async (from) => {
    const found = await api.availability.search({ treatmentId, staffId, from, days: stripDays, moving });
    return found.map(({ date, slots }) => ({ date, times: slots }));
  });
}

/** The times at which all treatments of a visit fit one after another. */
export function visitSlotChoice(api: ClinicApi, clinic: Clinic, wanted: WantedVisit): Promise<SlotChoice> {
  const { moving } = wanted;
  const steps = wanted.steps.map(({ treatmentId, staffId }) => ({ treatmentId, staffId }));
  return choiceOf(clinic, wanted, async (from) => {
    const found = await api.availability.visits({ steps, from, days: stripDays, moving });
    return found.map(({ date, starts }) => ({
      date,
      times: starts.map((start) => ({
        ...start,
        staffIds: [...new Set(start.steps.map(({ staffId }) => staffId))],
      })),
    }));
  });
}

/** Where a clinic is in time; the public, which is offered no other, needs no `now` to be offered what is to come. */
type At = Pick<Clinic, 'today' | 'timezone'> & { readonly now?: Date };

/**
 * The free times of two weeks from now on, from wherever they come. One that has just begun, which the desk may still
 * take, is none that is offered to somebody who telephones; whoever stands at the desk is a walk-in.
 */
export async function choiceOf(
  { today, now, timezone }: At,
  wanted: Asked,
  find: (from: string) => Promise<{ date: string; times: readonly Omit<FreeTime, 'date' | 'time'>[] }[]>,
): Promise<SlotChoice> {
  const asked = sane(LocalDate, wanted.date);
  const date = asked && asked >= today ? asked : undefined;
  const turned = sane(LocalDate, wanted.from);
  const near = date || turned ? undefined : wanted.near;
  const from = stripStart(today, date ?? near, turned);
  const days = (await find(from)).map((day) => ({
    date: day.date,
    slots: day.times
      .filter(({ startAt }) => !now || startAt >= now)
      .map((free): FreeTime => ({ ...free, date: day.date, time: localTime(free.startAt, timezone) })),
  }));
  const free = days.filter(({ slots }) => slots.length > 0);
  const shown =
    days.find((day) => day.date === date) ??
    free.find((day) => near && day.date >= near) ??
    free[0] ??
    days[0];
  return {
    days: days.map((day) => ({ date: day.date, count: day.slots.length })),
    date: shown?.date ?? from,
    times: shown?.slots ?? [],
    next: free.slice(0, 3).flatMap(({ slots }) => slots.slice(0, 1)),
    soonest: soonestOf(free.flatMap(({ slots }) => slots)),
    ...(from > today && {
      earlier: addDays(from, -stripDays) < today ? today : addDays(from, -stripDays),
    }),
    later: addDays(from, stripDays),
  };
}

function soonestOf(times: readonly FreeTime[]): SlotChoice['soonest'] {
  const first = new Map<string, SlotChoice['soonest'][number]>();
  for (const { date, startAt, staffIds } of times)
    for (const staffId of staffIds) if (!first.has(staffId)) first.set(staffId, { staffId, date, startAt });
  return [...first.values()];
}

/** A time that was asked for by the address, whether it is free or not. */
export interface AskedTime extends FreeTime {
  readonly isOffered: boolean;
}

/**
 * The time of the shown day that the address asks for.
 * @param minutes how long it takes, where nothing is offered then
 */
export function askedTime(
  slots: SlotChoice,
  { timezone }: Pick<Clinic, 'timezone'>,
  url: URL,
  minutes: number,
): AskedTime | undefined {
  const time = slots.date === url.searchParams.get('date') && sane(ClockTime, url.searchParams.get('time'));
  if (!time) return undefined;
  const offered = slots.times.find((slot) => slot.time === time);
  if (offered) return { ...offered, isOffered: true };
  const startAt = instantAt(slots.date, time, timezone);
  const endAt = new Date(startAt.getTime() + minutes * 60_000);
  return { date: slots.date, time, startAt, endAt, staffIds: [], isOffered: false };
}
