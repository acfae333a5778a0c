import { redirect } from '@sveltejs/kit';
import { ApiTokenId, PlatformScope } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { platformPaths } from '#lib/platform-paths.ts';
import { platformApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn, needed, textOf } from '#lib/server/form.ts';
import { start } from '#lib/server/installation.ts';
import { choicesOf, shownOnce, tokenIn } from '#lib/server/tokens.ts';
import type { Actions, PageServerLoad } from './$types';

const now = async () => (await start()).database.clock();

/** The platform's tokens, the newest first, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await platformApi(event);
  const cursor = cursorIn(event.url);
  try {
    const { items, next } = await api.apiTokens.findByTenant({ limit: 50, cursor });
    const list = { tokens: items, next, later: cursor !== undefined, ...choicesOf(PlatformScope) };
    return { list, now: await now() };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  /** The token is in the answer itself: nothing that keeps it leads to it once more. */
  create: async (event) => {
    const api = await platformApi(event);
    const { typed, wanted } = tokenIn(await event.request.formData(), PlatformScope);
    try {
      return { made: shownOnce(await api.apiTokens.create(wanted(await now()))) };
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
  },
  revoke: async (event) => {
    const api = await platformApi(event);
    const id = needed(ApiTokenId, textOf(await event.request.formData(), 'id'));
    try {
      await api.apiTokens.revoke({ id });
    } catch (thrown) {
      return refused(event, thrown, { revoke: id });
    }
    setFlash(event, m.token_revoked());
    redirect(303, platformPaths.tokens);
  },
};
