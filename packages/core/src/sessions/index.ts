import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { announce, within, type TenantScope } from '../tenancy.ts';
import { usersCollection } from '../users/collection.ts';
import { withoutPassword } from '../users/read.ts';
import { UserId, type User } from '../users/schema.ts';
import { sessionsCollection, type Session } from './collection.ts';

export type { Session } from './collection.ts';

/** Keeps a session under the hash of its token. */
export async function open(
  clinic: TenantScope,
  session: { readonly tokenHash: string; readonly userId: UserId; readonly expiresAt: Date },
): Promise<void> {
  await within(clinic, sessionsCollection).insert(session);
}

/** The session of a token's hash and its user; neither when the user is inactive or gone. */
export async function find(
  clinic: TenantScope,
  tokenHash: string,
): Promise<{ session: Session; user: User } | undefined> {
  const session = await within(clinic, sessionsCollection).findOne({ tokenHash });
  if (!session) return undefined;
  const user = await within(clinic, usersCollection).findOne({ id: session.userId, isActive: true });
  return user && { session, user: withoutPassword(user) };
}

/** A user's sessions, the oldest first, those that have run out and were not swept yet with them. */
export async function findByUser(
  clinic: TenantScope,
  userId: UserId,
  page: Page = {},
): Promise<Paged<Session>> {
  const order = { field: [], direction: 1 } as const;
  const filter = { userId: parsed(UserId, userId) };
  return paged(clinic, within(clinic, sessionsCollection), filter, order, page);
}

export async function prolong(clinic: TenantScope, tokenHash: string, expiresAt: Date): Promise<void> {
  await within(clinic, sessionsCollection).update({ tokenHash }, { $set: { expiresAt } });
}

/** Ends one session. Ending one that does not exist is no error. */
export async function close(clinic: TenantScope, tokenHash: string): Promise<void> {
  await within(clinic, sessionsCollection).delete({ tokenHash });
  announce(clinic);
}

/** Ends every session of a user at once. */
export async function closeAllOf(clinic: TenantScope, userId: UserId): Promise<void> {
  await within(clinic, sessionsCollection).delete({ userId });
  announce(clinic);
}

/** Ends every session that has run out. */
export async function sweep(clinic: TenantScope): Promise<number> {
  return within(clinic, sessionsCollection).delete({ expiresAt: { $lte: clinic.clock() } });
}
