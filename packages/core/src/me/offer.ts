import type { z } from 'zod';
import { AvailabilitySearch, search, type DayOfSlots } from '../availability/search.ts';
import type { Page, Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { known, offered, type KnownStaff, type OfferedTreatment } from '../public-page/offer.ts';
import type { TenantScope } from '../tenancy.ts';
import { bookingOf } from './own-booking.ts';
import { ownPatient } from './patient.ts';

/**
 * The active treatments, in the order of the price list.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export async function findTreatments(clinic: TenantScope, page: Page = {}): Promise<Paged<OfferedTreatment>> {
  await ownPatient(clinic);
  return offered(clinic, page);
}

/**
 * The active staff, by name.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the account is no patient's, or the patient is inactive
 */
export async function findStaff(clinic: TenantScope, page: Page = {}): Promise<Paged<KnownStaff>> {
  await ownPatient(clinic);
  return known(clinic, page);
}

/** What free times are asked for; they lie on the clinic's grid. */
export const TimesSearch = AvailabilitySearch.omit({ stepMin: true });
export type TimesSearch = z.input<typeof TimesSearch>;

/**
 * The times that the patient who acts can book, or move a booking to: with the clinic's notice, grid and window.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when the treatment, the staff member or the booking to be moved does not exist or is not his, when
 * the account is no patient's, or the patient is inactive
 * @throws VALIDATION also when more bookings lie in these days than can be looked at in one search
 */
export async function freeTimes(clinic: TenantScope, input: TimesSearch): Promise<DayOfSlots[]> {
  const given = parsed(TimesSearch, input);
  const patient = await ownPatient(clinic);
  if (given.moving !== undefined) await bookingOf(clinic, patient.id, given.moving);
  return search(clinic, given);
}
