import { z } from 'zod';
import { candidatesFor, rulesFor } from '../availability/plans.ts';
import { workingDay } from '../availability/hours.ts';
import { DayPlan } from '../availability/slots.ts';
import { tickMin } from '../bookings/holds.ts';
import {
  countAgainstQuota,
  firstFree,
  insertBooking,
  referred,
  slotTaken,
  takingTime,
} from '../bookings/place.ts';
import type { Booking } from '../bookings/schema.ts';
import { count } from '../counters.ts';
import { PatientId } from '../patients/schema.ts';
import { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { daysBetween, localDate, minute } from '../time.ts';
import { paragraph } from '../text.ts';
import { TreatmentId } from '../treatments/schema.ts';
import { parsed } from '../parsed.ts';

export const NewWalkIn = z.strictObject({
  patientId: PatientId,
  treatmentId: TreatmentId,
  staffId: z.union([z.literal('any'), StaffId]).default('any'),
  notes: paragraph(2000).optional(),
});
export type NewWalkIn = z.input<typeof NewWalkIn>;

/**
 * Takes somebody who came without an appointment: holds the earliest free time today, or in the night that today
 * ends with where the clinic is open past midnight, and gives the next queue number of the local day. Numbers have
 * no gap, since number and booking are one transaction.
 * @throws CONFLICT_SLOT when nobody has a free time left, with the reasons against now
 * @throws NOT_FOUND when the patient, the treatment or the staff member does not exist or is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function join(clinic: TenantScope, input: NewWalkIn): Promise<Booking> {
  const given = parsed(NewWalkIn, input);
  const { patientId, treatmentId, staffId, notes } = given;
  return takingTime(clinic, 'queue.join', given, async (inside) => {
    const rules = rulesFor(inside);
    const date = localDate(rules.now, rules.zone);
    const queueNumber = await count(inside, `queue:${date}`);
    await countAgainstQuota(inside);
    const { patient, treatment } = await referred(inside, patientId, treatmentId);
    const { to: closing } = workingDay(rules.now, rules.openingHours, rules.zone);
    const lastDate = localDate(new Date(closing - 1), rules.zone);
    const days = daysBetween(date, lastDate) + 1;
    const candidates = await candidatesFor(inside, treatment, staffId, { from: date, days });
    const earliest = rules.now.getTime() - (rules.now.getTime() % (tickMin * minute));
    for (const day of [date, ...(days > 1 ? [lastDate] : [])]) {
      const plan = new DayPlan(day, rules, treatment);
      const staff = candidates.planOn(day);
      for (const start of plan.starts(tickMin)) {
        if (start < earliest || start >= closing) continue;
        const free = staff.find((one) => plan.reasons(start, one).length === 0);
        if (!free) continue;
        const place = { staffId: free.id as StaffId, startAt: new Date(start) };
        return insertBooking(inside, patient, treatment, place, {
          source: 'walk-in',
          status: 'confirmed',
          notes,
          queueNumber,
        });
      }
    }
    const now = firstFree(new Date(earliest), candidates.planOn(date), rules, treatment);
    throw slotTaken('reasons' in now ? now.reasons : [{ code: 'CLOSED' }]);
  });
}
