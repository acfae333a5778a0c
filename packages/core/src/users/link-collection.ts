import { defineCollection, type TenantDocument } from '../collections.ts';
import type { UserId } from './schema.ts';

/** Lets a user choose a password once, until it expires. A user has one at most: a new one takes the place of the old. */
export interface PasswordLink extends TenantDocument {
  /** SHA-256 of the token in the address; the token itself is stored nowhere. */
  readonly tokenHash: string;
  readonly userId: UserId;
  readonly expiresAt: Date;
}

export const passwordLinks = defineCollection<PasswordLink>('passwordLinks', [
  { key: { tenantId: 1, tokenHash: 1 }, name: 'passwordLinks_token', unique: true },
  { key: { tenantId: 1, userId: 1 }, name: 'passwordLinks_ofUser', unique: true },
]);
