import { bookingsCollection } from '../bookings/collection.ts';
import type { Stage } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { spanOf, type ReportRange, type Span } from './range.ts';

/** Who came in a range of local days for the first time, and who again. */
export interface PatientsReport {
  readonly from: string;
  readonly to: string;
  /** Patients whose first completed visit lies in the range. */
  readonly newPatients: number;
  /** Patients with a completed visit in the range who had one before it. */
  readonly returningPatients: number;
  /** Completed visits of the range, by whom. */
  readonly visitsOfNew: number;
  readonly visitsOfReturning: number;
}

interface Row {
  /** How many completed visits before the range were looked at: 0 or 1. */
  readonly _id: number;
  readonly patients: number;
  readonly visits: number;
}

/**
 * How many patients came for the first time and how many came back, by the local day of the appointment.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function newAndReturning(clinic: TenantScope, range: ReportRange): Promise<PatientsReport> {
  const span = spanOf(clinic, range);
  const rows = await within(clinic, bookingsCollection).aggregate<Row>(newAndReturningPipeline(span));
  const first = rows.find(({ _id }) => _id === 0);
  const again = rows.find(({ _id }) => _id === 1);
  return {
    from: span.from,
    to: span.to,
    newPatients: first?.patients ?? 0,
    returningPatients: again?.patients ?? 0,
    visitsOfNew: first?.visits ?? 0,
    visitsOfReturning: again?.visits ?? 0,
  };
}

export function newAndReturningPipeline({ startAt }: Span): Stage[] {
  return [
    { $match: { startAt, status: 'completed' } },
    { $group: { _id: '$patientId', visits: { $sum: 1 } } },
    {
      $join: {
        from: bookingsCollection,
        localField: '_id',
        foreignField: 'patientId',
        pipeline: [
          { $match: { startAt: { $lt: startAt.$gte }, status: 'completed' } },
          { $limit: 1 },
          { $project: { _id: 1 } },
        ],
        as: 'before',
      },
    },
    { $group: { _id: { $size: '$before' }, patients: { $sum: 1 }, visits: { $sum: '$visits' } } },
  ];
}
