import { z } from 'zod';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { addDays, dayInterval, daysBetween, LocalDate } from '../time.ts';

/** A report looks at no more than a leap year. */
const mostDays = 366;

const Day = LocalDate.refine(
  (date) => date >= '2000-01-01' && date < '2200-01-01',
  'Reports go from the year 2000 to 2199.',
);

/** Local days of the clinic, the first and the last included. */
export const ReportRange = z
  .strictObject({ from: Day, to: Day })
  .refine(({ from, to }) => from <= to, {
    path: ['to'],
    message: 'The last day is the first one or comes after it.',
  })
  .refine(({ from, to }) => from > to || daysBetween(from, to) < mostDays, {
    path: ['to'],
    message: `A report covers at most ${mostDays} days.`,
  });
export type ReportRange = z.input<typeof ReportRange>;

/** A range with what its pipeline asks for. */
export interface Span extends ReportRange {
  /** The first of as many days just before it. */
  readonly previousFrom: string;
  /** The instants at which bookings of the range start. */
  readonly startAt: { readonly $gte: Date; readonly $lt: Date };
  /** The same with the days before it. */
  readonly startAtWithPrevious: { readonly $gte: Date; readonly $lt: Date };
}

export function spanOf(clinic: TenantScope, range: ReportRange): Span {
  const { from, to } = parsed(ReportRange, range);
  const zone = clinic.tenant.config.timezone;
  const midnight = (date: string) => new Date(dayInterval(date, zone).from);
  const previousFrom = addDays(from, -daysBetween(from, to) - 1);
  const $lt = midnight(addDays(to, 1));
  return {
    from,
    to,
    previousFrom,
    startAt: { $gte: midnight(from), $lt },
    startAtWithPrevious: { $gte: midnight(previousFrom), $lt },
  };
}

/** Every local day from one to another, both included. */
export function daysOf({ from, to }: ReportRange): string[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, n) => addDays(from, n));
}
