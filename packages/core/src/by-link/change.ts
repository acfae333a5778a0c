import { act } from '../act.ts';
import { takingTime } from '../bookings/place.ts';
import { cancelWhole, moveWhole } from '../me/appointment.ts';
import { withoutOthers } from '../me/without-others.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { shown, type LinkedBooking } from './get.ts';
import { asStranger, ByLink, linked, LinkedMove } from './link.ts';

/**
 * Moves a booking by its link, with all of the visit that it is one of, as early as the clinic's `cancelBeforeMin` asks
 * for, to a time within its notice, grid and window. What is pending stays so, and what is confirmed; the link stays
 * good.
 * @returns the bookings that were moved, by time
 * @throws CONFLICT_SLOT when the new time is not free, with the reasons, and nobody else's booking among them
 * @throws ILLEGAL_TRANSITION when it begins too soon, or has begun
 * @throws NOT_FOUND for every secret that is not good here, whatever the reason, and when one of its staff is inactive
 * and nobody else is asked for
 * @throws STALE never: no revision is asked about
 */
export async function reschedule(clinic: TenantScope, input: LinkedMove): Promise<LinkedBooking[]> {
  const { tokenHash, ...time } = parsed(LinkedMove, input);
  const moved = takingTime(asStranger(clinic), 'byLink.reschedule', { tokenHash, ...time }, async (inside) =>
    shown(inside, await moveWhole(inside, await linked(inside, tokenHash), time)),
  );
  return withoutOthers(moved);
}

/**
 * Cancels a booking by its link, with all of the visit that it is one of, as early as the clinic's `cancelBeforeMin` asks
 * for. The link is then not good any more.
 * @returns the bookings that were cancelled, by time
 * @throws ILLEGAL_TRANSITION when it begins too soon, or has begun
 * @throws NOT_FOUND for every secret that is not good here, whatever the reason
 * @throws STALE never: no revision is asked about
 */
export async function cancel(clinic: TenantScope, link: ByLink): Promise<LinkedBooking[]> {
  const { tokenHash } = parsed(ByLink, link);
  return act(asStranger(clinic), 'byLink.cancel', { tokenHash }, async (inside) =>
    shown(inside, await cancelWhole(inside, await linked(inside, tokenHash))),
  );
}
