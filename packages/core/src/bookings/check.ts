import { act } from '../act.ts';
import { repairing } from '../audit.ts';
import type { Outcome } from '../checks/finding.ts';
import type { Page, Paged } from '../page.ts';
import type { TenantScope } from '../tenancy.ts';
import { released, write } from './change.ts';
import { findAnywhere, pagedEverywhere } from './everywhere.ts';
import { holdsOf, occupied, type Hold } from './holds.ts';
import { isTaken } from './place.ts';
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

/**
 * Lets a booking hold the time that it should, or none.
 * @returns left where another booking holds that time already
 */
export async function repairHolds(clinic: TenantScope, id: BookingId): Promise<Outcome> {
  try {
    return await act(clinic, repairing, { id }, async (inside): Promise<Outcome> => {
      const booking = await findAnywhere(inside, id);
      if (!booking || holdsAreRight(booking)) return 'right';
      const holds = rightHolds(booking);
      const update = holds ? { $set: { holding: true as const, holds } } : { $unset: released };
      await write(inside, booking, repairing, update);
      return 'repaired';
    });
  } catch (error) {
    if (isTaken(error)) return 'left';
    throw error;
  }
}

/** What a booking should hold; undefined when that is nothing. */
function rightHolds(booking: Booking): Hold[] | undefined {
  if (!holdsTime(booking.status) || booking.overlapping) return undefined;
  return holdsOf(booking.staffId, occupied(booking.startAt, booking));
}

export function holdsAreRight(booking: Booking): boolean {
  const right = rightHolds(booking);
  if (!right) return booking.holds === undefined && booking.holding === undefined;
  const key = ({ r, t }: { r: string; t: number }) => `${r} ${t}`;
  const stored = new Set(booking.holds?.map(key));
  return (
    booking.holding === true && stored.size === right.length && right.every((hold) => stored.has(key(hold)))
  );
}
