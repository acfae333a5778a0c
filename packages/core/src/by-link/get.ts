import type { Booking } from '../bookings/schema.ts';
import { changeableUntil } from '../me/appointment.ts';
import { parsed } from '../parsed.ts';
import { findByIds } from '../staff/read.ts';
import type { TenantScope } from '../tenancy.ts';
import { ByLink, linked } from './link.ts';

/** A booking as whoever has its link sees it: nothing of whose it is, and nothing of money. */
export type LinkedBooking = Pick<Booking, 'id' | 'treatmentName' | 'startAt' | 'endAt' | 'status'> & {
  readonly staffName: string;
  /** Until when it can be moved or cancelled by the link, with all of its visit; left out when it cannot at all. */
  readonly changeableUntil?: Date;
};

/**
 * What a link is for: a booking, or those of a visit by time.
 * @throws NOT_FOUND for every secret that is not good here, whatever the reason
 */
export async function get(clinic: TenantScope, link: ByLink): Promise<LinkedBooking[]> {
  const { tokenHash } = parsed(ByLink, link);
  return shown(clinic, await linked(clinic, tokenHash));
}

/** Bookings of one link as it shows them. */
export async function shown(clinic: TenantScope, bookings: readonly Booking[]): Promise<LinkedBooking[]> {
  const staff = await findByIds(clinic, [...new Set(bookings.map(({ staffId }) => staffId))]);
  const names = new Map(staff.map(({ id, name }) => [id, name]));
  const until = changeableUntil(clinic, bookings);
  return bookings.map(({ id, treatmentName, staffId, startAt, endAt, status }) => ({
    ...{ id, treatmentName, startAt, endAt, status, staffName: names.get(staffId) ?? '' },
    ...(until && status !== 'cancelled' && { changeableUntil: until }),
  }));
}
