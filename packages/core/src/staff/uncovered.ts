import { Days } from '../availability/days.ts';
import { covers } from '../availability/intervals.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import type { Booking } from '../bookings/schema.ts';
import { findLimit } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { daysBetween } from '../time.ts';
import { get } from './read.ts';
import type { StaffId } from './schema.ts';

/**
 * A staff member's bookings to come that lie outside of his hours as they are now: what somebody has to move after
 * leave was entered or hours were changed. The next one first.
 * @throws NOT_FOUND
 */
export async function findUncovered(clinic: TenantScope, id: StaffId): Promise<Booking[]> {
  const { workingHours, exceptions, timeOff } = await get(clinic, id);
  const ahead = await within(clinic, bookingsCollection).find(
    { staffId: id, startAt: { $gt: clinic.clock() }, status: { $in: ['pending', 'confirmed'] } },
    { sort: { startAt: 1 }, limit: findLimit },
  );
  const [first, last] = [ahead[0], ahead.at(-1)];
  if (!first || !last) return [];
  const range = { from: first.localDate, days: daysBetween(first.localDate, last.localDate) + 1 };
  const shifts = new Days(range, clinic.tenant.config.timezone).hours(workingHours, exceptions, timeOff);
  return ahead.filter(
    ({ startAt, endAt }) => !covers(shifts, { from: startAt.getTime(), to: endAt.getTime() }),
  );
}
