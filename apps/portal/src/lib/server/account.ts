// What the pages of somebody's own account have in common: a clinic's, and the platform's.
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { refuse, refused, type ClinicApi } from './api.ts';
import { setFlash } from './flash.ts';
import { passwordOf, textOf } from './form.ts';

/** The procedures that a clinic and the platform both have for whoever is signed in. */
type Api = Pick<ClinicApi, 'auth'>;

/** As many sessions as somebody looks through; nobody has more. */
const shown = 100;

/** Where somebody is signed in: here first, then what was used last. */
export async function sessionsOf(event: RequestEvent, api: Api) {
  try {
    const { items } = await api.auth.sessions({ limit: shown });
    const newest = items.toSorted((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime());
    return newest.toSorted((a, b) => Number(b.current) - Number(a.current));
  } catch (error) {
    refuse(event, error);
  }
}

/** Gives him the password that he typed twice, and signs him out everywhere else. */
export async function changePassword(event: RequestEvent, api: Api, back: string) {
  const form = await event.request.formData();
  const password = passwordOf(form);
  if (password !== passwordOf(form, 'repeat')) return fail(400, { problem: 'repeat' as const });
  try {
    await api.auth.changePassword({ currentPassword: passwordOf(form, 'currentPassword'), password });
  } catch (error) {
    return refused(event, error, { form: 'password' });
  }
  setFlash(event, m.account_changed());
  redirect(303, back);
}

export async function endSession(event: RequestEvent, api: Api, back: string) {
  const id = textOf(await event.request.formData(), 'id');
  try {
    await api.auth.revokeSession({ id });
  } catch (error) {
    return refused(event, error, { form: 'sessions' });
  }
  setFlash(event, m.session_ended());
  redirect(303, back);
}

export async function endOtherSessions(event: RequestEvent, api: Api, back: string) {
  try {
    await api.auth.revokeOtherSessions();
  } catch (error) {
    return refused(event, error, { form: 'sessions' });
  }
  setFlash(event, m.session_others_ended());
  redirect(303, back);
}
