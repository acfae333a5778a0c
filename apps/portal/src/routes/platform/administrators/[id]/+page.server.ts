import { redirect, type RequestEvent } from '@sveltejs/kit';
import { UserId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { platformPaths } from '#lib/platform-paths.ts';
import { platformApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash, type FlashBack } from '#lib/server/flash.ts';
import { inPath, revisionOf, textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import type { Actions, PageServerLoad } from './$types';

type Api = Awaited<ReturnType<typeof platformApi>>;
type Event = RequestEvent<{ id: string }>;
interface Seen {
  id: UserId;
  revision?: number;
}

/** As many sessions as somebody looks through; nobody has more. */
const shown = 100;

export const load: PageServerLoad = async (event) => {
  const api = await platformApi(event);
  const id = inPath(UserId, event.params.id);
  try {
    const [person, { items }] = await Promise.all([
      api.users.get({ id }),
      api.sessions.findByUser({ userId: id, limit: shown }),
    ]);
    return { person, sessions: items };
  } catch (error) {
    refuse(event, error);
  }
};

const typedIn = (form: FormData, part: 'person' | 'link' | 'sessions' | 'access') => ({
  part,
  name: textOf(form, 'name'),
  email: textOf(form, 'email'),
});

/** Does something about the administrator of the page and leads back to it, or answers with what was typed there. */
async function about(
  event: Event,
  part: 'person' | 'sessions' | 'access',
  done: string,
  act: (api: Api, seen: Seen, form: FormData) => Promise<FlashBack | undefined>,
) {
  const api = await platformApi(event);
  const id = inPath(UserId, event.params.id);
  const form = await event.request.formData();
  let back;
  try {
    back = await act(api, { id, ...revisionOf(form) }, form);
  } catch (thrown) {
    return refused(event, thrown, typedIn(form, part));
  }
  setFlash(event, done, back);
  redirect(303, platformPaths.administrator(id));
}

export const actions: Actions = {
  save: (event) =>
    about(event, 'person', m.users_saved(), async (api, seen, form) => {
      await api.users.update({ ...seen, name: textOf(form, 'name'), email: textOf(form, 'email') });
      return undefined;
    }),
  /** The link is in the answer itself: nothing that keeps it leads to it once more. */
  link: async (event) => {
    const api = await platformApi(event);
    const id = inPath(UserId, event.params.id);
    const form = await event.request.formData();
    try {
      return { link: linkOf(event, 'platform', await api.users.allowReset({ id, ...revisionOf(form) })) };
    } catch (thrown) {
      return refused(event, thrown, typedIn(form, 'link'));
    }
  },
  end: (event) =>
    about(event, 'sessions', m.session_ended(), async (api, { id }, form) => {
      await api.sessions.revoke({ userId: id, id: textOf(form, 'id') });
      return undefined;
    }),
  endAll: (event) =>
    about(event, 'sessions', m.users_sessions_ended(), async (api, { id }) => {
      await api.sessions.revokeAll({ userId: id });
      return undefined;
    }),
  deactivate: (event) =>
    about(event, 'access', m.users_deactivated(), async (api, seen) => {
      const { id, revision } = await api.users.deactivate(seen);
      const action = `${platformPaths.administrator(id)}?/restore`;
      return { action, fields: { revision: String(revision) } };
    }),
  restore: (event) =>
    about(event, 'access', m.users_restored(), async (api, seen) => {
      await api.users.reactivate(seen);
      return undefined;
    }),
};
