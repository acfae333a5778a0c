import type { Page, Paged } from '../page.ts';
import type { TenantScope } from '../tenancy.ts';
import { pagedEverywhere } from './everywhere.ts';
import { holdsOf, occupied } from './holds.ts';
import { holdsTime, type Booking, type BookingId } from './schema.ts';

/**
 * Ids of the bookings whose holds are not those that their time and status ask for; none in a sound database.
 * @param page the bookings to look at: what is wrong among them may be fewer, and the next page still to come
 */
export async function findWrongHolds(clinic: TenantScope, page: Page = {}): Promise<Paged<BookingId>> {
  const order = { field: [], direction: 1 } as const;
  const { items, next } = await pagedEverywhere(clinic, {}, order, page);
  return { items: items.filter((booking) => !holdsAreRight(booking)).map(({ id }) => id), next };
}

export function holdsAreRight(booking: Booking): boolean {
  if (!holdsTime(booking.status) || booking.overlapping)
    return booking.holds === undefined && booking.holding === undefined;
  const right = holdsOf(booking.staffId, occupied(booking.startAt, booking));
  const key = ({ r, t }: { r: string; t: number }) => `${r} ${t}`;
  const stored = new Set(booking.holds?.map(key));
  return (
    booking.holding === true && stored.size === right.length && right.every((hold) => stored.has(key(hold)))
  );
}
