import { redirect } from '@sveltejs/kit';
import { Role } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, passwordOf, textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const typed = { name: textOf(form, 'name'), email: textOf(form, 'email'), role: textOf(form, 'role') };
    const password = passwordOf(form);
    try {
      const person = { ...typed, role: needed(Role, typed.role) };
      if (password === '') {
        const { user, link } = await api.users.invite(person);
        return { invited: { id: user.id, name: user.name, ...linkOf(event, link) } };
      }
      await api.users.add({ ...person, password });
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    setFlash(event, m.users_added());
    redirect(303, paths.users(slug));
  },
};
