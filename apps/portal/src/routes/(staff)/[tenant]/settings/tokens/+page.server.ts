import { redirect } from '@sveltejs/kit';
import { ApiTokenId, TokenScope } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, textOf } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';
import { groups } from './scopes.ts';

/** For how many days a token can be made. */
const lives = ['7', '30', '90', '365'];

const writable = (group: string) => TokenScope.safeParse(`${group}:write`).success;

/** The clinic's tokens, the newest first, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const cursor = event.url.searchParams.get('cursor')?.slice(0, 1000) || undefined;
  try {
    const { items, next } = await api.apiTokens.findByTenant({ limit: 50, cursor });
    return {
      tokens: items,
      next,
      later: cursor !== undefined,
      groups: Object.keys(groups).map((group) => ({ group, writable: writable(group) })),
      lives,
    };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  /** The token is in the answer itself: nothing that keeps it leads to it once more. */
  create: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const form = await event.request.formData();
    const access = Object.fromEntries(Object.keys(groups).map((group) => [group, textOf(form, group)]));
    const typed = { name: textOf(form, 'name'), days: textOf(form, 'days'), access };
    try {
      const { now } = await api.clinic.current();
      const days = Number(lives.find((life) => life === typed.days) ?? 90);
      const scopes = Object.entries(access).filter(([, of]) => of !== '');
      const made = await api.apiTokens.create({
        name: typed.name,
        scopes: scopes.map(([group, of]) => needed(TokenScope, `${group}:${of}`)),
        expiresAt: new Date(now.getTime() + days * 86_400_000),
      });
      if (made.token === undefined) throw new Error('A token that was just made is not in the answer');
      return { made: { name: made.name, token: made.token, expiresAt: made.expiresAt } };
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
  },
  revoke: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = needed(ApiTokenId, textOf(await event.request.formData(), 'id'));
    try {
      await api.apiTokens.revoke({ id });
    } catch (thrown) {
      return refused(event, thrown, { revoke: id });
    }
    setFlash(event, m.token_revoked());
    redirect(303, paths.tokens(slug));
  },
};
