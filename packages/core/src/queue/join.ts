import { z } from 'zod';
import { candidatesFor, rulesFor } from '../availability/plans.ts';
import { DayPlan } from '../availability/slots.ts';
import { tickMin } from '../bookings/holds.ts';
import { countAgainstQuota, insertBooking, referred, slotTaken, takingTime } from '../bookings/place.ts';
import type { Booking } from '../bookings/schema.ts';
import { count } from '../counters.ts';
import { PatientId } from '../patients/schema.ts';
import { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate, minute } from '../time.ts';
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
 * Takes somebody who came without an appointment: holds the earliest free time today and gives the next queue
 * number of the local day. Numbers have no gap, since number and booking are one transaction.
 * @throws CONFLICT_SLOT when nobody has a free time left today
 * @throws NOT_FOUND when the patient, the treatment or the staff member does not exist or is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function join(clinic: TenantScope, input: NewWalkIn): Promise<Booking> {
  const { patientId, treatmentId, staffId, notes } = parsed(NewWalkIn, input);
  return takingTime(clinic, async (inside) => {
    const rules = { ...rulesFor(inside), gridMin: tickMin };
    const date = localDate(rules.now, rules.zone);
    const queueNumber = await count(inside, `queue:${date}`);
    await countAgainstQuota(inside);
    const { patient, treatment } = await referred(inside, patientId, treatmentId);
    const candidates = await candidatesFor(inside, treatment, staffId, { from: date, days: 1 });
    const plans = candidates.planOn(date);
    const day = new DayPlan(date, rules, treatment);
    const earliest = rules.now.getTime() - (rules.now.getTime() % (tickMin * minute));
    for (const start of day.starts()) {
      if (start < earliest) continue;
      const free = plans.find((plan) => day.reasons(start, plan).length === 0);
      if (!free) continue;
      const place = { staffId: free.id as StaffId, startAt: new Date(start) };
      return insertBooking(inside, patient, treatment, place, {
        source: 'walk-in',
        status: 'confirmed',
        notes,
        queueNumber,
      });
    }
    throw slotTaken(plans.length === 0 ? [{ code: 'NOT_ASSIGNED' }] : [{ code: 'CLOSED' }]);
  });
}
