import { z } from 'zod';
import { explained } from '../availability/explain.ts';
import { calendarFor, rulesFor, type Calendar, type Wanted } from '../availability/plans.ts';
import { workingDay } from '../availability/hours.ts';
import { firstStart, Starts, type StaffPlan } from '../availability/slots.ts';
import { tickMin } from '../bookings/holds.ts';
import { insertBooking } from '../bookings/insert.ts';
import { countAgainstQuota, referred, slotTaken, takingTime, type Place } from '../bookings/place.ts';
import { assertMayOverride, settled } from '../bookings/override.ts';
import { Override, type Booking } from '../bookings/schema.ts';
import { count } from '../counters.ts';
import { PatientId } from '../patients/schema.ts';
import { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { daysBetween, localDate, minute, type Interval } from '../time.ts';
import { paragraph } from '../text.ts';
import { TreatmentId } from '../treatments/schema.ts';
import { parsed } from '../parsed.ts';

/** Somebody who came without an appointment, with the staff member asked for, or `any`. */
export const NewWalkIn = z.strictObject({
  patientId: PatientId,
  treatmentId: TreatmentId,
  staffId: z.union([z.literal('any'), StaffId]).default('any'),
  notes: paragraph(2000).optional(),
  override: Override.optional(),
});
export type NewWalkIn = z.input<typeof NewWalkIn>;

/**
 * Takes somebody who came without an appointment: holds the earliest free time today, or in the night that today
 * ends with where the clinic is open past midnight, and gives the next queue number of the local day. Numbers have
 * no gap, since number and booking are one transaction. With an override an administrator can take somebody for whom
 * no free time is left, from now on: the booking says so, as in `bookings.book`.
 * @throws CONFLICT_SLOT when nobody has a free time left, with the reasons against now
 * @throws FORBIDDEN when somebody else than an administrator or the system asks for an override
 * @throws NOT_FOUND when the patient, the treatment or the staff member does not exist or is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function join(clinic: TenantScope, input: NewWalkIn): Promise<Booking> {
  const given = parsed(NewWalkIn, input);
  const { patientId, treatmentId, staffId, notes, override } = given;
  assertMayOverride(clinic, override, staffId);
  return takingTime(clinic, 'queue.join', given, async (inside) => {
    const rules = rulesFor(inside);
    const zone = inside.tenant.config.timezone;
    const date = localDate(rules.now, zone);
    const queueNumber = await count(inside, `queue:${date}`);
    await countAgainstQuota(inside);
    const { patient, treatment } = await referred(inside, patientId, treatmentId);
    const { to: closing } = workingDay(rules.now, rules.openingHours, zone);
    const days = daysBetween(date, localDate(new Date(closing - 1), zone)) + 1;
    const wanted = { treatment, who: staffId };
    const calendar = await calendarFor(inside, [wanted], { from: date, days });
    const starts = new Starts(calendar.days, rules, treatment);
    const earliest = rules.now.getTime() - (rules.now.getTime() % (tickMin * minute));
    const place =
      earliestPlace(calendar, starts, wanted, { from: earliest, to: closing }) ??
      takenNow(inside, starts, calendar.candidates(wanted, date), new Date(earliest), override);
    const details = { source: 'walk-in', status: 'confirmed', notes, queueNumber } as const;
    return insertBooking(inside, 'queue.join', { patient, treatment, place }, details);
  });
}

/** Where somebody is put for whom no free time is left today: now, by override. */
function takenNow(
  inside: TenantScope,
  starts: Starts,
  candidates: readonly StaffPlan[],
  now: Date,
  override: Override | undefined,
): Place {
  const explanation = explained(starts, now, candidates);
  if (explanation.staffIds.length > 0) throw slotTaken([{ code: 'CLOSED' }]);
  return settled(inside, now, explanation, override);
}

/** The earliest free time of anybody; of two who are free then, the one whom that day prefers. */
function earliestPlace(
  calendar: Calendar,
  starts: Starts,
  wanted: Wanted,
  { from, to }: Interval,
): Place | undefined {
  for (const date of calendar.days.dates) {
    const day = calendar.days.day(date);
    const until = Math.min(to, day.to);
    let first: Place | undefined;
    for (const staff of calendar.candidates(wanted, date)) {
      const start = firstStart(starts.free(staff), Math.max(from, day.from), tickMin);
      if (start !== undefined && start < Math.min(until, first?.startAt.getTime() ?? until))
        first = { staffId: staff.id, startAt: new Date(start) };
    }
    if (first) return first;
  }
  return undefined;
}
