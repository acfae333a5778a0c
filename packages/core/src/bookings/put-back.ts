import { overlaps } from '../availability/intervals.ts';
import { plannedIn } from '../availability/plans.ts';
import { canonical } from '../changes.ts';
import { besideClosing, wasCounted } from '../day-closes/closing.ts';
import { illegalState, notFound } from '../errors.ts';
import { get as getPatient } from '../patients/read.ts';
import { takeBackVisit } from '../patients/visits.ts';
import { isRecent } from '../recent.ts';
import { staffCollection } from '../staff/collection.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { illegal, released, write } from './change.ts';
import { occupied } from './holds.ts';
import { besideNewBookings, placed, slotTaken } from './place.ts';
import {
  holdsTime,
  undoableFields,
  type Booking,
  type BookingId,
  type LastChange,
  type Payment,
} from './schema.ts';

/** @throws ILLEGAL_TRANSITION when what was done then is too long ago to be undone */
export function assertRecent(inside: TenantScope, { status }: Booking, at: Date): void {
  if (!isRecent(inside, at)) throw illegal(status, 'undone');
}

/**
 * Writes a booking as it was before its last change, with the time that it held; a visit that was counted is taken back.
 * @throws ILLEGAL_TRANSITION when the change was one of its money, and the day was closed since
 * @param together the bookings that are put back with it: where they are now is in nobody's way
 */
export async function putBack(
  inside: TenantScope,
  booking: Booking,
  { at, before }: LastChange,
  action: string,
  together: readonly BookingId[] = [booking.id],
): Promise<Booking> {
  await assertNotCounted(inside, booking, { at, before });
  const state = { ...booking, ...before };
  // What was done before durations could change tells none: it was the same.
  const missing = undoableFields.filter((field) => field !== 'durationMin' && before[field] === undefined);
  const { override } = before;
  const place = { staffId: state.staffId, startAt: state.startAt, ...(override && { override }) };
  const holds = holdsTime(state.status) ? placed(inside, state, place) : undefined;
  if (holds) {
    await besideNewBookings(inside);
    await assertHere(inside, state);
    if (!holds.overlapping) await assertFree(inside, state, together);
  }
  const after = await write(inside, booking, action, {
    $set: { ...before, ...holds },
    $unset: {
      lastChange: true,
      ...(holds ? {} : released),
      ...Object.fromEntries(missing.map((field) => [field, true as const])),
    },
  });
  if (booking.status === 'completed' && after.status !== 'completed')
    await takeBackVisit(inside, booking.patientId);
  return after;
}

/** What was counted when a day was closed has to stay what the payments say. */
async function assertNotCounted(
  inside: TenantScope,
  { payments }: Booking,
  { at, before }: Pick<LastChange, 'at' | 'before'>,
): Promise<void> {
  const isOther = (payment: Payment, n: number) => canonical(payment) !== canonical(before.payments?.[n]);
  for (const { localDate } of payments.filter(isOther)) {
    await besideClosing(inside, localDate);
    if (await wasCounted(inside, localDate, at)) throw illegalState('payment', 'on a closed day', 'undone');
  }
}

/** Nobody who was taken off the lists since gets a booking again. */
async function assertHere(inside: TenantScope, { patientId, staffId }: Booking): Promise<void> {
  const patient = await getPatient(inside, patientId);
  if (!patient.isActive) throw notFound('patient');
  const staff = await within(inside, staffCollection).get(staffId, 'staff member');
  if (!staff.isActive) throw notFound('staff member');
}

/** Names the booking in the way; that there is none is decided by the index. */
async function assertFree(
  inside: TenantScope,
  { staffId, startAt, localDate, ...extent }: Booking,
  except: readonly BookingId[],
): Promise<void> {
  const time = occupied(startAt, extent);
  const planned = await plannedIn(inside, { from: localDate, days: 1 }, [staffId]);
  const inTheWay = planned.filter(
    (other) =>
      !except.includes(other.id) && holdsTime(other.status) && overlaps(occupied(other.startAt, other), time),
  );
  if (inTheWay.length > 0) throw slotTaken(inTheWay.map((other) => ({ code: 'BUSY', bookingId: other.id })));
}
