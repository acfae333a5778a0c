import { z } from 'zod';
import { act } from '../act.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Revision, Seen } from '../revision.ts';
import { PatientId } from '../patients/schema.ts';
import { closeAllOf } from '../sessions/index.ts';
import type { TenantScope } from '../tenancy.ts';
import { line } from '../text.ts';
import { assertRole, linked, orTaken } from './add.ts';
import { assertNotLastAdmin, change, stored } from './change.ts';
import { usersCollection } from './collection.ts';
import { dropLink } from './link.ts';
import { besideOtherUsers } from './quota.ts';
import { Email, PasswordHash, Role, type User, type UserId } from './schema.ts';

/** What can be changed of a user beside the role and the password; a patient that is empty is taken away. */
export const UserChanges = z.strictObject({
  name: line(120).optional(),
  email: Email.optional(),
  patientId: z.union([z.literal(''), PatientId]).optional(),
  revision: Revision,
});
export type UserChanges = z.input<typeof UserChanges>;

/**
 * Changes a user's name, the address that he signs in with, or the patient whose account it is.
 * @throws NOT_FOUND also when the patient does not exist or is inactive
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic, or the patient has another account
 * @throws VALIDATION when a patient is given to another role than `user`, among others
 * @throws STALE when somebody changed the user since the revision that was seen, with what changed
 */
export async function update(clinic: TenantScope, id: UserId, changes: UserChanges): Promise<User> {
  const given = parsed(UserChanges, changes);
  return orTaken(() =>
    act(clinic, 'users.update', { id, ...given }, async (inside) => {
      const before = await stored(inside, id);
      await assertFresh(inside, 'user', usersCollection, before, given.revision);
      const { name = before.name, email = before.email } = given;
      const patientId =
        given.patientId === undefined
          ? before.patientId
          : await linked(inside, before.role, given.patientId || undefined);
      return change(inside, 'users.update', before, { name, email, patientId });
    }),
  );
}

/** Another role for a user. */
export const NewRole = z.strictObject({ role: Role, revision: Revision });
export type NewRole = z.input<typeof NewRole>;

/** What each role may do holds what those after it may do. */
const downwards: readonly Role[] = ['platform_admin', 'admin', 'staff', 'user'];

/**
 * Gives a user another role. Who may do less from now on is signed out everywhere; what was a patient's account is no
 * patient's any longer.
 * @throws NOT_FOUND
 * @throws FORBIDDEN when the role does not exist here
 * @throws ILLEGAL_TRANSITION when he is the last administrator who can sign in
 * @throws STALE when somebody changed the user since the revision that was seen, with what changed
 */
export async function changeRole(clinic: TenantScope, id: UserId, input: NewRole): Promise<User> {
  const { role, revision } = parsed(NewRole, input);
  assertRole(clinic, role);
  return act(clinic, 'users.changeRole', { id, role, revision }, async (inside) => {
    await besideOtherUsers(inside);
    const before = await stored(inside, id);
    await assertFresh(inside, 'user', usersCollection, before, revision);
    if (role !== before.role) await assertNotLastAdmin(inside, before, role);
    if (downwards.indexOf(role) > downwards.indexOf(before.role)) await closeAllOf(inside, id);
    const patientId = role === 'user' ? before.patientId : undefined;
    return change(inside, 'users.changeRole', before, { role, patientId });
  });
}

/** Another password for a user, as its hash. */
export const NewPasswordHash = Seen.extend({ passwordHash: PasswordHash });
export type NewPasswordHash = z.input<typeof NewPasswordHash>;

/**
 * Stores another password's hash, and signs the user out everywhere. A link that he had is not good any longer.
 * @throws NOT_FOUND
 * @throws STALE when somebody changed the user since the revision that was seen, with what changed
 */
export async function setPassword(clinic: TenantScope, id: UserId, input: NewPasswordHash): Promise<User> {
  const { passwordHash: password, revision } = parsed(NewPasswordHash, input);
  // The hash is salted: of the same password it is another one each time, so it says nothing of what was asked.
  return act(clinic, 'users.setPassword', { id, revision }, async (inside) => {
    const before = await stored(inside, id);
    await assertFresh(inside, 'user', usersCollection, before, revision);
    await closeAllOf(inside, id);
    await dropLink(inside, id);
    return change(inside, 'users.setPassword', before, { password });
  });
}
