import { act } from '../act.ts';
import { assertNoneAhead } from '../bookings/ahead.ts';
import { illegalState } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { findLimit } from '../handle.ts';
import { idempotencyKeys } from '../idempotency.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { eraseAccount } from './erase-account.ts';
import { eraseBookings } from './erase-bookings.ts';
import { eraseEvents, recordErased } from './erase-events.ts';
import { get } from './read.ts';
import type { Patient, PatientId } from './schema.ts';

/** What an erasure took away. */
export interface Erased {
  readonly patient: Patient;
  /** How many bookings no longer say whose they were. */
  readonly bookings: number;
  /** How many events of the audit no longer say it. */
  readonly events: number;
}

/**
 * Takes away all that tells who a patient is, for good: name, phone, email, notes, language, the account to sign in
 * with, the name and notes in every booking, the archive's too, and what the audit says of all this; also of
 * duplicates that were merged. What stays are visits, prices and payments, of somebody whom nobody knows. There is no
 * undo. Backups hold him until they are removed: see docs/operations/erasure.md.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he was erased before, or has bookings to come, with their ids
 * @throws STALE when somebody changed the record since the revision that was seen
 */
export async function erase(clinic: TenantScope, id: PatientId, seen: Seen = {}): Promise<Erased> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, 'patients.erase', { id, revision }, async (inside) => {
    const before = await get(inside, id);
    await assertFresh(inside, 'patient', patientsCollection, before, revision);
    if (before.erasedAt) throw illegalState('patient', 'erased', 'erased');
    const patients = within(inside, patientsCollection);
    const merged = await patients.find({ mergedInto: before.id }, { limit: findLimit });
    await assertNoneAhead(inside, { patientId: before.id }, 'patient');

    const name = pseudonymOf(before);
    const ids = [before, ...merged].map((one) => one.id);
    const accounts = await eraseAccount(inside, ids, name);
    const bookings = await eraseBookings(inside, before.id, name);
    const events = await eraseEvents(inside, { patients: ids, accounts, bookings }, name);
    for (const one of merged) await eraseRecord(inside, one, name);
    const patient = await eraseRecord(inside, before, name);
    for (const one of ids) await within(inside, idempotencyKeys).delete({ answer: { $regex: one } });
    return { patient, bookings: bookings.length, events };
  });
}

/** The same in every language, and another one for each. */
function pseudonymOf({ id }: Patient): string {
  return `Anonim ${id.slice(-6)}`;
}

async function eraseRecord(inside: TenantScope, before: Patient, name: string): Promise<Patient> {
  const fields = {
    name,
    // Nobody else's, and no number that anybody has.
    phone: `erased:${before.id}`,
    email: undefined,
    notes: undefined,
    locale: undefined,
    isActive: false,
    erasedAt: inside.clock(),
  };
  const after = await within(inside, patientsCollection).update(
    { id: before.id },
    { $set: { ...fields, searchWords: [] } },
  );
  if (!after) throw illegalState('patient', 'gone', 'erased');
  await recordErased(inside, patientsCollection, [{ before, after }], Object.keys(fields));
  return after;
}
