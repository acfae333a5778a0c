import { z } from 'zod';
import { act } from '../act.ts';
import { notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { bookingsCollection } from './collection.ts';
import { get } from './read.ts';
import { BookingId, mostSteps, type Booking } from './schema.ts';

/** A booking as the caller saw it. */
export const OneSeen = z.strictObject({ id: BookingId, revision: z.int().min(1) });

/** Several bookings, each named once. */
export const isOnce = (all: readonly { readonly id: string }[]): boolean =>
  new Set(all.map(({ id }) => id)).size === all.length;

/** What the caller of an act on a whole visit saw of it. */
export const SeenSteps = z.strictObject({
  /** Its bookings with their revisions; of one that is not named the last state counts. */
  seen: z.array(OneSeen).max(mostSteps).refine(isOnce, 'Name each booking once.').optional(),
});
export type SeenSteps = z.input<typeof SeenSteps>;

/**
 * A booking, to be changed.
 * @throws NOT_FOUND
 * @throws STALE when it was changed since the revision that the caller saw, where he names one
 */
export async function getSeen(
  inside: TenantScope,
  id: BookingId,
  revision: number | undefined,
): Promise<Booking> {
  const booking = await get(inside, id);
  await assertFresh(inside, 'booking', bookingsCollection, booking, revision);
  return booking;
}

/**
 * Runs an act on one booking of which the caller says no more than which revision of it he saw.
 * @throws NOT_FOUND
 * @throws STALE when it was changed since
 */
export async function actOnSeen(
  clinic: TenantScope,
  action: string,
  id: BookingId,
  seen: Seen,
  work: (inside: TenantScope, booking: Booking) => Promise<Booking>,
): Promise<Booking> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, action, { id, revision }, async (inside) =>
    work(inside, await getSeen(inside, id, revision)),
  );
}

/**
 * The bookings that the caller saw, in the order in which he names them.
 * @throws NOT_FOUND when one of them is not among those that there are
 * @throws STALE when one of them was changed since
 */
export async function asSeen(
  inside: TenantScope,
  all: readonly Booking[],
  seen: readonly z.output<typeof OneSeen>[],
): Promise<Booking[]> {
  const byId = new Map(all.map((booking) => [booking.id, booking]));
  const ordered = [];
  for (const { id, revision } of seen) {
    const booking = byId.get(id);
    if (!booking) throw notFound('booking');
    await assertFresh(inside, 'booking', bookingsCollection, booking, revision);
    ordered.push(booking);
  }
  return ordered;
}
