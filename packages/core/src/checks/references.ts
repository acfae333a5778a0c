import type { Collection, TenantDocument } from '../collections.ts';
import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import { aggregateEverywhere } from '../bookings/everywhere.ts';
import { patientsCollection } from '../patients/collection.ts';
import { pipeline } from '../pipeline.ts';
import { staffCollection } from '../staff/collection.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { usersCollection } from '../users/collection.ts';

/** A document names something that is not there. */
export interface WrongReference {
  readonly collection: string;
  readonly id: string;
  readonly field: string;
  /** The ids that lead nowhere; of a visit, its own, when its bookings are of two patients. */
  readonly missing: readonly string[];
}

type Named = Readonly<Record<string, Collection<TenantDocument>>>;

const ofBooking: Named = {
  patientId: patientsCollection,
  staffId: staffCollection,
  treatmentId: treatmentsCollection,
};

/** Which fields of which documents name others of the same clinic. A waiting patient's ticket is a booking. */
const references: readonly { readonly from: Collection<TenantDocument>; readonly to: Named }[] = [
  { from: bookingsCollection, to: ofBooking },
  { from: bookingsArchive, to: ofBooking },
  { from: treatmentsCollection, to: { assignedStaff: staffCollection } },
  { from: usersCollection, to: { patientId: patientsCollection } },
  { from: patientsCollection, to: { mergedInto: patientsCollection } },
];

const batch = 500;

/** Everything that names something that is not there; nothing in a sound database. */
export async function* findWrongReferences(clinic: TenantScope): AsyncGenerator<WrongReference, void> {
  for (const { from, to } of references) {
    const only = ['id', ...Object.keys(to)] as ['id'];
    for (let after: string | undefined; ;) {
      const found = await within(clinic, from).find(after === undefined ? {} : { id: { $gt: after } }, {
        sort: { id: 1 },
        limit: batch,
        only,
      });
      for (const [field, collection] of Object.entries(to)) {
        const known = await knownOf(
          clinic,
          collection,
          found.flatMap((one) => namedIn(one, field)),
        );
        for (const one of found) {
          const missing = namedIn(one, field).filter((id) => !known.has(id));
          if (missing.length > 0) yield { collection: from.name, id: one.id, field, missing };
        }
      }
      after = found.at(-1)?.id;
      if (found.length < batch) break;
    }
  }
  yield* sharedVisits(clinic);
}

/** The ids that a field names: one, several, or none. */
export function namedIn(document: object, field: string): string[] {
  return [(document as Record<string, unknown>)[field] ?? []].flat().map(String);
}

/** Which of some ids there are. */
export async function knownOf(
  clinic: TenantScope,
  collection: Collection<TenantDocument>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const some = [...new Set(ids)];
  if (some.length === 0) return new Set();
  const found = await within(clinic, collection).find(
    { id: { $in: some } },
    { limit: some.length, only: ['id'] },
  );
  return new Set(found.map(({ id }) => id));
}

/** A visit is of one patient. */
async function* sharedVisits(clinic: TenantScope): AsyncGenerator<WrongReference, void> {
  for (let after = ''; ;) {
    const rows = await aggregateEverywhere<{ _id: string; first: string; last: string }>(
      clinic,
      pipeline([
        { $match: { visitId: { $gt: after } } },
        { $group: { _id: '$visitId', first: { $min: '$patientId' }, last: { $max: '$patientId' } } },
        { $sort: { _id: 1 } },
        { $limit: batch },
      ]),
    );
    for (const { _id, first, last } of rows)
      if (first !== last) yield { collection: 'bookings', id: _id, field: 'visitId', missing: [_id] };
    if (rows.length < batch) return;
    after = rows.map(({ _id }) => _id).toSorted()[batch - 1]!;
  }
}
