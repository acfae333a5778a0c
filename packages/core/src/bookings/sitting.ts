import { minute } from '../time.ts';
import type { TenantScope } from '../tenancy.ts';
import { findByVisit } from './read.ts';
import type { Booking } from './schema.ts';

/** How long somebody stays for his next treatment, in minutes: over a longer pause he goes, and comes again. */
export const stayMin = 60;

/**
 * What else of a visit a patient comes for at once: the steps of that day, before and behind, that follow each other
 * without a pause over which he would go.
 * @param visit its steps; the booking itself may be among them, at another time than it is asked for
 */
export function sitting(booking: Booking, visit: readonly Booking[]): Booking[] {
  const isOff = ({ status }: Booking) => status === 'cancelled' || status === 'no-show';
  const others = visit.filter(
    (one) => one.id !== booking.id && one.localDate === booking.localDate && !isOff(one),
  );
  const runs: Booking[][] = [];
  let until = -Infinity;
  for (const one of [...others, booking].sort((a, b) => +a.startAt - +b.startAt)) {
    if (+one.startAt - until > stayMin * minute) runs.push([]);
    runs.at(-1)!.push(one);
    until = Math.max(until, +one.endAt);
  }
  const run = runs.find((some) => some.includes(booking)) ?? [];
  return run.filter((one) => one !== booking);
}

/** What else the patient of a booking comes for at once, by time; nothing where it stands alone. */
export async function comesFor(inside: TenantScope, booking: Booking): Promise<Booking[]> {
  return booking.visitId ? sitting(booking, await findByVisit(inside, booking.visitId)) : [];
}
