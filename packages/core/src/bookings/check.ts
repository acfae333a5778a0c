import { within, type TenantScope } from '../tenancy.ts';
import { bookingsCollection } from './collection.ts';
import { holdsOf, occupied } from './holds.ts';
import { holdsTime, type Booking, type BookingId } from './schema.ts';

const batch = 1_000;

/** Ids of the bookings whose holds are not those that their time and status ask for; none in a sound database. */
export async function findWrongHolds(clinic: TenantScope): Promise<BookingId[]> {
  const wrong: BookingId[] = [];
  let after: BookingId | undefined;
  for (;;) {
    const found = await within(clinic, bookingsCollection).find(after ? { id: { $gt: after } } : {}, {
      sort: { id: 1 },
      limit: batch,
    });
    wrong.push(...found.filter((booking) => !holdsAreRight(booking)).map(({ id }) => id));
    after = found.at(-1)?.id;
    if (found.length < batch) return wrong;
  }
}

function holdsAreRight(booking: Booking): boolean {
  if (!holdsTime(booking.status)) return booking.holds === undefined && booking.holding === undefined;
  const right = holdsOf(booking.staffId, occupied(booking.startAt, booking));
  const key = ({ r, t }: { r: string; t: number }) => `${r} ${t}`;
  const stored = new Set(booking.holds?.map(key));
  return (
    booking.holding === true && stored.size === right.length && right.every((hold) => stored.has(key(hold)))
  );
}
