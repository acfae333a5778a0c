import { findLimit } from '../handle.ts';
import { closeAllOf } from '../sessions/index.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { usersCollection } from '../users/collection.ts';
import { dropLink } from '../users/link.ts';
import { uncountUser } from '../users/quota.ts';
import { noPassword, type UserId } from '../users/schema.ts';
import { recordErased } from './erase-events.ts';
import type { PatientId } from './schema.ts';

/** Signs the patient's account out everywhere and takes away what it says of him. Answers which accounts there were. */
export async function eraseAccount(
  inside: TenantScope,
  patients: readonly PatientId[],
  name: string,
): Promise<UserId[]> {
  const users = within(inside, usersCollection);
  const accounts = await users.find({ patientId: { $in: patients } }, { limit: findLimit });
  for (const before of accounts) {
    if (before.isActive) await uncountUser(inside);
    await closeAllOf(inside, before.id);
    await dropLink(inside, before.id);
    const fields = { name, email: `${before.id}@erased.invalid`, isActive: false };
    const after = await users.update({ id: before.id }, { $set: { ...fields, password: noPassword } });
    if (after) await recordErased(inside, usersCollection, [{ before, after }], Object.keys(fields));
  }
  return accounts.map(({ id }) => id);
}
