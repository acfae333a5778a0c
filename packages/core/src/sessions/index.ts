import { z } from 'zod';
import { act, actLightly } from '../act.ts';
import { record } from '../audit.ts';
import { notFound } from '../errors.ts';
import type { Filter } from '../handle.ts';
import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { pipeline } from '../pipeline.ts';
import { announce, askedOf, within, type TenantScope } from '../tenancy.ts';
import { IdText } from '../text.ts';
import { orTokenTaken, TokenHash } from '../token-hash.ts';
import { usersCollection } from '../users/collection.ts';
import { withoutPassword } from '../users/read.ts';
import { UserId, type User } from '../users/schema.ts';
import { sessionsCollection, type Session } from './collection.ts';

export type { Session } from './collection.ts';

/** A session to be kept. */
export const NewSession = z.strictObject({
  tokenHash: TokenHash,
  userId: UserId,
  expiresAt: z.date(),
  address: z.string().max(100).optional(),
  agent: z.string().max(300).optional(),
});
export type NewSession = z.input<typeof NewSession>;

/**
 * Keeps a session under the hash of its token. Those of its user that have run out go.
 * @throws CONFLICT_DUPLICATE when there is one under this hash
 */
export async function open(clinic: TenantScope, session: NewSession): Promise<void> {
  const given = parsed(NewSession, session);
  await actLightly(clinic, 'sessions.open', given, async (inside) => {
    const now = inside.clock();
    const all = within(inside, sessionsCollection);
    await all.delete({ userId: given.userId, expiresAt: { $lte: now } });
    await orTokenTaken('sessions_token', () => all.insert({ ...given, lastUsedAt: now }));
  });
}

/**
 * The session of a token's hash and its user, expired or not; undefined when there is none, or the user is inactive
 * or gone.
 */
export async function find(
  clinic: TenantScope,
  tokenHash: string,
): Promise<{ session: Session; user: User } | undefined> {
  const filter = { tokenHash: parsed(TokenHash, tokenHash) };
  const users = within(clinic, usersCollection);
  const found = await within(clinic, sessionsCollection).findOneWith(filter, 'userId', users, {
    isActive: true,
  });
  if (!found) return undefined;
  const [session, user] = found;
  return user && { session, user: withoutPassword(user) };
}

const hashLimit = 500;
const TokenHashes = z.array(TokenHash).max(hashLimit);

/**
 * Of some hashes of tokens, at most 500, the sessions that have not run out and whose users are active; in no particular
 * order.
 */
export async function findByTokens(clinic: TenantScope, tokenHashes: readonly string[]): Promise<Session[]> {
  const filter = { tokenHash: { $in: parsed(TokenHashes, tokenHashes) }, expiresAt: { $gt: clinic.clock() } };
  const found = await within(clinic, sessionsCollection).find(filter, { limit: hashLimit });
  if (found.length === 0) return [];
  const active = await within(clinic, usersCollection).find(
    { id: { $in: [...new Set(found.map(({ userId }) => userId))] }, isActive: true },
    { limit: hashLimit, only: ['id'] },
  );
  const ids = new Set(active.map(({ id }) => id));
  return found.filter(({ userId }) => ids.has(userId));
}

const UserIds = z.array(UserId).max(200);

/** When somebody who is signed in now did so last. */
export interface SignIn {
  readonly userId: UserId;
  readonly at: Date;
}

/**
 * Of some users, those who are signed in now, with the instant of the newest session. Who has signed out leaves
 * nothing behind.
 * @param userIds at most 200
 */
export async function signedIn(clinic: TenantScope, userIds: readonly UserId[]): Promise<SignIn[]> {
  const open = { userId: { $in: parsed(UserIds, userIds) }, expiresAt: { $gt: clinic.clock() } };
  const newest = await within(clinic, sessionsCollection).aggregate<{ _id: UserId; at: Date }>(
    pipeline([{ $match: open }, { $group: { _id: '$userId', at: { $max: '$createdAt' } } }]),
  );
  return newest.map(({ _id: userId, at }) => ({ userId, at }));
}

/** A user's sessions that have not run out, the newest first. */
export async function findByUser(
  clinic: TenantScope,
  userId: UserId,
  page: Page = {},
): Promise<Paged<Session>> {
  const order = { field: [], direction: -1 } as const;
  const ofUser = { userId: parsed(UserId, userId) };
  const filter = { ...ofUser, expiresAt: { $gt: clinic.clock() } };
  return paged(clinic, within(clinic, sessionsCollection), filter, order, page, ofUser);
}

/** Moves the instant at which a session runs out. Prolonging one that does not exist is no error. */
export async function prolong(clinic: TenantScope, tokenHash: string, expiresAt: Date): Promise<void> {
  const filter = { tokenHash: parsed(TokenHash, tokenHash) };
  const $set = { expiresAt: parsed(z.date(), expiresAt) };
  await actLightly(clinic, 'sessions.prolong', { ...filter, ...$set }, async (inside) => {
    await within(inside, sessionsCollection).update(filter, { $set });
  });
}

/** Notes that a session is used now. Noting it of one that does not exist is no error. */
export async function touch(clinic: TenantScope, tokenHash: string): Promise<void> {
  const filter = { tokenHash: parsed(TokenHash, tokenHash) };
  await actLightly(clinic, 'sessions.touch', filter, async (inside) => {
    await within(inside, sessionsCollection).update(filter, { $set: { lastUsedAt: inside.clock() } });
  });
}

/**
 * Ends one session of a user by its id, and records it with the user.
 * @throws NOT_FOUND
 */
export async function revoke(clinic: TenantScope, userId: UserId, id: string): Promise<void> {
  const given = { userId: parsed(UserId, userId), id: parsed(IdText, id) };
  await act(clinic, 'sessions.revoke', given, async (inside) => {
    if ((await within(inside, sessionsCollection).delete(given)) === 0) throw notFound('session');
    await record(inside, 'sessions.revoke', { collection: usersCollection.name, id: given.userId }, {});
  });
}

/**
 * Ends every session of a user, and records it with the user.
 * @param but the hash of the token whose session stays
 * @throws NOT_FOUND when there is no such user
 */
export async function revokeAll(clinic: TenantScope, userId: UserId, but?: string): Promise<void> {
  const kept = but === undefined ? {} : { tokenHash: { $ne: parsed(TokenHash, but) } };
  await act(clinic, 'sessions.revokeAll', { userId }, async (inside) => {
    const { id } = await within(inside, usersCollection).get(userId, 'user');
    await within(inside, sessionsCollection).delete({ userId: id, ...kept });
    await record(inside, 'sessions.revokeAll', { collection: usersCollection.name, id }, {});
  });
}

/** Ends one session. Ending one that does not exist is no error. */
export async function close(clinic: TenantScope, tokenHash: string): Promise<void> {
  await end(clinic, 'sessions.close', { tokenHash: parsed(TokenHash, tokenHash) });
}

/** Ends every session of a user at once. */
export async function closeAllOf(clinic: TenantScope, userId: UserId): Promise<void> {
  await end(clinic, 'sessions.closeAllOf', { userId: parsed(UserId, userId) });
}

async function end(clinic: TenantScope, action: string, filter: Filter<Session>): Promise<void> {
  await actLightly(clinic, action, filter, async (inside) => {
    await within(inside, sessionsCollection).delete(filter);
  });
  if (!askedOf(clinic).dryRun) announce(clinic);
}

/** Ends every session that has run out, and says how many. */
export async function sweep(clinic: TenantScope): Promise<number> {
  return actLightly(clinic, 'sessions.sweep', {}, (inside) =>
    within(inside, sessionsCollection).delete({ expiresAt: { $lte: inside.clock() } }),
  );
}
