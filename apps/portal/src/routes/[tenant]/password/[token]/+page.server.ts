import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { failureOf } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, platformApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { passwordOf } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';

async function apis(event: RequestEvent<{ tenant: string }>) {
  if (event.params.tenant === 'platform') return { auth: (await platformApi(event)).auth, clinic: undefined };
  const { auth, clinic } = await clinicApi(event, event.params.tenant);
  return { auth, clinic: await clinic.current() };
}

/** Whose link it is, and at which clinic; nobody's when it is not good, whatever the reason. */
export const load: PageServerLoad = async (event) => {
  const { auth, clinic } = await apis(event);
  const user = await auth.passwordLink({ token: event.params.token }).catch((error: unknown) => {
    if (failureOf(error)?.code !== 'NOT_FOUND') refuse(event, error);
    return undefined;
  });
  return {
    clinic: clinic && { name: clinic.name, theme: clinic.theme, ...(clinic.logo && { logo: clinic.logo }) },
    user: user && { name: user.name, email: user.email, isInvited: !user.hasPassword },
  };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const password = passwordOf(form);
    if (password !== passwordOf(form, 'repeat')) return fail(400, { problem: 'repeat' as const });
    const { auth } = await apis(event);
    try {
      await auth.choosePassword({ token: event.params.token, password });
    } catch (error) {
      return refused(event, error, {});
    }
    setFlash(event, m.link_done());
    redirect(303, paths.login(event.params.tenant));
  },
};
