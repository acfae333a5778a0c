// Free times as the booking pages choose among them: a strip of days with counts, and one day in full.
import {
  addDays,
  instantAt,
  LocalDate,
  localTime,
  type BookingId,
  type StaffId,
  type TreatmentId,
} from '@paper-circe/api';
import { z } from 'zod';
import type { Clinic, ClinicApi } from './api.ts';
import { sane } from './form.ts';

/** As many days as are seen at once: two weeks. */
export const stripDays = 14;

/** The clinic's wall clock, such as `10:15`. */
export const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export interface FreeTime {
  readonly date: string;
  /** The clinic's wall clock, such as `10:15`: what the address carries. */
  readonly time: string;
  readonly startAt: Date;
  readonly endAt: Date;
  /** Who could do it, the least loaded first. */
  readonly staffIds: readonly string[];
}

export interface SlotChoice {
  readonly days: readonly { readonly date: string; readonly count: number }[];
  /** The day shown in full. */
  readonly date: string;
  readonly times: readonly FreeTime[];
  /** The first free time of each of the next days that have one. */
  readonly next: readonly FreeTime[];
  /** The first of these times at which each staff member is free. */
  readonly soonest: readonly { readonly staffId: string; readonly date: string; readonly startAt: Date }[];
  /** Where the strip before and after this one begins. */
  readonly earlier?: string;
  readonly later: string;
}

interface Wanted {
  readonly treatmentId: TreatmentId;
  readonly staffId: StaffId | 'any';
  /** As the address has it. */
  readonly date: string | null;
  readonly from: string | null;
  readonly moving?: BookingId;
}

/** The strip begins today, or where it was turned to, or at the day that is asked for when that lies beyond. */
function stripStart(today: string, date: string | undefined, from: string | undefined): string {
  const asked = from && from > today ? from : today;
  if (!date || (date >= asked && date < addDays(asked, stripDays))) return asked;
  return date < addDays(today, stripDays) ? today : date;
}

export async function slotChoice(api: ClinicApi, clinic: Clinic, wanted: Wanted): Promise<SlotChoice> {
  const { today, timezone } = clinic;
  const asked = sane(LocalDate, wanted.date);
  const date = asked && asked >= today ? asked : undefined;
  const from = stripStart(today, date, sane(LocalDate, wanted.from));
  const { treatmentId, staffId, moving } = wanted;
  const found = await api.availability.search({ treatmentId, staffId, from, days: stripDays, moving });
  const days = found.map((day) => ({
    date: day.date,
    slots: day.slots.map(({ startAt, endAt, staffIds }): FreeTime => {
      return { date: day.date, time: localTime(startAt, timezone), startAt, endAt, staffIds };
    }),
  }));
  const free = days.filter(({ slots }) => slots.length > 0);
  const shown = days.find((day) => day.date === date) ?? free[0] ?? days[0];
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
  { timezone }: Clinic,
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
