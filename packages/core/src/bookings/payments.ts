import { z } from 'zod';
import { act } from '../act.ts';
import { invalid } from '../errors.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate } from '../time.ts';
import { change, illegal } from './change.ts';
import { get } from './read.ts';
import { PaymentMethod, type Booking, type BookingId } from './schema.ts';
import { parsed } from '../parsed.ts';

/** Money that is received now. */
export const NewPayment = z.strictObject({
  method: PaymentMethod,
  /** Rupiah. */
  amount: z.int().min(1).max(1_000_000_000_000),
});
export type NewPayment = z.input<typeof NewPayment>;

/** A booking's document does not grow forever. */
const mostPayments = 50;

/**
 * Takes money for a booking: a deposit while less than the price has come in, paid from then on.
 * @throws NOT_FOUND
 * @throws VALIDATION when it is more than the balance, or the 51st part of it
 * @throws ILLEGAL_TRANSITION when the booking is cancelled or was a no-show
 */
export async function pay(clinic: TenantScope, id: BookingId, input: NewPayment): Promise<Booking> {
  const payment = parsed(NewPayment, input);
  return act(clinic, 'bookings.pay', { id, ...payment }, async (inside) => {
    const booking = await get(inside, id);
    if (booking.status === 'cancelled' || booking.status === 'no-show') throw illegal(booking.status, 'paid');
    if (booking.payments.length >= mostPayments) {
      throw invalid('amount', `A booking is paid in at most ${mostPayments} parts.`);
    }
    if (payment.amount > booking.price - (booking.paymentAmount ?? 0)) {
      throw invalid('amount', 'This is more than what is left to pay.');
    }
    return change(inside, booking, 'bookings.pay', { $set: received(inside, booking, payment) });
  });
}

/** The payment fields of a booking after one more payment. */
export function received(
  inside: TenantScope,
  booking: Booking,
  { method, amount }: NewPayment,
): Required<Pick<Booking, 'payments' | 'paymentMethod' | 'paymentAmount' | 'paymentStatus'>> {
  const paymentAmount = (booking.paymentAmount ?? 0) + amount;
  const at = inside.clock();
  const payment = {
    method,
    amount,
    at,
    localDate: localDate(at, inside.tenant.config.timezone),
    by: inside.actor,
  };
  return {
    payments: [...booking.payments, payment],
    paymentMethod: method,
    paymentAmount,
    paymentStatus: paymentAmount >= booking.price ? 'paid' : 'deposit',
  };
}
