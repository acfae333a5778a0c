import { z } from 'zod';
import { tickMin } from '../bookings/holds.ts';
import { invalid } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { staffCollection } from '../staff/collection.ts';
import type { StaffId } from '../staff/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { localDate, minute } from '../time.ts';
import { calendarOf, rulesFor } from './plans.ts';
import { firstStart, Starts } from './slots.ts';
import { holding } from './intervals.ts';

/** No clinic has more active staff members. */
const staffLimit = 500;

/** How long a free time has to be, and how far to look for it. */
export const NextFreeQuestion = z.strictObject({
  /** How many minutes have to be free. */
  minutes: z.int().min(5).max(480).default(15),
  /** On how many local days to look, today included. */
  days: z.int().min(1).max(14).default(7),
});
export type NextFreeQuestion = z.input<typeof NextFreeQuestion>;

/** When one staff member is next free. */
export interface NextFree {
  readonly staffId: StaffId;
  /** When the free time begins: now, or a later moment in steps of five minutes. Left out when there is none. */
  readonly from?: Date;
  /** When it ends: with the next booking, the shift or the opening hours. */
  readonly to?: Date;
}

/**
 * The next moment at which each active staff member is at work with nothing booked, by name. Two queries, however
 * many staff and days.
 * @throws VALIDATION also when the clinic has more than 500 active staff members: some of them would look like all
 */
export async function nextFree(clinic: TenantScope, input: NextFreeQuestion = {}): Promise<NextFree[]> {
  const { minutes, days } = parsed(NextFreeQuestion, input);
  const rules = { ...rulesFor(clinic), lateMin: 0, noticeMin: 0 };
  const from = localDate(rules.now, clinic.tenant.config.timezone);
  const staff = await within(clinic, staffCollection).find(
    { isActive: true },
    { sort: { name: 1 }, limit: staffLimit + 1 },
  );
  if (staff.length > staffLimit) throw invalid('staff', `There are more than ${staffLimit} staff members.`);
  const calendar = await calendarOf(clinic, staff, { from, days });
  const treatment = { assignedStaff: staff.map(({ id }) => id) };
  const plans = new Map(calendar.candidates({ treatment, who: 'any' }, from).map((plan) => [plan.id, plan]));
  const starts = new Starts(calendar.days, rules, {
    durationMin: minutes,
    bufferBeforeMin: 0,
    bufferAfterMin: 0,
  });
  const now = rules.now.getTime();
  return staff.map(({ id: staffId }) => {
    const free = starts.free(plans.get(staffId)!);
    const start = holding(free, now) ? now : firstStart(free, now, tickMin);
    const stretch = start === undefined ? undefined : holding(free, start);
    if (start === undefined || !stretch) return { staffId };
    return {
      staffId,
      from: new Date(start),
      to: new Date(Math.min(stretch.to - 1 + minutes * minute, calendar.days.whole.to)),
    };
  });
}
