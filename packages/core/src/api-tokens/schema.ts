import { z } from 'zod';
import { IdText, line } from '../text.ts';
import { TokenHash } from '../token-hash.ts';

export const ApiTokenId = IdText.brand<'apiTokens', 'inout'>();

/** A group of what can be done and how far, such as `bookings:write`; what groups there are is the API's. */
const Scope = z.string().regex(/^[a-z][a-zA-Z]{0,39}:(read|write)$/, 'Write a scope as bookings:read.');

/** A token to be kept. */
export const NewApiToken = z.strictObject({
  name: line(120),
  tokenHash: TokenHash,
  scopes: z.array(Scope).min(1).max(100),
  expiresAt: z.date(),
});
export type NewApiToken = z.input<typeof NewApiToken>;
