import { z } from 'zod';
import { act } from '../act.ts';
import { besideClosing, isClosed } from '../day-closes/closing.ts';
import { illegalState, invalid } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { line } from '../text.ts';
import { localDate } from '../time.ts';
import { change } from './change.ts';
import { PaymentMethod, type Booking, type BookingId } from './schema.ts';
import { getSeen } from './seen.ts';

/** The method by which money really came in, or was given back. */
export const PaymentCorrection = z.strictObject({
  /** Which one: its place in `payments`, from 0. */
  payment: z.int().min(0).max(1000),
  method: PaymentMethod,
  /** Why, as the day's closing and the booking show it. */
  reason: line(200),
  /** The revision of the booking that was seen; without it the last state counts. */
  revision: z.int().min(1).optional(),
});
export type PaymentCorrection = z.input<typeof PaymentCorrection>;

/**
 * Corrects the method of one payment, on the local day on which it came in and until that day is closed. Afterwards it
 * is given back with `refund` and taken with `pay`.
 * @throws NOT_FOUND
 * @throws VALIDATION also when there is no such payment, or it has this method already
 * @throws ILLEGAL_TRANSITION when it came in on an earlier day, or its day is closed
 * @throws STALE when somebody did something else since the revision that was seen
 */
export async function correctPayment(
  clinic: TenantScope,
  id: BookingId,
  input: PaymentCorrection,
): Promise<Booking> {
  const given = parsed(PaymentCorrection, input);
  return act(clinic, 'bookings.correctPayment', { id, ...given }, async (inside) => {
    const booking = await getSeen(inside, id, given.revision);
    const payment = booking.payments[given.payment];
    if (!payment) throw invalid('payment', 'There is no such payment.');
    if (payment.method === given.method) throw invalid('method', 'It has this method already.');
    await assertOpen(inside, payment.localDate);
    const { method, reason } = given;
    const corrected = { from: payment.method, reason, by: inside.actor, at: inside.clock() };
    const payments = booking.payments.with(given.payment, { ...payment, method, corrected });
    const last = payments.findLast(({ amount }) => amount > 0);
    return change(inside, booking, 'bookings.correctPayment', {
      $set: { payments, ...(last && { paymentMethod: last.method }) },
    });
  });
}

/** What was counted in the evening has to stay what the payments say. */
async function assertOpen(inside: TenantScope, day: string): Promise<void> {
  if (day !== localDate(inside.clock(), inside.tenant.config.timezone))
    throw illegalState('payment', 'on an earlier day', 'corrected');
  await besideClosing(inside, day);
  if (await isClosed(inside, day)) throw illegalState('payment', 'on a closed day', 'corrected');
}
