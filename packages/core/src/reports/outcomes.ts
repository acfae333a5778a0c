import { aggregateSince } from '../bookings/everywhere.ts';
import type { BookingStatus } from '../bookings/schema.ts';
import { pipeline, type Pipeline } from '../pipeline.ts';
import type { TenantScope } from '../tenancy.ts';
import { share } from './share.ts';
import { spanOf, type ReportRange, type Span } from './range.ts';

/** What became of the bookings that start in a range. */
export interface Outcomes {
  readonly bookings: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly noShow: number;
  /** Still pending or confirmed. */
  readonly open: number;
  /** Cancelled of all, 0 to 1; undefined when there is none. */
  readonly cancellationRate: number | undefined;
  /**
   * Missed of those that were attended or missed, 0 to 1: a cancelled appointment could not be missed, and of an open
   * one nobody knows yet. Hospitals count the same way, as the DNA rate. Undefined when there is none.
   */
  readonly noShowRate: number | undefined;
}

/** How the bookings of a range of local days ended. */
export interface OutcomesReport extends Outcomes {
  readonly from: string;
  readonly to: string;
  /** The same of as many days just before. */
  readonly previous: Outcomes;
}

interface Row {
  readonly _id: { readonly status: BookingStatus; readonly inRange: boolean };
  readonly count: number;
}

/**
 * How many bookings of a range were completed, cancelled and missed, by the local day of the appointment.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function outcomes(clinic: TenantScope, range: ReportRange): Promise<OutcomesReport> {
  const span = spanOf(clinic, range);
  const rows = await aggregateSince<Row>(clinic, span.startAtWithPrevious.$gte, outcomesPipeline(span));
  const of = (inRange: boolean) => outcomesOf(rows.filter(({ _id }) => _id.inRange === inRange));
  return { from: span.from, to: span.to, ...of(true), previous: of(false) };
}

export function outcomesPipeline({ from, startAtWithPrevious }: Span): Pipeline {
  const by = { status: '$status', inRange: { $gte: ['$localDate', from] } };
  return pipeline([
    { $match: { startAt: startAtWithPrevious } },
    { $group: { _id: by, count: { $sum: 1 } } },
  ]);
}

function outcomesOf(rows: readonly Row[]): Outcomes {
  const number = (...statuses: BookingStatus[]) =>
    rows.reduce((sum, { _id, count }) => (statuses.includes(_id.status) ? sum + count : sum), 0);
  const [completed, cancelled, noShow] = [number('completed'), number('cancelled'), number('no-show')];
  const open = number('pending', 'confirmed');
  const bookings = completed + cancelled + noShow + open;
  return {
    bookings,
    completed,
    cancelled,
    noShow,
    open,
    cancellationRate: share(cancelled, bookings),
    noShowRate: share(noShow, completed + noShow),
  };
}
