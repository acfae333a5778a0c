import type { z } from 'zod';
import type { BookingId } from '../bookings/schema.ts';
import type { Page, Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import {
  known,
  offered,
  PublicTimesSearch,
  timesFor,
  type DayOfTimes,
  type KnownStaff,
  type OfferedTreatment,
} from '../public-page/offer.ts';
import type { TenantScope } from '../tenancy.ts';
import { appointmentOf, MoveSearch, timesToMove as findTimesToMove } from './appointment.ts';
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
export const TimesSearch = PublicTimesSearch;
export type TimesSearch = z.input<typeof TimesSearch>;

/**
 * The times at which the patient who acts can have some treatments one after another, with the clinic's notice, grid
 * and window.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when a treatment or a staff member does not exist or is inactive, when the account is no patient's,
 * or the patient is inactive
 * @throws VALIDATION also when the treatments last longer than a day
 */
export async function freeTimes(clinic: TenantScope, input: TimesSearch): Promise<DayOfTimes[]> {
  const given = parsed(TimesSearch, input);
  await ownPatient(clinic);
  return timesFor(clinic, given);
}

/**
 * The times to which the patient who acts can move a booking, with all of the visit that it is one of, and whoever has
 * it now. Its own time counts as free.
 * @throws FORBIDDEN unless it is an active user of the role `user`
 * @throws NOT_FOUND when nothing of it is to come, it is somebody else's, one of its staff is inactive and nobody else
 * is asked for, the account is no patient's, or the patient is inactive
 */
export async function timesToMove(
  clinic: TenantScope,
  id: BookingId,
  input: MoveSearch,
): Promise<DayOfTimes[]> {
  const given = parsed(MoveSearch, input);
  const patient = await ownPatient(clinic);
  return findTimesToMove(clinic, await appointmentOf(clinic, await bookingOf(clinic, patient.id, id)), given);
}
