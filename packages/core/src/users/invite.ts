import type { z } from 'zod';
import { parsed } from '../parsed.ts';
import type { TenantScope } from '../tenancy.ts';
import { insertUser } from './add.ts';
import { keepLink, NewPasswordLink } from './link.ts';
import type { PasswordLink } from './link-collection.ts';
import { NewUser, noPassword, type User } from './schema.ts';

/** Somebody who shall choose the password himself, by a one-time link. */
export const Invitation = NewUser.omit({ passwordHash: true }).extend(NewPasswordLink.shape);
export type Invitation = z.input<typeof Invitation>;

/**
 * Adds somebody who can sign in as soon as he has chosen a password by the link. He counts against `maxUsers` from
 * now on. When the link has run out, `allowReset` makes another one.
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic, the patient has an account, or there is a link of
 * this token
 * @throws NOT_FOUND when the patient does not exist or is inactive
 * @throws VALIDATION when a patient is given to another role than `user`, among others
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws FORBIDDEN when a platform administrator is put into a clinic, or another role into the platform
 */
export async function invite(
  clinic: TenantScope,
  input: Invitation,
): Promise<{ user: User; link: PasswordLink }> {
  const { tokenHash, expiresAt, ...fields } = parsed(Invitation, input);
  return insertUser(clinic, 'users.invite', fields, noPassword, async (inside, user) => {
    const link = await keepLink(inside, user.id, { tokenHash, expiresAt });
    return { user, link };
  });
}
