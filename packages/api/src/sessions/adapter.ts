// lucia's storage over core's sessions. What lucia calls a session's id is the token that the browser holds; the
// database gets its SHA-256 only. See docs/decisions/lucia.md.
import { every, sessions, type TenantScope, type users } from '@paper-circe/core';
import type { Adapter, DatabaseSession } from 'lucia';
import { hashOf } from '../secrets.ts';
import { longestDays } from './cookie.ts';

/** Where somebody signs in. */
export interface Where {
  readonly address?: string | undefined;
  /** What the browser says of itself. */
  readonly agent?: string | undefined;
}

/** How exactly the last use of a session is known, in milliseconds. */
const touchMs = 300_000;

declare module 'lucia' {
  interface Register {
    UserId: users.UserId;
    DatabaseUserAttributes: { readonly user: users.User };
    DatabaseSessionAttributes: Where;
  }
}

/**
 * An adapter for the sessions of one clinic. lucia reads the system's clock, so times are moved between it and
 * the clinic's clock on their way in and out.
 */
export function adapterFor(clinic: TenantScope): Adapter {
  const ahead = Date.now() - clinic.clock().getTime();
  const ours = (luciaTime: Date) => new Date(luciaTime.getTime() - ahead);
  const lucias = (ourTime: Date) => new Date(ourTime.getTime() + ahead);
  const seen = (token: string, session: sessions.Session): DatabaseSession => ({
    id: token,
    userId: session.userId,
    expiresAt: lucias(session.expiresAt),
    attributes: {},
  });
  let lastDay: Date | undefined;
  return {
    async getSessionAndUser(token) {
      const found = await sessions.find(clinic, hashOf(token));
      if (!found) return [null, null];
      lastDay = endOf(found.session);
      const now = clinic.clock();
      if (lastDay <= now) return [null, null];
      const { expiresAt, lastUsedAt } = found.session;
      if (expiresAt > now && now.getTime() - lastUsedAt.getTime() >= touchMs) {
        await sessions.touch(clinic, found.session.tokenHash);
      }
      return [seen(token, found.session), { id: found.user.id, attributes: { user: found.user } }];
    },
    async getUserSessions(userId) {
      // The tokens of these are known to nobody; their hashes stand in.
      const all = await Array.fromAsync(every((page) => sessions.findByUser(clinic, userId, page)));
      return all.map((session) => seen(session.tokenHash, session));
    },
    setSession: ({ id, userId, expiresAt, attributes }) =>
      sessions.open(clinic, { tokenHash: hashOf(id), userId, expiresAt: ours(expiresAt), ...attributes }),
    updateSessionExpiration(token, expiresAt) {
      const wanted = ours(expiresAt);
      return sessions.prolong(clinic, hashOf(token), lastDay && lastDay < wanted ? lastDay : wanted);
    },
    deleteSession: (token) => sessions.close(clinic, hashOf(token)),
    deleteUserSessions: (userId) => sessions.closeAllOf(clinic, userId),
    deleteExpiredSessions: async () => void (await sessions.sweep(clinic)),
  };
}

/** The instant that no use can move, from which a session is none. */
export function endOf(session: sessions.Session): Date {
  return new Date(session.createdAt.getTime() + longestDays * 86_400_000);
}
