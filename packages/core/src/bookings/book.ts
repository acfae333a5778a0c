import { explanationOf } from '../availability/explain.ts';
import type { TenantScope } from '../tenancy.ts';
import { countAgainstQuota, insertBooking, referred, slotTaken, takingTime } from './place.ts';
import { NewBooking, type Booking } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Books an appointment and holds its time.
 * @throws CONFLICT_SLOT when the time is not free, with every reason and the booking in the way
 * @throws NOT_FOUND when the patient, the treatment or the staff member does not exist or is inactive
 * @throws QUOTA_EXCEEDED when the clinic has made `maxBookings` bookings this month
 */
export async function book(clinic: TenantScope, input: NewBooking): Promise<Booking> {
  const given = parsed(NewBooking, input);
  return takingTime(clinic, 'bookings.book', given, async (inside) => {
    await countAgainstQuota(inside);
    const { patient, treatment } = await referred(inside, given.patientId, given.treatmentId);
    const wanted = { treatment, who: given.staffId };
    const { staffIds, reasons } = await explanationOf(inside, wanted, given.startAt, treatment);
    const [staffId] = staffIds;
    if (!staffId) throw slotTaken(reasons);
    return insertBooking(inside, patient, treatment, { staffId, startAt: given.startAt }, given);
  });
}
