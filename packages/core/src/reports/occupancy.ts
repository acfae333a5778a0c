import { hoursOn, isAway } from '../availability/hours.ts';
import { normalized } from '../availability/intervals.ts';
import { aggregateSince } from '../bookings/everywhere.ts';
import { findLimit } from '../handle.ts';
import { pipeline, type Pipeline } from '../pipeline.ts';
import { staffCollection } from '../staff/collection.ts';
import type { Staff, StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { addDays, minute } from '../time.ts';
import { daysOf, spanOf, type ReportRange, type Span } from './range.ts';
import { share, takingPlace } from './share.ts';

/** How much of the time that could be worked is booked. */
export interface Occupancy {
  /** Minutes of treatment, without buffers, of bookings that were neither cancelled nor missed. */
  readonly bookedMin: number;
  /** Minutes of the rota: weekly hours and dated exceptions, without leave. */
  readonly workingMin: number;
  /** Booked of working, 1 when every minute is booked and more when somebody worked longer; undefined without any. */
  readonly occupancy: number | undefined;
}

/** The occupancy of a range of local days, of everybody and of each. */
export interface OccupancyReport extends Occupancy {
  readonly from: string;
  readonly to: string;
  /** Everybody active, and everybody with a booking, by name. */
  readonly byStaff: readonly (Occupancy & {
    readonly staffId: StaffId;
    readonly name: string;
    readonly bookings: number;
  })[];
}

interface Row {
  readonly _id: StaffId;
  readonly bookedMin: number;
  readonly bookings: number;
}

type Rota = Pick<Staff, 'id' | 'name' | 'isActive' | 'workingHours' | 'exceptions' | 'timeOff'>;

/**
 * How much of their working time staff members were booked, by the local day of the appointment. The rota is the
 * present one: weekly hours that were changed since count as they are now, and who has left has no working time.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function occupancy(clinic: TenantScope, range: ReportRange): Promise<OccupancyReport> {
  const span = spanOf(clinic, range);
  const rows = await aggregateSince<Row>(clinic, span.startAt.$gte, occupancyPipeline(span));
  const booked = new Map<StaffId, Pick<Row, 'bookedMin' | 'bookings'>>();
  for (const { _id, bookedMin, bookings } of rows) {
    const other = booked.get(_id) ?? { bookedMin: 0, bookings: 0 };
    booked.set(_id, { bookedMin: other.bookedMin + bookedMin, bookings: other.bookings + bookings });
  }
  const staff: Rota[] = await within(clinic, staffCollection).find(
    { $or: [{ isActive: true }, { id: { $in: [...booked.keys()] } }] },
    { limit: findLimit, only: ['id', 'name', 'isActive', 'workingHours', 'exceptions', 'timeOff'] },
  );
  const byStaff = staff
    .map((one) => {
      const { bookedMin = 0, bookings = 0 } = booked.get(one.id) ?? {};
      const workingMin = one.isActive ? workingMinutes(one, span, clinic.tenant.config.timezone) : 0;
      return { staffId: one.id, name: one.name, bookings, ...occupied(bookedMin, workingMin) };
    })
    .sort((a, b) => a.name.localeCompare(b.name) || (a.staffId < b.staffId ? -1 : 1));
  const sum = (minutes: (one: Occupancy) => number) => byStaff.reduce((all, one) => all + minutes(one), 0);
  const total = occupied(
    sum(({ bookedMin }) => bookedMin),
    sum(({ workingMin }) => workingMin),
  );
  return { from: span.from, to: span.to, ...total, byStaff };
}

export function occupancyPipeline({ startAt }: Span): Pipeline {
  return pipeline([
    { $match: { startAt, status: { $in: takingPlace } } },
    { $group: { _id: '$staffId', bookedMin: { $sum: '$durationMin' }, bookings: { $sum: 1 } } },
  ]);
}

function occupied(bookedMin: number, workingMin: number): Occupancy {
  return { bookedMin, workingMin, occupancy: share(bookedMin, workingMin) };
}

/** The minutes of a rota between the midnights of a range; a night that passes one is cut there. */
function workingMinutes({ workingHours, exceptions, timeOff }: Rota, span: Span, zone: string): number {
  const [from, to] = [span.startAt.$gte.getTime(), span.startAt.$lt.getTime()];
  const dates = [addDays(span.from, -1), ...daysOf(span)].filter((date) => !isAway(timeOff, date));
  const hours = normalized(dates.flatMap((date) => hoursOn(date, workingHours, exceptions, zone)));
  return hours.reduce(
    (sum, hour) => sum + Math.max(0, Math.min(hour.to, to) - Math.max(hour.from, from)) / minute,
    0,
  );
}
