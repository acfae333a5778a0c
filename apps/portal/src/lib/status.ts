import { m } from '#lib/paraglide/messages.js';

/** The words of the documented enums. Functions, not strings: a message is read when a page is rendered. */

export type BookingStatus = 'pending' | 'confirmed' | 'completed' | 'cancelled' | 'no-show';
export type PaymentStatus = 'unpaid' | 'deposit' | 'paid';

export const statusLabels: Record<BookingStatus, () => string> = {
  pending: () => m.status_pending(),
  confirmed: () => m.status_confirmed(),
  completed: () => m.status_completed(),
  cancelled: () => m.status_cancelled(),
  'no-show': () => m.status_no_show(),
};

export const paymentLabels: Record<PaymentStatus, () => string> = {
  unpaid: () => m.payment_unpaid(),
  deposit: () => m.payment_deposit(),
  paid: () => m.payment_paid(),
};
