import { CirceError } from '../errors.ts';
import type { Filter } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';
import { longestTreatmentMin } from '../treatments/schema.ts';
import { bookingsCollection } from './collection.ts';
import { besideNewBookings } from './place.ts';
import type { Booking } from './schema.ts';

/** The most bookings that are named in an answer. */
const namedLimit = 50;

/**
 * Makes sure, in the transaction that takes somebody off the lists, that no booking of his is under way or to come,
 * and that none is made at the same time.
 * @throws ILLEGAL_TRANSITION naming the bookings, the next one first
 */
export async function assertNoneAhead(
  inside: TenantScope,
  whose: Pick<Filter<Booking>, 'patientId'> | Pick<Filter<Booking>, 'staffId'>,
  what: string,
): Promise<void> {
  await besideNewBookings(inside);
  const now = inside.clock();
  const begun = new Date(now.getTime() - longestTreatmentMin * minute);
  const ahead = await within(inside, bookingsCollection).find(
    { ...whose, startAt: { $gt: begun }, endAt: { $gt: now }, status: { $in: ['pending', 'confirmed'] } },
    { sort: { startAt: 1 }, limit: namedLimit },
  );
  if (ahead.length === 0) return;
  const message = `This ${what} has bookings to come. Move or cancel them first.`;
  const bookingIds = ahead.map(({ id }) => id);
  throw new CirceError('ILLEGAL_TRANSITION', message, { from: 'booked', to: 'inactive', bookingIds });
}
