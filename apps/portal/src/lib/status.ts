import { m } from '#lib/paraglide/messages.js';

/** The words of the documented enums. Functions, not strings: a message is read when a page is rendered. */

export type BookingStatus = 'pending' | 'confirmed' | 'completed' | 'cancelled' | 'no-show';
export type PaymentStatus = 'unpaid' | 'deposit' | 'paid';

export type Role = 'admin' | 'staff' | 'user' | 'platform_admin';

export const roleLabels: Record<Role, () => string> = {
  admin: () => m.role_admin(),
  staff: () => m.role_staff(),
  user: () => m.role_user(),
  platform_admin: () => m.role_platform(),
};

export const statusLabels: Record<BookingStatus, () => string> = {
  pending: () => m.status_pending(),
  confirmed: () => m.status_confirmed(),
  completed: () => m.status_completed(),
  cancelled: () => m.status_cancelled(),
  'no-show': () => m.status_no_show(),
};

export const isStatus = (value: unknown): value is BookingStatus =>
  typeof value === 'string' && value in statusLabels;

/**
 * Where a booking stands: its status, told apart further while it is confirmed and somebody is here for it. What comes
 * after another treatment of the same visit is not waited for.
 */
export type Standing = BookingStatus | 'waiting' | 'afterwards' | 'treatment';

interface Stands {
  readonly status: BookingStatus;
  readonly source?: string | undefined;
  readonly arrivedAt?: Date | undefined;
  readonly startedAt?: Date | undefined;
  readonly follows?: boolean;
}

export function standingOf({ status, source, arrivedAt, startedAt, follows }: Stands): Standing {
  if (status !== 'confirmed') return status;
  if (startedAt) return 'treatment';
  if (follows) return 'afterwards';
  return source === 'walk-in' || arrivedAt ? 'waiting' : status;
}

export const standingLabels: Record<Standing, () => string> = {
  ...statusLabels,
  waiting: () => m.stage_waiting(),
  afterwards: () => m.stage_afterwards(),
  treatment: () => m.stage_treatment(),
};

export const paymentLabels: Record<PaymentStatus, () => string> = {
  unpaid: () => m.payment_unpaid(),
  deposit: () => m.payment_deposit(),
  paid: () => m.payment_paid(),
};

/** Whether money was given back once the visit was over: what is missing is then not owed. */
export const isRefunded = (booking: {
  readonly status: BookingStatus;
  readonly payments: readonly { readonly amount: number }[];
}): boolean => booking.status === 'completed' && booking.payments.some(({ amount }) => amount < 0);

/** In the order in which a desk offers them. */
export const methods = ['qris', 'cash', 'card', 'transfer', 'other'] as const;
export type PaymentMethod = (typeof methods)[number];

export const methodLabels: Record<PaymentMethod, () => string> = {
  qris: () => m.method_qris(),
  cash: () => m.method_cash(),
  card: () => m.method_card(),
  transfer: () => m.method_transfer(),
  other: () => m.method_other(),
};
