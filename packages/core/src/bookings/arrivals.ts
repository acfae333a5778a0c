import { isFromOutside } from '../actor.ts';
import type { Update } from '../handle.ts';
import type { TenantScope } from '../tenancy.ts';
import { localDate, minute } from '../time.ts';
import { whyNotWith } from './arrive.ts';
import { placed, type Place } from './place.ts';
import { findByVisits } from './read.ts';
import type { Booking, BookingId } from './schema.ts';
import { sitting } from './sitting.ts';

/** A booking, and from when and for how long it is put; cancelled where no start is named. */
export interface Move {
  readonly booking: Booking;
  readonly startAt?: Date;
  readonly durationMin?: number;
}

/** What becomes of the arrival of a booking's patient. */
export type Arrival = Pick<Update<Booking>, '$set' | '$unset'>;

/**
 * What becomes of the arrivals of bookings that are moved by one act. Whoever has arrived is still here at another time
 * of the day, and not on another day nor for a step that goes where he comes again for it; a step that comes to others
 * for which he is here finds him here.
 */
export async function arrivalsAfter(
  inside: TenantScope,
  moves: readonly Move[],
): Promise<ReadonlyMap<BookingId, Arrival>> {
  const visitIds = new Set(moves.flatMap(({ booking }) => booking.visitId ?? []));
  const found = visitIds.size > 0 ? await findByVisits(inside, [...visitIds]) : [];
  const visits = Map.groupBy(found, ({ visitId }) => visitId);
  const byVisit = Map.groupBy(moves, ({ booking: { id, visitId } }) => visitId ?? id);
  const arrivals = new Map<BookingId, Arrival>();
  for (const some of byVisit.values()) {
    const { visitId } = some[0]!.booking;
    const before = (visitId && visits.get(visitId)) ?? some.map(({ booking }) => booking);
    const after = placedAnew(inside, before, some);
    for (const { id, arrivedAt } of before) {
      const now = after.find((one) => one.id === id);
      if (!now || now.arrivedAt === arrivedAt) continue;
      const isHere = { $set: { status: 'confirmed', arrivedAt: now.arrivedAt } } as const;
      arrivals.set(id, now.arrivedAt ? isHere : { $unset: { arrivedAt: true } });
    }
  }
  return arrivals;
}

/** A step at another place, with what becomes of its arrival; a call that waited is over. */
export function movedTo(
  inside: TenantScope,
  booking: Booking,
  to: Place,
  arrivals: ReadonlyMap<BookingId, Arrival>,
): Arrival {
  const { $set, $unset } = arrivals.get(booking.id) ?? {};
  return { $set: { ...placed(inside, booking, to), ...$set }, $unset: { ...$unset, calledAt: true } };
}

/** A visit after its moves, without what is cancelled, each with the arrival that it has then. */
function placedAnew(inside: TenantScope, before: readonly Booking[], moves: readonly Move[]): Booking[] {
  const byId = new Map(moves.map((move) => [move.booking.id, move]));
  const there = before.flatMap((one) => {
    const move = byId.get(one.id);
    if (!move) return [one];
    const { startAt, durationMin = one.durationMin } = move;
    if (!startAt) return [];
    const endAt = new Date(+startAt + durationMin * minute);
    return [{ ...one, startAt, endAt, localDate: localDate(startAt, inside.tenant.config.timezone) }];
  });
  const after = there.map((one) => {
    if (!one.arrivedAt || !byId.has(one.id) || isStillHere(one, before, there)) return one;
    const { arrivedAt: _, ...rest } = one;
    return rest;
  });
  const comes = (one: Booking) =>
    byId.has(one.id) && !whyNotWith(one) && (one.status === 'confirmed' || !isFromOutside(inside.actor));
  return after.map((one) => {
    const since = comes(one) && hereSince(sitting(one, after));
    return since ? { ...one, arrivedAt: since } : one;
  });
}

/**
 * Whether who has come for a step is here for it where it is put: beside what stays of what he came for, or beside the
 * first of it where all of that is moved.
 */
function isStillHere(one: Booking, before: readonly Booking[], after: readonly Booking[]): boolean {
  const was = before.find(({ id }) => id === one.id)!;
  if (was.localDate !== one.localDate) return false;
  const starts = new Map([was, ...sitting(was, before)].map(({ id, startAt }) => [id, +startAt]));
  const left = after.filter(({ id }) => starts.has(id)).sort((a, b) => +a.startAt - +b.startAt);
  const stayed = left.filter(({ id, startAt }) => starts.get(id) === +startAt);
  const first = stayed.length > 0 ? stayed : left.slice(0, 1);
  const beside = [one, ...sitting(one, after)];
  return first.some(({ id }) => beside.some((other) => other.id === id));
}

/** Since when the patient of some steps is here for one of them that is still open; undefined when he is not. */
function hereSince(steps: readonly Booking[]): Date | undefined {
  for (const { status, arrivedAt, startedAt } of steps)
    if (status === 'confirmed' && (arrivedAt ?? startedAt)) return arrivedAt ?? startedAt;
  return undefined;
}
