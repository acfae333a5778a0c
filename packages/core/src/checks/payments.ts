import { act } from '../act.ts';
import { repairing } from '../audit.ts';
import { write } from '../bookings/change.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import { findAnywhere, pagedEverywhere } from '../bookings/everywhere.ts';
import { paymentStatusOf } from '../bookings/payments.ts';
import type { Booking, BookingId, Payment } from '../bookings/schema.ts';
import { every } from '../page.ts';
import { toldOf } from '../replay.ts';
import type { TenantScope } from '../tenancy.ts';
import type { Outcome, WrongPayments } from './finding.ts';

/** What follows from the payments of a booking. */
type Following = Pick<Booking, 'paymentStatus' | 'paymentMethod'> & { readonly paymentAmount: number };
type Fields = WrongPayments['fields'];

/** Everything that does not agree with its payments; nothing in a sound database. */
export async function* findWrongPayments(clinic: TenantScope): AsyncGenerator<WrongPayments, void> {
  const order = { field: [], direction: 1 } as const;
  for await (const booking of every((page) => pagedEverywhere(clinic, {}, order, page))) {
    const fields = wrongFields(booking);
    if (fields.length > 0 && !(await isAsItCame(clinic, booking, fields)))
      yield { id: booking.id, sum: sumOf(entriesOf(booking)), fields };
  }
}

/**
 * Lets a booking say what its payments say. No payment is ever taken away: one that was lost comes back from the audit.
 * @returns left where nobody but a person can say what was paid: the booking claims more than its payments, or has a
 * payment, of which the audit knows nothing
 */
export function repairPayments(clinic: TenantScope, id: BookingId): Promise<Outcome> {
  return act(clinic, repairing, { id, payments: true }, async (inside): Promise<Outcome> => {
    const booking = await findAnywhere(inside, id);
    if (!booking || wrongFields(booking).length === 0) return 'right';
    const told = await toldOf(inside, bookingsCollection, id);
    const entries = wholeOf(entriesOf(booking), told?.payments);
    const right = entries && followingFrom(booking, entries);
    if (!right || !(right.paymentAmount >= 0) || claimsMore(booking, right, told)) return 'left';
    // What would be undone to is what was wrong.
    const update = { $set: { ...right, payments: entries }, $unset: { lastChange: true } } as const;
    await write(inside, booking, repairing, update);
    return 'repaired';
  });
}

/** The payments of a booking, of one too that lost the field itself. */
function entriesOf({ payments }: Partial<Booking>): readonly Payment[] {
  return Array.isArray(payments) ? payments : [];
}

/** Not a number where an amount is none. */
function sumOf(entries: readonly Payment[]): number {
  return entries.reduce((sum, { amount }) => sum + (typeof amount === 'number' ? amount : Number.NaN), 0);
}

function followingFrom(booking: Booking, entries: readonly Payment[]): Following {
  const { status, price, paymentStatus, paymentMethod } = booking;
  const sum = sumOf(entries);
  const last = entries.findLast(({ amount }) => amount > 0);
  const method = last?.method ?? paymentMethod;
  // To complete a booking pays it, also one that costs nothing, or of which the documentation keeps no amount.
  const isDone = entries.length === 0 && status === 'completed' && paymentStatus === 'paid';
  return {
    paymentAmount: sum,
    paymentStatus: isDone ? 'paid' : paymentStatusOf(sum, price),
    ...(method !== undefined && { paymentMethod: method }),
  };
}

function wrongFields(booking: Booking): Fields {
  const entries = entriesOf(booking);
  const right = followingFrom(booking, entries);
  const { paymentAmount, paymentStatus, paymentMethod } = booking;
  // Documents of before payments were kept one by one say no method, or no amount, where there was none.
  const amount = entries.length === 0 ? (paymentAmount ?? 0) : paymentAmount;
  return [
    ...(amount === right.paymentAmount ? [] : ['paymentAmount' as const]),
    ...(paymentStatus === right.paymentStatus ? [] : ['paymentStatus' as const]),
    ...((paymentMethod ?? right.paymentMethod) === right.paymentMethod ? [] : ['paymentMethod' as const]),
  ];
}

/** The documentation knows a status without an amount: one that was adopted with it says all that is known. */
async function isAsItCame(clinic: TenantScope, booking: Booking, fields: Fields): Promise<boolean> {
  if (entriesOf(booking).length > 0 || fields.some((field) => field !== 'paymentStatus')) return false;
  const told = await toldOf(clinic, bookingsCollection, booking.id);
  return told?.paymentStatus === booking.paymentStatus && entriesOf(told).length === 0;
}

/** The payments with those that only the audit still knows; undefined where it does not know one that is stored. */
function wholeOf(
  stored: readonly Payment[],
  told: Booking['payments'] | undefined,
): readonly Payment[] | undefined {
  if (!told) return stored;
  const left = [...stored];
  const whole = told.map((entry) => {
    const at = left.findIndex((other) => isSameMoney(entry, other));
    return at < 0 ? entry : left.splice(at, 1)[0]!;
  });
  return left.length === 0 ? whole : undefined;
}

function isSameMoney(one: Payment, other: Payment): boolean {
  return one.amount === other.amount && one.at.getTime() === other.at.getTime();
}

const rank = { unpaid: 0, deposit: 1, paid: 2 } as const;

/** Whether a booking says of more money than its payments do, and the audit does not say that it is wrong there. */
function claimsMore(booking: Booking, right: Following, told: Partial<Booking> | undefined): boolean {
  const { paymentAmount = 0, paymentStatus } = booking;
  const isMoney = paymentAmount <= right.paymentAmount;
  const isStatus = rank[paymentStatus] <= rank[right.paymentStatus];
  if (isMoney && isStatus) return false;
  if (!told) return true;
  return (
    (!isMoney && (told.paymentAmount ?? 0) !== right.paymentAmount) ||
    (!isStatus && told.paymentStatus !== right.paymentStatus)
  );
}
