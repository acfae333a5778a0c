import type { Update } from '../handle.ts';
import type { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { assertDayHasCome, change, illegal } from './change.ts';
import type { Booking, BookingId, LastChange } from './schema.ts';
import { actOnSeen } from './seen.ts';
import { comesFor } from './sitting.ts';

/**
 * Marks that the patient of an appointment is here, and waits. Whoever comes for a visit comes once: what else is open of
 * it on that day has arrived too, what is pending of that is confirmed by it, since the clinic receives him, and such an
 * act is undone by `undoVisit`. For what begins more than an hour after the rest he comes again. A walk-in has arrived by
 * joining the queue; a treatment may begin without it.
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
    const at = inside.clock();
    return bringingIn(inside, booking, 'bookings.arrive', { $set: { arrivedAt: at } }, { at });
  });
}

/**
 * Does to a booking what says that its patient is here, and with it brings in what else he comes for, as one act.
 * @param given.at when it is done
 * @param given.since what was over before then is left as it is; nothing when it is left out
 */
export async function bringingIn(
  inside: TenantScope,
  booking: Booking,
  action: string,
  update: Pick<Update<Booking>, '$set' | '$unset'>,
  { at, since = new Date(0) }: { at: Date; since?: Date },
): Promise<Booking> {
  const others = (await comesFor(inside, booking)).filter((one) => !whyNotWith(one) && one.endAt > since);
  const whole: Pick<LastChange, 'at' | 'together'> =
    others.length > 0 ? { at, together: others.length + 1 } : { at };
  const after = await change(inside, booking, action, update, whole);
  const expected = { $set: { status: 'confirmed', arrivedAt: at } } as const;
  for (const other of others) await change(inside, other, action, expected, whole);
  return after;
}

/** What keeps a booking's patient from arriving for it. */
function whyNot({ source, status, startedAt, arrivedAt }: Booking): string | undefined {
  if (source === 'walk-in') return 'a walk-in';
  if (status !== 'confirmed') return status;
  if (startedAt) return 'started';
  return arrivedAt && 'arrived';
}

/** A step whose time is held for him is not left unconfirmed while he waits. */
export const whyNotWith = (one: Booking) =>
  whyNot(one.status === 'pending' ? { ...one, status: 'confirmed' } : one);
