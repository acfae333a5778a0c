import type { Actor } from '../actor.ts';
import { findEverywhere } from '../bookings/everywhere.ts';
import { aheadStatuses, dayLimit, startingIn } from '../bookings/read.ts';
import type { Booking, BookingId, Payment } from '../bookings/schema.ts';
import { invalid } from '../errors.ts';
import { parsed } from '../parsed.ts';
import type { Sum } from '../reports/money.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { dayInterval, LocalDate } from '../time.ts';
import { dayClosesCollection } from './collection.ts';
import type { DayClose, OfMethod } from './schema.ts';

type OfBooking = Pick<Booking, 'patientName' | 'treatmentName'> & { readonly bookingId: BookingId };

/** One payment or refund of a day, with what it was for. */
export type Receipt = OfBooking &
  Payment & {
    /** Its place among the payments of its booking, from 0, as `bookings.correctPayment` takes it. */
    readonly payment: number;
  };

/** A booking of the day of which something is still to be paid. */
export type Unpaid = OfBooking &
  Pick<Booking, 'startAt' | 'status' | 'source' | 'arrivedAt' | 'startedAt' | 'price'> & {
    /** Rupiah. */
    readonly balance: number;
  };

/** What one person took on a day, less what he gave back. */
export interface OfTaker extends Sum {
  /** Left out for payments of before it was kept. */
  readonly by?: Actor;
  /** The largest amount first. */
  readonly byMethod: readonly OfMethod[];
}

/** A local day at the till, as it is now. */
export interface Till {
  readonly date: string;
  /** What came in less what was given back, as in the next two; `count` is of both. */
  readonly total: Sum;
  /** The largest amount first, as in the next one. */
  readonly byMethod: readonly OfMethod[];
  readonly byTaker: readonly OfTaker[];
  /** Every payment and refund of the day, for bookings of any day, the earliest first. */
  readonly payments: readonly Receipt[];
  /** Bookings of the day, pending or confirmed, that are not wholly paid, by time. */
  readonly unpaid: readonly Unpaid[];
  /** How many bookings of the day are pending or confirmed, paid or not. */
  readonly open: number;
  /** How the day was closed, the last time; also when it was opened again since. */
  readonly close?: DayClose;
}

/**
 * What came in and was given back on a local day, by method and by whom, what is still to be paid of the day's bookings,
 * and how the day was closed.
 * @throws VALIDATION also when there are more than 5,000 bookings to look at: a part of a day would look like the whole
 */
export async function till(clinic: TenantScope, date: string): Promise<Till> {
  const day = parsed(LocalDate, date);
  const [payments, ahead, close] = await Promise.all([
    paymentsOn(clinic, day),
    startingIn(clinic, dayInterval(day, clinic.tenant.config.timezone), aheadStatuses),
    within(clinic, dayClosesCollection).findOne({ date: day }),
  ]);
  return {
    date: day,
    total: sumOf(payments),
    byMethod: byMethod(payments),
    byTaker: byTaker(payments),
    payments,
    open: ahead.length,
    unpaid: ahead.map(unpaidOf).filter(({ balance }) => balance > 0),
    ...(close && { close }),
  };
}

/** Every payment and refund of a local day, the earliest first. */
export async function paymentsOn(clinic: TenantScope, date: string): Promise<Receipt[]> {
  const bookings = await findEverywhere(
    clinic,
    { paymentAmount: { $gte: 0 }, payments: { $elemMatch: { localDate: date } } },
    { limit: dayLimit + 1, sort: { id: 1 } },
  );
  if (bookings.length > dayLimit)
    throw invalid('date', `There are more than ${dayLimit} bookings paid on it.`);
  return bookings
    .flatMap((booking) =>
      booking.payments
        .map((payment, place): Receipt => ({ ...ofBooking(booking), ...payment, payment: place }))
        .filter(({ localDate }) => localDate === date),
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

function ofBooking({ id, patientName, treatmentName }: Booking): OfBooking {
  return { bookingId: id, ...(patientName !== undefined && { patientName }), treatmentName };
}

function unpaidOf(booking: Booking): Unpaid {
  const { startAt, status, source, arrivedAt, startedAt, price, paymentAmount = 0 } = booking;
  return {
    ...ofBooking(booking),
    startAt,
    status,
    source,
    ...(arrivedAt && { arrivedAt }),
    ...(startedAt && { startedAt }),
    price,
    balance: price - paymentAmount,
  };
}

export function sumOf(payments: readonly Payment[]): Sum {
  return { amount: payments.reduce((sum, { amount }) => sum + amount, 0), count: payments.length };
}

export function byMethod(payments: readonly Payment[]): OfMethod[] {
  return [...Map.groupBy(payments, ({ method }) => method)]
    .map(([method, some]): OfMethod => {
      const refunded = -sumOf(some.filter(({ amount }) => amount < 0)).amount;
      return { method, ...sumOf(some), ...(refunded > 0 && { refunded }) };
    })
    .sort(largestFirst);
}

function byTaker(payments: readonly Payment[]): OfTaker[] {
  return [...Map.groupBy(payments, ({ by }) => nameOf(by)).values()]
    .map((some): OfTaker => {
      const by = some.at(-1)?.by;
      return { ...(by && { by }), ...sumOf(some), byMethod: byMethod(some) };
    })
    .sort(largestFirst);
}

/** What tells one who acts from another; a person keeps it when his name changes. */
function nameOf(by: Actor | undefined): string {
  if (by?.kind === 'user') return `user ${by.id}`;
  return by?.kind === 'system' ? `system ${by.name}` : (by?.kind ?? '');
}

const largestFirst = (a: Sum, b: Sum) => b.amount - a.amount;
