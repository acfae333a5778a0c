// On the server: where a booking of the day can go, as a form chooses among it.
import { StaffId, type Booking } from '@paper-circe/api';
import { z } from 'zod';
import { formatTime, localDay } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { needed } from '#lib/server/form.ts';
import { SeenText, type Seen } from '#lib/server/seen.ts';

/** Where one booking would be. */
interface Place {
  readonly staffId: StaffId;
  readonly startAt: Date;
}

const valueOf = (places: readonly Place[]) =>
  places.map(({ staffId, startAt }) => `${staffId}@${startAt.getTime()}`).join(',');

const To = z
  .string()
  .regex(/^[^@]+@\d+$/)
  .transform((text) => {
    const [staffId, time] = text.split('@');
    return { staffId, startAt: new Date(Number(time)) };
  })
  .pipe(z.strictObject({ staffId: StaffId, startAt: z.date() }));

const Chosen = z.union([
  z.enum(['leave', 'cancel']),
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(To).min(1)),
]);

/** What was chosen for what is moved as one. */
export interface Line {
  readonly bookings: readonly Seen[];
  readonly to: z.output<typeof Chosen>;
  readonly value: string;
}

export function linesIn(form: FormData): Line[] {
  const values = form.getAll('to');
  return form.getAll('seen').map((seen, n): Line => {
    const bookings = needed(SeenText, seen);
    const value = needed(z.string(), values[n]);
    const to = needed(
      Chosen.refine((places) => typeof places === 'string' || places.length === bookings.length),
      value,
    );
    return { bookings, to, value };
  });
}

/** What the lines ask for, with the line of each; what is left as it is is not asked for. */
export function changesOf(lines: readonly Line[]) {
  return lines.flatMap(({ bookings, to }, line) =>
    to === 'leave'
      ? []
      : bookings.map((seen, n) => ({
          line,
          change: { ...seen, to: to === 'cancel' ? ('cancelled' as const) : to[n]! },
        })),
  );
}

/** Where what is moved as one can go, in groups: the same time, that day, another day. */
export function optionsOf(
  bookings: readonly Booking[],
  options: readonly (readonly Place[])[],
  zone: string,
  nameOf: (id: string) => string,
) {
  const [first] = bookings;
  return options.map((places) => {
    const startAt = places[0]?.startAt ?? new Date(0);
    const isSame = startAt.getTime() === first?.startAt.getTime();
    const isThatDay = localDay(startAt, zone) === localDay(first?.startAt ?? startAt, zone);
    const staff = [...new Set(places.map(({ staffId }) => nameOf(staffId)))].join(', ');
    return {
      value: valueOf(places),
      label: `${formatTime(startAt, zone, isThatDay ? 'time' : 'day-time')} · ${staff}`,
      group: isSame ? m.day_move_same_time() : isThatDay ? m.day_move_same_day() : m.day_move_other_days(),
    };
  });
}
