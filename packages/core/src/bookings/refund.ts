import { z } from 'zod';
import { act } from '../act.ts';
import { invalid } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { line } from '../text.ts';
import { change } from './change.ts';
import { entered } from './payments.ts';
import { PaymentMethod, type Booking, type BookingId } from './schema.ts';
import { getSeen } from './seen.ts';

/** Money that is given back now. */
export const NewRefund = z.strictObject({
  /** How it is given back, whatever it was paid with. */
  method: PaymentMethod,
  /** Rupiah, more than zero. */
  amount: z.int().min(1).max(1_000_000_000_000),
  /** Why, as the day's closing and the booking show it. */
  reason: line(200),
  /** The revision of the booking that was seen; without it the last state counts. */
  revision: z.int().min(1).optional(),
});
export type NewRefund = z.input<typeof NewRefund>;

/** Each of the 50 payments may be given back in parts. */
const mostEntries = 100;

/**
 * Gives money back, all that was paid or a part of it: an entry of its own among the payments, with a negative amount,
 * on the local day on which it is given. Earlier days stay as they are, closed or not, and so does the booking's status.
 * @throws NOT_FOUND
 * @throws VALIDATION also when it is more than what was paid and not given back yet
 * @throws STALE when somebody did something else since the revision that was seen
 */
export async function refund(clinic: TenantScope, id: BookingId, input: NewRefund): Promise<Booking> {
  const given = parsed(NewRefund, input);
  return act(clinic, 'bookings.refund', { id, ...given }, async (inside) => {
    const { method, amount, reason, revision } = given;
    const booking = await getSeen(inside, id, revision);
    if (amount > (booking.paymentAmount ?? 0)) throw invalid('amount', 'This is more than what was paid.');
    if (booking.payments.length >= mostEntries) {
      throw invalid('amount', `A booking has at most ${mostEntries} payments and refunds.`);
    }
    const refunded = entered(inside, booking, { method, amount: -amount, reason });
    return change(inside, booking, 'bookings.refund', { $set: refunded });
  });
}
