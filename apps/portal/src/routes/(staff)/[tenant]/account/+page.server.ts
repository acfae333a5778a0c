import { fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { passwordOf, textOf } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';

/** As many sessions as somebody looks through; nobody has more. */
const shown = 100;

export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const { items } = await api.auth.sessions({ limit: shown });
    const newest = items.toSorted((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime());
    return { sessions: newest.toSorted((a, b) => Number(b.current) - Number(a.current)) };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  password: async (event) => {
    const form = await event.request.formData();
    const password = passwordOf(form);
    if (password !== passwordOf(form, 'repeat')) return fail(400, { problem: 'repeat' as const });
    const api = await clinicApi(event, event.params.tenant);
    try {
      await api.auth.changePassword({ currentPassword: passwordOf(form, 'currentPassword'), password });
    } catch (error) {
      return refused(event, error, { form: 'password' });
    }
    setFlash(event, m.account_changed());
    redirect(303, paths.account(event.params.tenant));
  },
  end: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const id = textOf(await event.request.formData(), 'id');
    try {
      await api.auth.revokeSession({ id });
    } catch (error) {
      return refused(event, error, { form: 'sessions' });
    }
    setFlash(event, m.session_ended());
    redirect(303, paths.account(event.params.tenant));
  },
  others: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    try {
      await api.auth.revokeOtherSessions();
    } catch (error) {
      return refused(event, error, { form: 'sessions' });
    }
    setFlash(event, m.session_others_ended());
    redirect(303, paths.account(event.params.tenant));
  },
};
