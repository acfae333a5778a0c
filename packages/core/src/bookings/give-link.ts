import { z } from 'zod';
import { act } from '../act.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { TokenHash } from '../token-hash.ts';
import { illegal, write } from './change.ts';
import { findByVisit, get } from './read.ts';
import { holdsTime, type Booking, type BookingId } from './schema.ts';

/** The hash of a link's secret. */
export const NewLink = z.strictObject({ tokenHash: TokenHash });
export type NewLink = z.input<typeof NewLink>;

/**
 * Lets whoever has a secret see, move and cancel a booking, with all of the visit that it is one of: see `byLink`. It is
 * good until the booking is over or final. A secret that was given before is not good any more; that of whoever booked
 * it on the public page still is.
 * @returns the bookings that it is for, by time
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when nothing of it is pending or confirmed
 */
export async function giveLink(clinic: TenantScope, id: BookingId, link: NewLink): Promise<Booking[]> {
  const { tokenHash: linkHash } = parsed(NewLink, link);
  // A secret is another one each time, so its hash says nothing of what was asked.
  return act(clinic, 'bookings.giveLink', { id }, async (inside) => {
    const booking = await get(inside, id);
    const whole = booking.visitId ? await findByVisit(inside, booking.visitId) : [booking];
    const toCome = whole.filter(({ status }) => holdsTime(status));
    if (toCome.length === 0) throw illegal(booking.status, 'given a link');
    const given = [];
    for (const one of toCome)
      given.push(await write(inside, one, 'bookings.giveLink', { $set: { linkHash } }));
    return given;
  });
}
