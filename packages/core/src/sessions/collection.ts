import type { Document } from 'mongodb';
import { defineCollection, type TenantDocument } from '../collections.ts';
import type { UserId } from '../users/schema.ts';

/** Somebody who is signed in, until it expires. */
export interface Session extends TenantDocument {
  /** SHA-256 of the token in the cookie; the token itself is stored nowhere. */
  readonly tokenHash: string;
  readonly userId: UserId;
  readonly expiresAt: Date;
  /** To a few minutes. */
  readonly lastUsedAt: Date;
  /** The network address from which it was opened. */
  readonly address?: string;
  /** What the browser said of itself when it was opened. */
  readonly agent?: string;
}

export const sessionsCollection = defineCollection<Session>(
  'sessions',
  [
    { key: { tenantId: 1, tokenHash: 1 }, name: 'sessions_token', unique: true },
    { key: { tenantId: 1, userId: 1, _id: 1 }, name: 'sessions_ofUser' },
  ],
  [
    (document) => document,
    (document): Document => ({ ...document, lastUsedAt: document['lastUsedAt'] ?? document['createdAt'] }),
  ],
);
