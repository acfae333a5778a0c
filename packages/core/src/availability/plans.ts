import { bookingsCollection } from '../bookings/collection.ts';
import { occupied } from '../bookings/holds.ts';
import type { Booking, BookingId } from '../bookings/schema.ts';
import type { Staff, StaffId } from '../staff/schema.ts';
import { staffCollection } from '../staff/collection.ts';
import { invalid, notFound } from '../errors.ts';
import { findLimit } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { addDays, dayInterval, minute, type Interval } from '../time.ts';
import type { Treatment } from '../treatments/schema.ts';
import type { Rules, StaffPlan } from './slots.ts';

/** No booking with its buffers is longer than this, so whatever reaches into a range starts at most this much before. */
const longestMin = 480 + 2 * 120;

/** The clinic's rules as they bind this actor: notice and grid are for patients, the desk knows what it does. */
export function rulesFor(clinic: TenantScope): Rules {
  const { timezone, openingHours, booking } = clinic.tenant.config;
  const publicly = clinic.actor.kind === 'public';
  return {
    now: clinic.clock(),
    zone: timezone,
    openingHours,
    gridMin: booking.gridMin,
    offGrid: !publicly,
    lateMin: publicly ? 0 : booking.gridMin,
    noticeMin: publicly ? booking.noticeMin : 0,
    windowDays: publicly ? booking.windowDays : 366,
  };
}

/** Who could perform a treatment in a range of local days, with what is taken: two queries, however many they are. */
export interface Candidates {
  readonly staff: readonly Staff[];
  /** The plans in the order of preference on a local day: least booked, then better rated, then by name. */
  planOn(date: string): StaffPlan[];
}

/**
 * @param who one staff member, or `any` of those assigned to the treatment
 * @param except a booking that does not count as busy, because it is the one being moved
 * @throws NOT_FOUND when the staff member does not exist or is inactive
 */
export async function candidatesFor(
  clinic: TenantScope,
  treatment: Treatment,
  who: StaffId | 'any',
  range: { readonly from: string; readonly days: number },
  except?: BookingId,
): Promise<Candidates> {
  const ids = who === 'any' ? treatment.assignedStaff : [who];
  const staff = await within(clinic, staffCollection).find(
    { id: { $in: ids }, isActive: true },
    { sort: { name: 1 }, limit: Math.max(1, ids.length) },
  );
  if (who !== 'any' && staff.length === 0) throw notFound('staff member');
  const held = await heldIn(clinic, range, who, except);

  const busyOf = new Map<string, (Interval & { bookingId: string })[]>(staff.map(({ id }) => [id, []]));
  const loadOf = new Map<string, number>();
  for (const booking of held) {
    busyOf.get(booking.staffId)?.push({ ...occupied(booking.startAt, booking), bookingId: booking.id });
    const day = `${booking.staffId} ${booking.localDate}`;
    loadOf.set(day, (loadOf.get(day) ?? 0) + booking.durationMin);
  }
  return {
    staff,
    planOn: (date) =>
      staff
        .toSorted((a, b) => {
          const load = (loadOf.get(`${a.id} ${date}`) ?? 0) - (loadOf.get(`${b.id} ${date}`) ?? 0);
          return load || b.rating - a.rating;
        })
        .map((one) => ({
          id: one.id,
          assigned: treatment.assignedStaff.includes(one.id),
          workingHours: one.workingHours,
          exceptions: one.exceptions,
          timeOff: one.timeOff,
          busy: busyOf.get(one.id) ?? [],
        })),
  };
}

type Held = Pick<
  Booking,
  'id' | 'staffId' | 'startAt' | 'localDate' | 'durationMin' | 'bufferBeforeMin' | 'bufferAfterMin'
>;

/** What is taken from somebody's, or everybody's, time in a range of local days. */
export async function heldIn(
  clinic: TenantScope,
  range: { readonly from: string; readonly days: number },
  who: StaffId | 'any',
  except?: BookingId,
): Promise<Held[]> {
  const zone = clinic.tenant.config.timezone;
  const from = dayInterval(range.from, zone).from - longestMin * minute;
  const to = dayInterval(addDays(range.from, range.days), zone).from + longestMin * minute;
  const held = await within(clinic, bookingsCollection).find(
    {
      ...(who !== 'any' && { staffId: who }),
      startAt: { $gte: new Date(from), $lt: new Date(to) },
      holding: true,
    },
    {
      limit: findLimit,
      only: ['id', 'staffId', 'startAt', 'localDate', 'durationMin', 'bufferBeforeMin', 'bufferAfterMin'],
    },
  );
  if (held.length === findLimit) throw invalid('days', 'Too many bookings lie in these days. Ask for fewer.');
  return held.filter(({ id }) => id !== except);
}
