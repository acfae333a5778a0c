import { z } from 'zod';
import { act } from '../act.ts';
import { invalid } from '../errors.ts';
import { Revision } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate } from '../time.ts';
import { change, illegal } from './change.ts';
import { PaymentMethod, type Booking, type BookingId, type Payment, type PaymentStatus } from './schema.ts';
import { getSeen } from './seen.ts';
import { parsed } from '../parsed.ts';

/** Money that is received now. */
export const NewPayment = z.strictObject({
  method: PaymentMethod,
  /** Rupiah. */
  amount: z.int().min(1).max(1_000_000_000_000),
  revision: Revision,
});
export type NewPayment = z.input<typeof NewPayment>;

/** A booking's document does not grow forever, and what was paid can always be given back. */
const mostPayments = 50;

/**
 * Takes money for a booking: a deposit while less than the price has come in, paid from then on.
 * @throws NOT_FOUND
 * @throws VALIDATION when it is more than the balance, or the 51st part of it
 * @throws ILLEGAL_TRANSITION when the booking is cancelled or was a no-show
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function pay(clinic: TenantScope, id: BookingId, input: NewPayment): Promise<Booking> {
  const payment = parsed(NewPayment, input);
  return act(clinic, 'bookings.pay', { id, ...payment }, async (inside) => {
    const booking = await getSeen(inside, id, payment.revision);
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
  { method, amount }: Pick<NewPayment, 'method' | 'amount'>,
) {
  return { ...entered(inside, booking, { method, amount }), paymentMethod: method };
}

/** The payment fields of a booking after money that came in or, with a negative amount, was given back. */
export function entered(
  inside: TenantScope,
  { payments, paymentAmount, price }: Booking,
  entry: Pick<Payment, 'method' | 'amount' | 'reason'>,
): Required<Pick<Booking, 'payments' | 'paymentAmount' | 'paymentStatus'>> {
  const at = inside.clock();
  const day = localDate(at, inside.tenant.config.timezone);
  const paid = (paymentAmount ?? 0) + entry.amount;
  return {
    payments: [...payments, { ...entry, at, localDate: day, by: inside.actor }],
    paymentAmount: paid,
    paymentStatus: paymentStatusOf(paid, price),
  };
}

/** What a booking of a price is when so much was paid for it and not given back. */
export function paymentStatusOf(paid: number, price: number): PaymentStatus {
  if (paid <= 0) return 'unpaid';
  return paid >= price ? 'paid' : 'deposit';
}
