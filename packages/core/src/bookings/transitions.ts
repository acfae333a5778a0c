// pending -> confirmed -> completed; pending or confirmed -> cancelled or no-show. Nothing else, and nothing twice.
import { z } from 'zod';
import { act } from '../act.ts';
import { countVisit } from '../patients/visits.ts';
import { Revision, Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { bringingIn } from './arrive.ts';
import { assertDayHasCome, change, illegal, released } from './change.ts';
import { received } from './payments.ts';
import { PaymentMethod, type Booking, type BookingId, type BookingStatus } from './schema.ts';
import { actOnSeen, getSeen } from './seen.ts';
import { stayMin } from './sitting.ts';
import { minute } from '../time.ts';
import { parsed } from '../parsed.ts';

const from: Record<BookingStatus, readonly BookingStatus[]> = {
  pending: [],
  confirmed: ['pending'],
  completed: ['confirmed'],
  cancelled: ['pending', 'confirmed'],
  'no-show': ['pending', 'confirmed'],
};

function assertAllowed(booking: Booking, to: BookingStatus): void {
  if (!from[to].includes(booking.status)) throw illegal(booking.status, to);
}

/**
 * Sets the status to `confirmed`.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless the booking is pending
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function confirm(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  return actOnSeen(clinic, 'bookings.confirm', id, seen, async (inside, booking) => {
    assertAllowed(booking, 'confirmed');
    return change(inside, booking, 'bookings.confirm', { $set: { status: 'confirmed' } });
  });
}

/**
 * Sets the status to `cancelled` and releases the time.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless the booking is pending or confirmed
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function cancel(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  return actOnSeen(clinic, 'bookings.cancel', id, seen, async (inside, booking) => {
    assertAllowed(booking, 'cancelled');
    return change(inside, booking, 'bookings.cancel', { $set: { status: 'cancelled' }, $unset: released });
  });
}

/**
 * Sets the status to `no-show` and releases the time.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless the booking is pending or confirmed and its start has passed
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function noShow(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  return actOnSeen(clinic, 'bookings.noShow', id, seen, async (inside, booking) => {
    assertAllowed(booking, 'no-show');
    if (booking.startAt > inside.clock()) throw illegal('still to come', 'no-show');
    return change(inside, booking, 'bookings.noShow', { $set: { status: 'no-show' }, $unset: released });
  });
}

/** How a visit ended. */
export const Completion = z.strictObject({
  /** How the balance was paid. */
  method: PaymentMethod.default('cash'),
  revision: Revision,
});
export type Completion = z.input<typeof Completion>;

/**
 * Sets the status to `completed` and the payment to `paid`, takes the balance, adds the patient's visit and
 * releases what is left of the time: once, in one transaction. Whoever was treated is here: for what else he comes of a
 * visit he has arrived by it, as by `bookings.arrive`, unless that was over more than an hour ago, and then it is undone
 * by `undoVisit`.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless the booking is confirmed and its local day has come
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function complete(
  clinic: TenantScope,
  id: BookingId,
  completion: Completion = {},
): Promise<Booking> {
  const { method, revision } = parsed(Completion, completion);
  return act(clinic, 'bookings.complete', { id, method, revision }, async (inside) => {
    const booking = await getSeen(inside, id, revision);
    assertAllowed(booking, 'completed');
    assertDayHasCome(inside, booking, 'completed');
    const balance = booking.price - (booking.paymentAmount ?? 0);
    const paid = balance > 0 ? received(inside, booking, { method, amount: balance }) : {};
    await countVisit(inside, booking.patientId, booking.startAt);
    const update = {
      $set: { ...paid, status: 'completed', paymentStatus: 'paid' },
      $unset: released,
    } as const;
    const at = inside.clock();
    const since = new Date(+at - stayMin * minute);
    return bringingIn(inside, booking, 'bookings.complete', update, { at, since });
  });
}
