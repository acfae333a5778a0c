import { redirect, type RequestEvent } from '@sveltejs/kit';
import { TenantId } from '@paper-circe/api';
import { z } from 'zod';
import { wholeIn } from '#lib/amount.ts';
import { m } from '#lib/paraglide/messages.js';
import { platformPaths } from '#lib/platform-paths.ts';
import { platformApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn, inPath, needed, revisionOf, textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import { start } from '#lib/server/installation.ts';
import type { Actions, PageServerLoad } from './$types';

/** One clinic as the platform sees it: what it owns of it, what the clinic uses, and what was done to it. */
export const load: PageServerLoad = async (event) => {
  const api = await platformApi(event);
  const id = inPath(TenantId, event.params.id);
  const cursor = cursorIn(event.url);
  try {
    const [{ config, createdBy: _, ...clinic }, { items, next }] = await Promise.all([
      api.tenants.get({ id }),
      api.audit.find({ collection: 'tenants', documentId: id, limit: 20, cursor }),
    ]);
    const { timezone, currency } = config;
    const { database } = await start();
    return { clinic: { ...clinic, timezone, currency }, events: items, next, later: cursor !== undefined, now: database.clock() }; // prettier-ignore
  } catch (error) {
    refuse(event, error);
  }
};

type Event = RequestEvent<{ id: string }>;
type Api = Awaited<ReturnType<typeof platformApi>>;

/** Does one thing to the clinic and leads back, or answers with what was typed in that part of the page. */
async function save(
  event: Event,
  part: string,
  done: string,
  act: (
    api: Api,
    id: TenantId,
    typed: (name: string) => string,
    seen: { revision?: number },
  ) => Promise<unknown>,
) {
  const api = await platformApi(event);
  const id = inPath(TenantId, event.params.id);
  const form = await event.request.formData();
  const typed = Object.fromEntries(
    [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
  );
  try {
    await act(api, id, (name) => textOf(form, name), revisionOf(form));
  } catch (thrown) {
    return refused(event, thrown, { part, ...typed });
  }
  setFlash(event, done);
  redirect(303, platformPaths.clinic(id));
}

/** Nobody closes a clinic by a slip of the finger: the form is sent with the box beside its button. */
function reasonOf(typed: (name: string) => string): string {
  needed(z.literal('on'), typed('sure'));
  return typed('reason');
}

export const actions: Actions = {
  clinic: (event) =>
    save(event, 'clinic', m.settings_saved(), (api, id, typed, seen) =>
      api.tenants.update({
        id,
        name: typed('name'),
        slug: typed('slug'),
        domain: typed('domain').toLowerCase(),
        ...seen,
      }),
    ),
  limits: (event) =>
    save(event, 'limits', m.settings_saved(), (api, id, typed, seen) => {
      const features = {
        maxUsers: wholeIn(typed('maxUsers')),
        maxBookings: wholeIn(typed('maxBookings')),
      };
      return api.tenants.update({ id, config: { features }, ...seen });
    }),
  suspend: (event) =>
    save(event, 'state', m.platform_suspended_now(), (api, id, typed, seen) =>
      api.tenants.suspend({ id, reason: reasonOf(typed), ...seen }),
    ),
  activate: (event) =>
    save(event, 'state', m.platform_activated(), (api, id, typed, seen) => {
      const reason = typed('reason');
      return api.tenants.activate({ id, ...(reason && { reason }), ...seen });
    }),
  /** The link is in the answer itself: nothing that keeps it leads to it once more. */
  invite: async (event) => {
    const api = await platformApi(event);
    const id = inPath(TenantId, event.params.id);
    try {
      const { slug } = await api.tenants.get({ id });
      return { link: linkOf(event, slug, await api.tenants.inviteAgain({ id })) };
    } catch (thrown) {
      return refused(event, thrown, { part: 'invite' });
    }
  },
};
