import { defineCollection, type TenantDocument } from '../collections.ts';
import type { UserId } from '../users/schema.ts';

/** Somebody who is signed in, until it expires. */
export interface Session extends TenantDocument {
  /** SHA-256 of the token in the cookie; the token itself is stored nowhere. */
  readonly tokenHash: string;
  readonly userId: UserId;
  readonly expiresAt: Date;
}

export const sessionsCollection = defineCollection<Session>('sessions', [
  { key: { tenantId: 1, tokenHash: 1 }, name: 'sessions_token', unique: true },
  { key: { tenantId: 1, userId: 1, _id: 1 }, name: 'sessions_ofUser' },
]);
