import type { Booking, VisitId } from '@paper-circe/api';
import { inVisits, type InVisit } from '#lib/in-visit.ts';
import type { ClinicApi } from './api.ts';

/** All bookings of some visits, each of which is asked for once. */
export async function ofVisits(api: ClinicApi, ids: readonly VisitId[]): Promise<Booking[]> {
  const visits = Array.from(new Set(ids), (visitId) => api.bookings.findByVisit({ visitId }));
  return (await Promise.all(visits)).flat();
}

/**
 * Bookings of a list with what the others of their visits say of them, which it need not hold. Read are only the visits
 * of which somebody may be here.
 * @param today the clinic's: on a later day nobody is
 */
export async function besideVisits<One extends Booking>(
  api: ClinicApi,
  bookings: readonly One[],
  today: string,
): Promise<(One & InVisit)[]> {
  const open = bookings.filter(
    ({ status, startedAt, localDate }) => status === 'confirmed' && !startedAt && localDate <= today,
  );
  const visits = await ofVisits(
    api,
    open.flatMap(({ visitId }) => visitId ?? []),
  );
  const known = new Map<string, Booking>([...visits, ...bookings].map((one) => [one.id, one]));
  return inVisits<Booking>(bookings, [...known.values()]) as (One & InVisit)[];
}
