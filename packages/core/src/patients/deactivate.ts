import { act } from '../act.ts';
import { assertNoneAhead } from '../bookings/ahead.ts';
import { illegalState } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { change } from './change.ts';
import { patientsCollection } from './collection.ts';
import type { Patient, PatientId } from './schema.ts';

/**
 * Takes a patient off the lists and the search, and keeps everything. Nobody else can have his phone number meanwhile.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is inactive already, or has bookings to come, with their ids
 * @throws STALE when somebody changed the record since the revision that was seen
 */
export function deactivate(clinic: TenantScope, id: PatientId, seen: Seen = {}): Promise<Patient> {
  return setActive(clinic, 'patients.deactivate', id, seen, false);
}

/**
 * Puts a patient back on the lists.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is active, a duplicate that was merged, or erased
 * @throws STALE when somebody changed the record since the revision that was seen
 */
export function restore(clinic: TenantScope, id: PatientId, seen: Seen = {}): Promise<Patient> {
  return setActive(clinic, 'patients.restore', id, seen, true);
}

async function setActive(
  clinic: TenantScope,
  action: string,
  id: PatientId,
  seen: Seen,
  isActive: boolean,
): Promise<Patient> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, action, { id, revision }, async (inside) => {
    const before = await within(inside, patientsCollection).get(id, 'patient');
    await assertFresh(inside, 'patient', patientsCollection, before, revision);
    const state = before.erasedAt
      ? 'erased'
      : before.mergedInto
        ? 'merged'
        : before.isActive
          ? 'active'
          : 'inactive';
    if (state !== (isActive ? 'inactive' : 'active')) {
      throw illegalState('patient', state, isActive ? 'active' : 'inactive');
    }
    if (!isActive) await assertNoneAhead(inside, { patientId: id }, 'patient');
    return change(inside, action, before, { isActive });
  });
}
