// API tokens: how programs call the procedures of a clinic, or of the platform. See docs/decisions/api-tokens.md.
import { apiTokens, type Actor, type TenantScope } from '@paper-circe/core';
import { z } from 'zod';
import { forbidden } from '../errors.ts';
import { hashOf, newSecret } from '../secrets.ts';
import { PlatformScope, TokenScope } from '../shared/scopes.ts';

export { budgetOf, CallBudget } from './budget.ts';

const prefix = 'circe_';

/** Tells a program's token from the one of a session. */
export const isApiToken = (token: string): boolean => token.startsWith(prefix);

/** How many days a token is good when nobody says for how long. */
const lifeDays = 90;

const newTokenOf = <Scope extends string>(scope: z.ZodType<Scope, Scope>) =>
  z.strictObject({
    name: apiTokens.NewApiToken.shape.name,
    scopes: z.array(scope).min(1),
    expiresAt: z.date().optional(),
  });

export const NewToken = newTokenOf(TokenScope);
export const NewPlatformToken = newTokenOf(PlatformScope);

type GivenToken = Omit<z.output<typeof NewToken>, 'scopes'> & {
  readonly scopes: (TokenScope | PlatformScope)[];
};

/**
 * Makes a token: `circe_<slug>_<secret>`, of the platform `circe_platform_<secret>`. It is in the answer and nowhere else, and not in the answer to the same
 * request sent again.
 * @throws VALIDATION when it would have run out already
 */
export async function createToken(clinic: TenantScope, { expiresAt, ...given }: GivenToken) {
  const token = `${prefix}${clinic.tenant.slug}_${newSecret()}`;
  const made = await apiTokens.create(clinic, {
    ...given,
    expiresAt: expiresAt ?? new Date(clinic.clock().getTime() + lifeDays * 86_400_000),
    tokenHash: hashOf(token),
  });
  return { made, ...(made.tokenHash === hashOf(token) && { token }) };
}

/** How exactly the last use of a token is known, in milliseconds. */
const touchMs = 60_000;

/**
 * The API token of a text, read from the database every time: one that was revoked or has run out is none, and
 * neither is one of another clinic, since it is looked for in this one.
 */
export async function readToken(clinic: TenantScope, text: string): Promise<apiTokens.ApiToken | undefined> {
  const token = await findToken(clinic, text);
  const now = clinic.clock().getTime();
  if (token && now - (token.lastUsedAt?.getTime() ?? 0) >= touchMs) {
    await apiTokens.touch(clinic, token.tokenHash);
  }
  return token;
}

/** The same without noting a use, for what only listens. */
export function findToken(clinic: TenantScope, text: string): Promise<apiTokens.ApiToken | undefined> {
  return apiTokens.find(clinic, hashOf(text));
}

/**
 * Makes sure that a token may call a procedure. What a scope writes it also reads.
 * @throws FORBIDDEN with the scope that it needs
 */
export function assertScope({ scopes }: apiTokens.ApiToken, path: string, type: string): void {
  const [group = ''] = path.split('.');
  const [read, write] = [`${group}:read`, `${group}:write`];
  if (scopes.includes(write) || (type !== 'mutation' && scopes.includes(read))) return;
  throw forbidden('This token may not do this.', type === 'mutation' ? write : read);
}

/** A token as the audit names it. */
export function tokenActor({ id, name }: apiTokens.ApiToken): Actor {
  return { kind: 'token', id, name };
}
