import { act, actLightly } from '../act.ts';
import { record, recordChange } from '../audit.ts';
import { changesBetween } from '../changes.ts';
import { invalid, notFound } from '../errors.ts';
import { paged, type Page, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { orTokenTaken, TokenHash } from '../token-hash.ts';
import { apiTokensCollection, type ApiToken, type ApiTokenId } from './collection.ts';
import { NewApiToken } from './schema.ts';

export type { ApiToken } from './collection.ts';
export { ApiTokenId, NewApiToken } from './schema.ts';

/**
 * Keeps a token under its hash.
 * @throws CONFLICT_DUPLICATE when there is one under this hash
 * @throws VALIDATION when it has run out already, among others
 */
export async function create(clinic: TenantScope, input: NewApiToken): Promise<ApiToken> {
  const { tokenHash, ...given } = parsed(NewApiToken, input);
  if (given.expiresAt <= clinic.clock()) throw invalid('expiresAt', 'This has passed already.');
  const scopes = [...new Set(given.scopes)];
  const { name, expiresAt } = given;
  // A token is another one each time, and without a say its end is counted from now: they say nothing of what was asked.
  return act(clinic, 'apiTokens.create', { name, scopes }, async (inside) => {
    const document = { name, scopes, expiresAt, tokenHash, createdBy: inside.actor };
    const token = await orTokenTaken('apiTokens_token', () =>
      within(inside, apiTokensCollection).insert(document),
    );
    await recordChange(inside, 'apiTokens.create', apiTokensCollection, undefined, token);
    return token;
  });
}

/** The clinic's tokens, the newest first, those that have run out with them. */
export async function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<ApiToken>> {
  const order = { field: [], direction: -1 } as const;
  return paged(clinic, within(clinic, apiTokensCollection), {}, order, page);
}

/** The token of a hash; undefined when there is none, or it has run out. */
export async function find(clinic: TenantScope, tokenHash: string): Promise<ApiToken | undefined> {
  const filter = { tokenHash: parsed(TokenHash, tokenHash), expiresAt: { $gt: clinic.clock() } };
  return within(clinic, apiTokensCollection).findOne(filter);
}

/** Notes that a token is used now. Noting it of one that does not exist is no error. */
export async function touch(clinic: TenantScope, tokenHash: string): Promise<void> {
  const filter = { tokenHash: parsed(TokenHash, tokenHash) };
  await actLightly(clinic, 'apiTokens.touch', filter, async (inside) => {
    await within(inside, apiTokensCollection).update(filter, { $set: { lastUsedAt: inside.clock() } });
  });
}

/**
 * Takes a token away: from this moment on it is worth nothing. What it did stays in the audit under its name.
 * @throws NOT_FOUND
 */
export async function revoke(clinic: TenantScope, id: ApiTokenId): Promise<void> {
  await act(clinic, 'apiTokens.revoke', { id }, async (inside) => {
    const tokens = within(inside, apiTokensCollection);
    const token = await tokens.get(id, 'token');
    if ((await tokens.delete({ id })) === 0) throw notFound('token');
    const { name } = apiTokensCollection;
    await record(inside, 'apiTokens.revoke', { collection: name, id }, changesBetween(token, {}));
  });
}
