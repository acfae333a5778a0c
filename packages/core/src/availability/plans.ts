import { isFromOutside } from '../actor.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { occupied } from '../bookings/holds.ts';
import { holdsTime, type Booking, type BookingId } from '../bookings/schema.ts';
import type { Staff, StaffId } from '../staff/schema.ts';
import { staffCollection } from '../staff/collection.ts';
import { invalid, notFound } from '../errors.ts';
import { findLimit } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { addDays, dayInterval, minute, type Interval } from '../time.ts';
import type { Treatment } from '../treatments/schema.ts';
import { Days, type DayRange } from './days.ts';
import type { Rules, StaffPlan } from './slots.ts';

/** No booking with its buffers is longer than this, so whatever reaches into a range starts at most this much before. */
const longestMin = 480 + 2 * 120;

/** The clinic's rules as they bind this actor: notice and grid are for patients, the desk knows what it does. */
export function rulesFor(clinic: TenantScope): Rules {
  const { openingHours, booking } = clinic.tenant.config;
  const publicly = isFromOutside(clinic.actor);
  return {
    now: clinic.clock(),
    openingHours,
    gridMin: booking.gridMin,
    offGrid: !publicly,
    lateMin: publicly ? 0 : booking.gridMin,
    noticeMin: publicly ? booking.noticeMin : 0,
    windowDays: publicly ? booking.windowDays : 366,
  };
}

/** Somebody, or anybody of those assigned, for one treatment. */
export interface Wanted {
  readonly treatment: Pick<Treatment, 'assignedStaff'>;
  readonly who: StaffId | 'any';
}

/** What is planned in a range of days, for some of the staff. */
export interface Calendar {
  readonly days: Days;
  /** The plans in the order of preference on a local day: least booked, then better rated, then by name. */
  candidates(wanted: Wanted, date: string): StaffPlan[];
}

/**
 * Who could do what is wanted in a range of local days, with what is taken: two queries, however many they are.
 * @param except bookings that do not count as busy, because they are being moved
 * @throws NOT_FOUND when a staff member who is named does not exist or is inactive
 */
export async function calendarFor(
  clinic: TenantScope,
  wanted: readonly Wanted[],
  range: DayRange,
  except: readonly BookingId[] = [],
): Promise<Calendar> {
  const ids = [...new Set(wanted.flatMap(idsOf))];
  const staff = await within(clinic, staffCollection).find(
    { id: { $in: ids }, isActive: true },
    { sort: { name: 1 }, limit: Math.max(1, ids.length) },
  );
  const known = new Set(staff.map(({ id }) => id));
  if (wanted.some(({ who }) => who !== 'any' && !known.has(who))) throw notFound('staff member');
  return calendarOf(clinic, staff, range, except);
}

/** What is planned for these staff members. */
export async function calendarOf(
  clinic: TenantScope,
  staff: readonly Staff[],
  range: DayRange,
  except: readonly BookingId[] = [],
): Promise<Calendar> {
  const taken = await takenFrom(clinic, staff, range, except);
  const plans = staff.map((one) => ({ ...one, busy: taken.get(one.id)?.busy ?? [] }));
  return {
    days: new Days(range, clinic.tenant.config.timezone),
    candidates(wanted, date) {
      const ids = new Set(idsOf(wanted));
      const load = ({ id }: Staff) => taken.get(id)?.minutes.get(date) ?? 0;
      return plans
        .filter(({ id }) => ids.has(id))
        .sort((a, b) => load(a) - load(b) || b.rating - a.rating)
        .map(({ id, workingHours, exceptions, timeOff, busy }) => {
          const assigned = wanted.treatment.assignedStaff.includes(id);
          return { id, assigned, workingHours, exceptions, timeOff, busy };
        });
    },
  };
}

function idsOf({ treatment, who }: Wanted): readonly StaffId[] {
  return who === 'any' ? treatment.assignedStaff : [who];
}

interface Taken {
  readonly busy: (Interval & { bookingId: string })[];
  /** How many minutes of treatment a local day has. */
  readonly minutes: Map<string, number>;
}

/** What is taken of each staff member's time. */
async function takenFrom(
  clinic: TenantScope,
  staff: readonly Staff[],
  range: DayRange,
  except: readonly BookingId[],
): Promise<Map<StaffId, Taken>> {
  const taken = new Map<StaffId, Taken>(staff.map(({ id }) => [id, { busy: [], minutes: new Map() }]));
  for (const booking of await plannedIn(clinic, range, [...taken.keys()])) {
    const { id, staffId, startAt, status, localDate, durationMin } = booking;
    const of = taken.get(staffId);
    if (!of || except.includes(id)) continue;
    if (holdsTime(status)) of.busy.push({ ...occupied(startAt, booking), bookingId: id });
    of.minutes.set(localDate, (of.minutes.get(localDate) ?? 0) + durationMin);
  }
  return taken;
}

const planned = [
  'id', 'staffId', 'startAt', 'status', 'localDate', 'durationMin', 'bufferBeforeMin', 'bufferAfterMin',
] as const satisfies readonly (keyof Booking)[]; // prettier-ignore

type Planned = Pick<Booking, (typeof planned)[number]>;

/**
 * The bookings of some staff that take or took time in a range of local days: what was done counts as a day's load.
 * Their status is looked at here, so that the index alone decides what is read.
 */
export async function plannedIn(
  clinic: TenantScope,
  { from, days }: DayRange,
  staffIds: readonly StaffId[],
): Promise<Planned[]> {
  const zone = clinic.tenant.config.timezone;
  const first = dayInterval(from, zone).from - longestMin * minute;
  const last = dayInterval(addDays(from, days), zone).from + longestMin * minute;
  const found = await within(clinic, bookingsCollection).find(
    { staffId: { $in: staffIds }, startAt: { $gte: new Date(first), $lt: new Date(last) } },
    { limit: findLimit, only: planned },
  );
  if (found.length === findLimit)
    throw invalid('days', 'Too many bookings lie in these days. Ask for fewer.');
  return found.filter(({ status }) => holdsTime(status) || status === 'completed');
}
