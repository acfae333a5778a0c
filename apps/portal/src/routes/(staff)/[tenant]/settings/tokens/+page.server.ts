import { redirect } from '@sveltejs/kit';
import { ApiTokenId, TokenScope } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn, needed, textOf } from '#lib/server/form.ts';
import { choicesOf, shownOnce, tokenIn } from '#lib/server/tokens.ts';
import type { Actions, PageServerLoad } from './$types';

/** The clinic's tokens, the newest first, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const cursor = cursorIn(event.url);
  try {
    const { items, next } = await api.apiTokens.findByTenant({ limit: 50, cursor });
    return { list: { tokens: items, next, later: cursor !== undefined, ...choicesOf(TokenScope) } };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  /** The token is in the answer itself: nothing that keeps it leads to it once more. */
  create: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const { typed, wanted } = tokenIn(await event.request.formData(), TokenScope);
    try {
      const { now } = await api.clinic.current();
      return { made: shownOnce(await api.apiTokens.create(wanted(now))) };
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
