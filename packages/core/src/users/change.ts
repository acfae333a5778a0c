import { changeDocument } from '../change.ts';
import { CirceError } from '../errors.ts';
import type { Update } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { usersCollection } from './collection.ts';
import { withoutPassword } from './read.ts';
import type { StoredUser, User, UserId } from './schema.ts';

/** The user with the hash, which never leaves core. */
export function stored(inside: TenantScope, id: UserId): Promise<StoredUser> {
  return within(inside, usersCollection).get(id, 'user');
}

/** Writes a user's changed fields and the audit event, which never holds a hash. */
export async function change(
  inside: TenantScope,
  action: string,
  before: StoredUser,
  fields: NonNullable<Update<StoredUser>['$set']>,
): Promise<User> {
  return withoutPassword(await changeDocument(inside, action, usersCollection, 'user', before, fields));
}

/**
 * Makes sure that somebody is left who can do what only this user's role can.
 * @throws ILLEGAL_TRANSITION when he is the last active administrator
 */
export async function assertNotLastAdmin(inside: TenantScope, user: StoredUser, to: string): Promise<void> {
  if (!user.isActive || (user.role !== 'admin' && user.role !== 'platform_admin')) return;
  const others = await within(inside, usersCollection).count({
    role: user.role,
    isActive: true,
    id: { $ne: user.id },
  });
  if (others > 0) return;
  const message = 'This is the last administrator. Name another one first.';
  throw new CirceError('ILLEGAL_TRANSITION', message, { from: user.role, to });
}
