import { recordChanges } from '../audit.ts';
import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import { findLimit } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import type { Patient, PatientId } from './schema.ts';

/** Every collection whose documents carry `patientId` and `patientName`, and the name by which they are recorded. */
const referring = [
  { collection: bookingsCollection, recordedAs: bookingsCollection },
  { collection: bookingsArchive, recordedAs: bookingsCollection },
];

/**
 * Writes a patient's id and name into everything that refers to an id: the patient's own after a new name, or a
 * duplicate's.
 * @returns how many documents refer to it
 */
export async function referTo(
  inside: TenantScope,
  action: string,
  from: PatientId,
  { id: patientId, name: patientName }: Pick<Patient, 'id' | 'name'>,
): Promise<number> {
  let changed = 0;
  for (const { collection, recordedAs } of referring) {
    const handle = within(inside, collection);
    const found = await handle.find({ patientId: from }, { limit: findLimit });
    if (found.length === 0) continue;
    await handle.updateMany({ patientId: from }, { $set: { patientId, patientName } });
    const changes = found.map((before) => ({
      before,
      after: { ...before, patientId, patientName, revision: before.revision + 1 },
    }));
    await recordChanges(inside, action, recordedAs, changes);
    changed += found.length;
  }
  return changed;
}
