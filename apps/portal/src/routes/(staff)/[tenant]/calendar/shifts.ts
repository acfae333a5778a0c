// On the server: the days that a calendar shows, and who works when on them.
import { addDays, Days, instantAt, intersection, isAway, type Interval, type Staff } from '@paper-circe/api';
import type { Day, Shift } from './grid.ts';

/** No night is followed further into the next day, in hours. */
const longestNight = 8;

export interface Rota {
  readonly days: readonly Day[];
  readonly shifts: readonly Shift[];
}

/** Who works when on some local days, one after another. */
export function rotaOf(
  dates: readonly string[],
  staff: readonly Staff[],
  openingHours: readonly string[],
  zone: string,
): Rota {
  const range = new Days({ from: dates[0]!, days: dates.length }, zone);
  const open = range.hours(openingHours);
  const hours = new Map(
    staff.map((one) => [
      one.id,
      one.isActive ? range.hours(one.workingHours, one.exceptions, one.timeOff) : [],
    ]),
  );
  const work = (one: Staff) => intersection(open, hours.get(one.id) ?? []);
  const days = dates.map((date): Day => {
    const { from, to: midnight } = range.day(date);
    const nights = staff.flatMap(work).filter((span) => from < span.from && span.from < midnight);
    const latest = instantAt(addDays(date, 1), `0${longestNight}:00`, zone).getTime();
    const to = Math.min(latest, Math.max(midnight, ...nights.map((night) => night.to)));
    return { date, from, midnight, to, open: within(open, { from, to }) };
  });
  const shifts = days.flatMap((day) =>
    staff.map((one): Shift => {
      const { date } = day;
      return { staffId: one.id, date, work: within(work(one), day), isAway: isAway(one.timeOff, date) };
    }),
  );
  return { days, shifts };
}

const within = (spans: readonly Interval[], { from, to }: Interval) => intersection(spans, [{ from, to }]);
