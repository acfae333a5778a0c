import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import { archiveHorizon } from '../bookings/everywhere.ts';
import type { Booking } from '../bookings/schema.ts';
import type { Collection } from '../collections.ts';
import type { Stage } from '../handle.ts';
import { pipeline, type Pipeline } from '../pipeline.ts';
import { snapshot, within, type TenantScope } from '../tenancy.ts';
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
  readonly _id: {
    /** How many completed visits before the range were looked at: 0, or more. */
    readonly before: number;
    /** How many other visits of the range in the other place: such a patient is counted there. */
    readonly elsewhere: number;
  };
  readonly patients: number;
  readonly visits: number;
}

/**
 * How many patients came for the first time and how many came back, by the local day of the appointment.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function newAndReturning(clinic: TenantScope, range: ReportRange): Promise<PatientsReport> {
  const span = spanOf(clinic, range);
  const recent = newAndReturningPipeline(span);
  const rows = await snapshot(clinic, async (inside) => [
    ...(await within(inside, bookingsCollection).aggregate<Row>(recent)),
    ...(span.startAt.$gte < archiveHorizon(clinic)
      ? await within(inside, bookingsArchive).aggregate<Row>(
          newAndReturningPipeline(span, bookingsCollection),
        )
      : []),
  ]);
  const first = rows.filter(({ _id }) => _id.before === 0);
  const again = rows.filter(({ _id }) => _id.before > 0);
  return {
    from: span.from,
    to: span.to,
    newPatients: patientsOf(first),
    returningPatients: patientsOf(again),
    visitsOfNew: visitsOf(first),
    visitsOfReturning: visitsOf(again),
  };
}

function patientsOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { _id, patients }) => sum + (_id.elsewhere === 0 ? patients : 0), 0);
}

function visitsOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { visits }) => sum + visits, 0);
}

/** @param counted where patients of the range are counted already, when this is the second of the two places */
export function newAndReturningPipeline({ startAt }: Span, counted?: Collection<Booking>): Pipeline {
  const earlier = { $lt: startAt.$gte };
  return pipeline([
    { $match: { startAt, status: 'completed' } },
    { $group: { _id: '$patientId', visits: { $sum: 1 } } },
    visitOf(bookingsCollection, earlier, 'recent'),
    visitOf(bookingsArchive, earlier, 'old'),
    ...(counted ? [visitOf(counted, startAt, 'elsewhere')] : []),
    {
      $group: {
        _id: {
          before: { $add: [{ $size: '$recent' }, { $size: '$old' }] },
          elsewhere: counted ? { $size: '$elsewhere' } : { $literal: 0 },
        },
        patients: { $sum: 1 },
        visits: { $sum: '$visits' },
      },
    },
  ]);
}

/** Joins one completed visit of the patient in a span, if there is any. */
function visitOf(from: Collection<Booking>, startAt: Span['startAt'] | { $lt: Date }, as: string): Stage {
  return {
    $join: {
      from,
      localField: '_id',
      foreignField: 'patientId',
      pipeline: [{ $match: { startAt, status: 'completed' } }, { $limit: 1 }, { $project: { _id: 1 } }],
      as,
    },
  };
}
