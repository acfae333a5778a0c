import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { examples } from './examples.ts';
import { remembering } from './remembering.ts';
import { offsetAt } from './zones.ts';

/** A day in a clinic's own zone, such as `2026-11-24`. Not an instant. */
export const LocalDate = z.iso.date({ abort: true, error: `Write a day, such as ${examples.day}.` });

/** When something begins: an instant of this century or the next, which every calendar can work with. */
export const StartAt = z.date().min(new Date('2000-01-01')).max(new Date('2200-01-01'));

/** A span of UTC instants in milliseconds, the end not included. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export const minute = 60_000;

/** Whether a name is a time zone that this runtime can work with, such as `Asia/Makassar`. */
export function isTimeZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** The local day of an instant, such as `2026-11-24`. */
export function localDate(instant: Date, zone: string): string {
  return localMinute(instant, zone).slice(0, -6);
}

/** The local time of an instant, to the minute, such as `09:30`. */
export function localTime(instant: Date, zone: string): string {
  return localMinute(instant, zone).slice(-5);
}

/** Such as `2026-11-24T09:30`. */
function localMinute(instant: Date, zone: string): string {
  const at = instant.getTime();
  return new Date(at + offsetAt(zone, at)).toISOString().slice(0, -':00.000Z'.length);
}

/** The instant of a local day and wall-clock time; a time that the zone skips moves forward. */
export function instantAt(date: string, time: string, zone: string): Date {
  return new Date(instants(`${zone} ${date} ${time}`, () => workedOut(date, time, zone)));
}

// Zones are slow arithmetic, and a desk asks about the same few days all morning.
const remembered = 4096;
const instants = remembering<number>(remembered);
const laterDays = remembering<string>(remembered);

function workedOut(date: string, time: string, zone: string): number {
  const at = Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.PlainTime.from(time),
  });
  return at.epochMilliseconds;
}

/** A local day as UTC instants, midnight to the next midnight: 23, 24 or 25 hours. */
export function dayInterval(date: string, zone: string): Interval {
  return {
    from: instantAt(date, '00:00', zone).getTime(),
    to: instantAt(addDays(date, 1), '00:00', zone).getTime(),
  };
}

/** Milliseconds of a day in UTC; a local day has an hour more or less where the clock is put back or forward. */
export const dayMs = 86_400_000;

/** The local day so many days later, or earlier when `days` is negative. */
export function addDays(date: string, days: number): string {
  return laterDays(
    `${date} ${days}`,
    // A date alone knows no zone, so that UTC midnights do, at a tenth of what a calendar costs.
    () => new Date(Date.parse(date) + days * dayMs).toISOString().split('T')[0]!,
  );
}

/** Whole local days from one to another, negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

/** The calendar month of an instant in a zone, such as `2026-11`. */
export function localMonth(instant: Date, zone: string): string {
  return localDate(instant, zone).slice(0, 7);
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

export function weekdayOf(date: string): Weekday {
  return weekdays[new Date(date).getUTCDay()]!;
}
