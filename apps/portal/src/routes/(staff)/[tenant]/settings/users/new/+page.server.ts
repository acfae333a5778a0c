import { redirect } from '@sveltejs/kit';
import { Role } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, textOf } from '#lib/server/form.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const typed = { name: textOf(form, 'name'), email: textOf(form, 'email'), role: textOf(form, 'role') };
    const password = form.get('password');
    try {
      await api.users.add({
        ...typed,
        role: needed(Role, typed.role),
        // Of a password every character counts, those at its ends too; it is never sent back.
        password: typeof password === 'string' ? password : '',
      });
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    setFlash(event, m.users_added());
    redirect(303, paths.users(slug));
  },
};
