import { aggregateEverywhere } from '../bookings/everywhere.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import type { PatientId } from './schema.ts';
import { later } from './visits.ts';

const batch = 500;

/**
 * Ids of the patients whose `totalVisits` and `lastVisitAt` are not those that their completed bookings, and the
 * visits without a booking, ask for; none in a sound database.
 */
export async function* findWrongVisits(clinic: TenantScope): AsyncGenerator<PatientId, void> {
  for (let after: PatientId | undefined; ;) {
    const found = await within(clinic, patientsCollection).find(after ? { id: { $gt: after } } : {}, {
      sort: { id: 1 },
      limit: batch,
    });
    const ids = found.map(({ id }) => id);
    const rows = await aggregateEverywhere<{ _id: string; count: number; last: Date }>(clinic, [
      { $match: { patientId: { $in: ids }, status: 'completed' } },
      { $group: { _id: '$patientId', count: { $sum: 1 }, last: { $max: '$startAt' } } },
    ]);
    const completed = new Map<string, { count: number; last: Date }>();
    for (const { _id, count, last } of rows) {
      const other = completed.get(_id);
      completed.set(_id, { count: count + (other?.count ?? 0), last: later(other?.last, last) });
    }
    for (const { id, totalVisits, lastVisitAt, otherVisits } of found) {
      const { count = 0, last } = completed.get(id) ?? {};
      const right = later(last, otherVisits?.lastAt)?.getTime() === lastVisitAt?.getTime();
      if (!right || totalVisits !== count + (otherVisits?.count ?? 0)) yield id;
    }
    after = ids.at(-1);
    if (found.length < batch) return;
  }
}
