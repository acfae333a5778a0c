import type { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { assertDayHasCome, change, illegal } from './change.ts';
import { findByVisit } from './read.ts';
import type { Booking, BookingId } from './schema.ts';
import { actOnSeen } from './seen.ts';

/**
 * Marks that the patient of an appointment is here, and waits. Whoever comes for a visit comes once: what else is open of
 * it on that day has arrived too, what is pending of that is confirmed by it, since the clinic receives him, and such an
 * act is undone by `undoVisit`. A walk-in has arrived by joining the queue; a treatment may begin without it.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION unless it is a confirmed appointment whose local day has come, and whose patient has
 * neither arrived nor begun
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function arrive(clinic: TenantScope, id: BookingId, seen: Seen = {}): Promise<Booking> {
  return actOnSeen(clinic, 'bookings.arrive', id, seen, async (inside, booking) => {
    const not = whyNot(booking);
    if (not) throw illegal(not, 'arrived');
    assertDayHasCome(inside, booking, 'arrived');
    const others = await arrivingWith(inside, booking);
    const at = inside.clock();
    const whole = others.length > 0 ? { at, together: others.length + 1 } : { at };
    const update = { $set: { arrivedAt: at } } as const;
    const after = await change(inside, booking, 'bookings.arrive', update, whole);
    const expected = { $set: { ...update.$set, status: 'confirmed' } } as const;
    for (const other of others) await change(inside, other, 'bookings.arrive', expected, whole);
    return after;
  });
}

/** What keeps a booking's patient from arriving for it. */
function whyNot({ source, status, startedAt, arrivedAt }: Booking): string | undefined {
  if (source === 'walk-in') return 'a walk-in';
  if (status !== 'confirmed') return status;
  if (startedAt) return 'started';
  return arrivedAt && 'arrived';
}

/** A step whose time is held for him is not left unconfirmed while he waits. */
const whyNotWith = (one: Booking) => whyNot(one.status === 'pending' ? { ...one, status: 'confirmed' } : one);

/** What else the patient comes for: of the same visit, on the same day. */
async function arrivingWith(inside: TenantScope, booking: Booking): Promise<Booking[]> {
  const { id, visitId, localDate } = booking;
  if (!visitId) return [];
  const all = await findByVisit(inside, visitId);
  return all.filter((one) => one.id !== id && one.localDate === localDate && !whyNotWith(one));
}
