import { z } from 'zod';
import { act } from '../act.ts';
import { record } from '../audit.ts';
import { illegalState, notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import { closeAllOf } from '../sessions/index.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { orTokenTaken, TokenHash } from '../token-hash.ts';
import { change, stored } from './change.ts';
import { usersCollection } from './collection.ts';
import { passwordLinks, type PasswordLink } from './link-collection.ts';
import { withoutPassword } from './read.ts';
import { PasswordHash, type User, type UserId } from './schema.ts';

/** A one-time link by which a user chooses a password: the hash of its token, and the instant it runs out. */
export const NewPasswordLink = z.strictObject({ tokenHash: TokenHash, expiresAt: z.date() });
export type NewPasswordLink = z.input<typeof NewPasswordLink>;

const OfUser = NewPasswordLink.extend(Seen.shape);

/**
 * Lets a user choose another password by a one-time link. Until then the old one is good; a link that he had before
 * is not.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is inactive
 * @throws CONFLICT_DUPLICATE when there is a link of this token
 * @throws STALE when somebody changed the user since the revision that was seen, with what changed
 */
export async function allowReset(
  clinic: TenantScope,
  id: UserId,
  link: NewPasswordLink & Seen,
): Promise<PasswordLink> {
  const { revision, ...given } = parsed(OfUser, link);
  // A token is another one each time, so its hash says nothing of what was asked.
  return act(clinic, 'users.allowReset', { id, revision }, async (inside) => {
    const user = await stored(inside, id);
    await assertFresh(inside, 'user', usersCollection, user, revision);
    if (!user.isActive) throw illegalState('user', 'inactive', 'given a new password');
    await record(inside, 'users.allowReset', { collection: usersCollection.name, id }, {});
    return keepLink(inside, id, given);
  });
}

/** Keeps a user's link in the place of the one before. */
export function keepLink(inside: TenantScope, userId: UserId, link: NewPasswordLink): Promise<PasswordLink> {
  return orTokenTaken('passwordLinks_token', () =>
    within(inside, passwordLinks).upsert({ userId }, { $set: link }),
  );
}

/** The user who may choose a password by the link of this token, or undefined. */
export async function findByLink(clinic: TenantScope, tokenHash: string): Promise<User | undefined> {
  const link = await openLink(clinic, parsed(TokenHash, tokenHash));
  const user = link && (await within(clinic, usersCollection).findOne({ id: link.userId, isActive: true }));
  return user && withoutPassword(user);
}

function openLink(clinic: TenantScope, tokenHash: string): Promise<PasswordLink | undefined> {
  return within(clinic, passwordLinks).findOne({ tokenHash, expiresAt: { $gt: clinic.clock() } });
}

/** A password's hash, for the user of a link. */
export const ChosenPassword = z.strictObject({ tokenHash: TokenHash, passwordHash: PasswordHash });
export type ChosenPassword = z.input<typeof ChosenPassword>;

/**
 * Stores the hash of the password that a user chose by his link, which is used up, and signs him out everywhere.
 * @throws NOT_FOUND when there is no such link, or it was used, has run out, or its user is inactive
 */
export async function choosePassword(clinic: TenantScope, input: ChosenPassword): Promise<User> {
  const { tokenHash, passwordHash: password } = parsed(ChosenPassword, input);
  return act(clinic, 'users.choosePassword', { tokenHash }, async (inside) => {
    const link = await openLink(inside, tokenHash);
    // Of two at once, one finds it gone.
    if (!link || (await dropLink(inside, link.userId)) === 0) throw notFound('link');
    const user = await stored(inside, link.userId);
    if (!user.isActive) throw notFound('link');
    await closeAllOf(inside, user.id);
    return change(inside, 'users.choosePassword', user, { password });
  });
}

/** Takes a user's link away, and says how many there were. */
export function dropLink(inside: TenantScope, userId: UserId): Promise<number> {
  return within(inside, passwordLinks).delete({ userId });
}
