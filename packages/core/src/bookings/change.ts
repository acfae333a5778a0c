import { recordChange } from '../audit.ts';
import { illegalState, notFound, type CirceError } from '../errors.ts';
import type { Update } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { localDate } from '../time.ts';
import { bookingsArchive, bookingsCollection } from './collection.ts';
import { undoableFields, type Booking, type LastChange, type UndoableState } from './schema.ts';

/**
 * Writes one act of the front desk on a booking, what it can be undone to, and its audit event.
 * @param whole of an act that changes several bookings of a visit, the same for each of them
 */
export async function change(
  inside: TenantScope,
  before: Booking,
  action: string,
  { $set, $unset }: Pick<Update<Booking>, '$set' | '$unset'>,
  whole: Pick<LastChange, 'at' | 'together'> = { at: inside.clock() },
): Promise<Booking> {
  const lastChange = { action, ...whole, before: undoableState(before) };
  return write(inside, before, action, { $set: { ...$set, lastChange }, ...($unset && { $unset }) });
}

/** Writes a booking and its audit event. */
export async function write(
  inside: TenantScope,
  before: Booking,
  action: string,
  update: Update<Booking>,
): Promise<Booking> {
  const filter = { id: before.id, revision: before.revision };
  const after =
    (await within(inside, bookingsCollection).update(filter, update)) ??
    (await within(inside, bookingsArchive).update(filter, update));
  if (!after) throw notFound('booking');
  await recordChange(inside, action, bookingsCollection, before, after);
  return after;
}

function undoableState(booking: Booking): UndoableState {
  return Object.fromEntries(
    undoableFields.filter((field) => booking[field] !== undefined).map((field) => [field, booking[field]]),
  );
}

export function illegal(from: string, to: string): CirceError<'ILLEGAL_TRANSITION'> {
  return illegalState('booking', from, to);
}

/** @throws ILLEGAL_TRANSITION when the booking is on a later local day */
export function assertDayHasCome(inside: TenantScope, booking: Booking, to: string): void {
  const today = localDate(inside.clock(), inside.tenant.config.timezone);
  if (booking.localDate > today) throw illegal('on a later day', to);
}

export const released = { holding: true, holds: true } as const;
