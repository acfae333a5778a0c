// Who is signed in. The rest of the package knows these five functions and no library behind them.
import type { TenantScope, users } from '@paper-circe/core';
import { Lucia, TimeSpan } from 'lucia';
import { adapterFor, type Where } from './adapter.ts';

export { cookieName, cookieNames, cookieOptions } from './cookie.ts';
export { isSignedIn } from './signed-in.ts';

/** A session ends this many hours after it was renewed last. Use renews it once half of them have passed. */
const idleHours = 12;

function luciaFor(clinic: TenantScope) {
  return new Lucia(adapterFor(clinic), {
    sessionExpiresIn: new TimeSpan(idleHours, 'h'),
    getUserAttributes: ({ user }) => ({ user }),
  });
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaFor>;
  }
}

/** Signs a user of this clinic in. The token is in the answer and nowhere else. */
export async function startSession(
  clinic: TenantScope,
  userId: users.UserId,
  where: Where = {},
): Promise<{ token: string }> {
  const session = await luciaFor(clinic).createSession(userId, where);
  return { token: session.id };
}

/**
 * The user of a token, read from the database every time: a session that was ended, that ran out, or whose user
 * was deactivated is none. A token of another clinic is none either, since it is looked for in this one.
 */
export async function readSession(clinic: TenantScope, token: string): Promise<users.User | undefined> {
  const { user } = await luciaFor(clinic).validateSession(token);
  return user?.user;
}

/** Ends a session at once. Ending one that does not exist is no error. */
export function endSession(clinic: TenantScope, token: string): Promise<void> {
  return luciaFor(clinic).invalidateSession(token);
}

/** Ends every session of a user at once. */
export function endAllSessions(clinic: TenantScope, userId: users.UserId): Promise<void> {
  return luciaFor(clinic).invalidateUserSessions(userId);
}
