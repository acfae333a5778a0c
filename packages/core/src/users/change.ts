import { changeDocument } from '../change.ts';
import { CirceError } from '../errors.ts';
import type { Update } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { usersCollection } from './collection.ts';
import { withoutPassword } from './read.ts';
import { noPassword, type StoredUser, type User, type UserId } from './schema.ts';

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
 * Makes sure that somebody is left who can do what only this user's role can: whoever was invited and has not come yet
 * cannot sign in, and perhaps never will.
 * @throws ILLEGAL_TRANSITION when he is the last administrator who can sign in
 */
export async function assertNotLastAdmin(inside: TenantScope, user: StoredUser, to: string): Promise<void> {
  if (!user.isActive || (user.role !== 'admin' && user.role !== 'platform_admin')) return;
  const others = await within(inside, usersCollection).count({
    role: user.role,
    isActive: true,
    password: { $ne: noPassword },
    id: { $ne: user.id },
  });
  if (others > 0) return;
  const message = 'This is the last administrator who can sign in. Name another one first.';
  throw new CirceError('ILLEGAL_TRANSITION', message, { from: user.role, to });
}
