import { redirect } from '@sveltejs/kit';
import { PatientId, Role } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { afterForm } from '#lib/first-steps.ts';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, passwordOf, sane, textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import type { Actions, PageServerLoad } from './$types';

/** The patient whose account it shall be, where one is named. */
export const load: PageServerLoad = async (event) => {
  const id = sane(PatientId, event.url.searchParams.get('patient'));
  if (!id) return { patient: undefined };
  const api = await clinicApi(event, event.params.tenant);
  try {
    const { name, email } = await api.patients.get({ id });
    return { patient: { id, name, email } };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const typed = { name: textOf(form, 'name'), email: textOf(form, 'email'), role: textOf(form, 'role') };
    const password = passwordOf(form);
    try {
      const whose = textOf(form, 'patientId');
      const patientId = whose ? needed(PatientId, whose) : undefined;
      const person = { ...typed, role: patientId ? 'user' : needed(Role, typed.role), patientId } as const;
      if (password === '') {
        const { user, link } = await api.users.invite(person);
        return { invited: { id: user.id, name: user.name, ...linkOf(event, event.params.tenant, link) } };
      }
      await api.users.add({ ...person, password });
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    setFlash(event, m.users_added());
    redirect(303, afterForm(event.url, slug, paths.users(slug)));
  },
};
