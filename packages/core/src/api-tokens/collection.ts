import type { Actor } from '../actor.ts';
import { defineCollection, type Id, type TenantDocument } from '../collections.ts';

export type ApiTokenId = Id<'apiTokens'>;

/** Lets a program act for a clinic, within its scopes and until it expires. It is the clinic's, not its maker's. */
export interface ApiToken extends TenantDocument {
  readonly id: ApiTokenId;
  /** What it is for, as the audit names it. */
  readonly name: string;
  /** SHA-256 of the token; the token itself is stored nowhere. */
  readonly tokenHash: string;
  /** What it may do, such as `bookings:write`. */
  readonly scopes: readonly string[];
  readonly createdBy: Actor;
  readonly expiresAt: Date;
  /** To the minute; left out before the first use. */
  readonly lastUsedAt?: Date;
}

export const apiTokensCollection = defineCollection<ApiToken>('apiTokens', [
  { key: { tenantId: 1, tokenHash: 1 }, name: 'apiTokens_token', unique: true },
  { key: { tenantId: 1, _id: -1 }, name: 'apiTokens_newest' },
]);
