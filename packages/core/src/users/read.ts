import { findLimit } from '../handle.ts';
import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { patientsCollection } from '../patients/collection.ts';
import { get as getPatient } from '../patients/read.ts';
import { PatientId } from '../patients/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { SearchText } from '../text.ts';
import { usersCollection } from './collection.ts';
import { noPassword, type StoredUser, type User, type UserId, type UserWithPassword } from './schema.ts';

/** The tenant's users, by email. */
export async function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<User>> {
  const sort = { field: 'email', direction: 1 } as const;
  const { items, next } = await paged(clinic, within(clinic, usersCollection), {}, sort, page);
  return { items: items.map(withoutPassword), next };
}

/** The user with this address, in any letter case, or undefined. */
export async function findByEmailAndTenant(clinic: TenantScope, email: string): Promise<User | undefined> {
  const found = await findWithPassword(clinic, email);
  if (!found) return undefined;
  const { password: _, ...user } = found;
  return user;
}

/** The user with this address with the password's hash, or undefined: for the login only. */
export async function findWithPassword(
  clinic: TenantScope,
  email: string,
): Promise<UserWithPassword | undefined> {
  const filter = { email: parsed(SearchText, email).toLowerCase() };
  const user = await within(clinic, usersCollection).findOne(filter);
  return user && { ...withoutPassword(user), password: user.password };
}

/**
 * One user, active or not, without the password.
 * @throws NOT_FOUND
 */
export async function get(clinic: TenantScope, id: UserId): Promise<User> {
  return withoutPassword(await within(clinic, usersCollection).get(id, 'user'));
}

/**
 * The accounts that lead to a patient: his own, and those of duplicates that were merged into him.
 * @throws NOT_FOUND when the patient does not exist
 */
export async function findByPatient(clinic: TenantScope, patientId: PatientId): Promise<User[]> {
  const { id } = await getPatient(clinic, parsed(PatientId, patientId));
  const merged = await within(clinic, patientsCollection).find({ mergedInto: id }, { limit: findLimit });
  const ids = [id, ...merged.map((duplicate) => duplicate.id)];
  const found = await within(clinic, usersCollection).find(
    { patientId: { $in: ids } },
    { limit: ids.length },
  );
  return found.map(withoutPassword);
}

export function withoutPassword({ password, ...user }: StoredUser): User {
  return { ...user, hasPassword: password !== noPassword };
}
