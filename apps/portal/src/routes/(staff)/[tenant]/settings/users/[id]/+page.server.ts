import { redirect, type RequestEvent } from '@sveltejs/kit';
import { PatientId, Role, UserId, type User } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, needed, passwordOf, revisionOf, textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import type { Actions, PageServerLoad } from './$types';

/** As many sessions as somebody looks through; nobody has more. */
const shown = 100;

export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(UserId, event.params.id);
  try {
    const [person, { items }] = await Promise.all([
      api.users.get({ id }),
      api.sessions.findByUser({ userId: id, limit: shown }),
    ]);
    return { person, sessions: items, ...(await linkOfPatient(api, person, event.url)) };
  } catch (error) {
    refuse(event, error);
  }
};

/** Whose account it is, and of an account that is nobody's whoever fits what was looked for. */
async function linkOfPatient(api: ClinicApi, { role, patientId }: User, url: URL) {
  const query = url.searchParams.get('q')?.trim().slice(0, 120) ?? '';
  const patient = role === 'user' && patientId ? await api.patients.get({ id: patientId }) : undefined;
  const found =
    role === 'user' && !patient && query ? (await api.patients.search({ text: query, limit: 8 })).items : [];
  return { query, found, patient: patient && { id: patient.id, name: patient.name } };
}

type Event = RequestEvent<{ tenant: string; id: string }>;
interface Seen {
  id: UserId;
  revision?: number;
}

type Part = 'person' | 'role' | 'link' | 'password' | 'sessions' | 'access' | 'patient';

const typedIn = (form: FormData, part: Part) => ({
  part,
  name: textOf(form, 'name'),
  email: textOf(form, 'email'),
  role: textOf(form, 'role'),
});

/** Does something about the user of the page and leads back to it, or answers with what was typed in that part. */
async function about(
  event: Event,
  part: Part,
  done: () => string,
  act: (api: ClinicApi, seen: Seen, form: FormData) => Promise<unknown>,
) {
  const slug = event.params.tenant;
  const api = await clinicApi(event, slug);
  const id = inPath(UserId, event.params.id);
  const form = await event.request.formData();
  try {
    await act(api, { id, ...revisionOf(form) }, form);
  } catch (thrown) {
    return refused(event, thrown, typedIn(form, part));
  }
  setFlash(event, done());
  redirect(303, paths.user(slug, id));
}

export const actions: Actions = {
  save: (event) =>
    about(
      event,
      'person',
      () => m.users_saved(),
      (api, seen, form) =>
        api.users.update({ ...seen, name: textOf(form, 'name'), email: textOf(form, 'email') }),
    ),
  patient: (event) =>
    about(
      event,
      'patient',
      () => m.users_saved(),
      (api, seen, form) => {
        const patientId = textOf(form, 'patientId');
        return api.users.update({ ...seen, patientId: patientId && needed(PatientId, patientId) });
      },
    ),
  role: (event) =>
    about(
      event,
      'role',
      () => m.users_saved(),
      (api, seen, form) => api.users.changeRole({ ...seen, role: needed(Role, textOf(form, 'role')) }),
    ),
  /** The link is in the answer itself: nothing that keeps it leads to it once more. */
  link: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const id = inPath(UserId, event.params.id);
    const form = await event.request.formData();
    try {
      return {
        link: linkOf(event, event.params.tenant, await api.users.allowReset({ id, ...revisionOf(form) })),
      };
    } catch (thrown) {
      return refused(event, thrown, typedIn(form, 'link'));
    }
  },
  password: (event) =>
    about(
      event,
      'password',
      () => m.users_password_set(),
      (api, seen, form) => api.users.setPassword({ ...seen, password: passwordOf(form) }),
    ),
  end: (event) =>
    about(
      event,
      'sessions',
      () => m.session_ended(),
      (api, { id }, form) => api.sessions.revoke({ userId: id, id: textOf(form, 'id') }),
    ),
  endAll: (event) =>
    about(
      event,
      'sessions',
      () => m.users_sessions_ended(),
      (api, { id }) => api.sessions.revokeAll({ userId: id }),
    ),
  deactivate: (event) =>
    about(
      event,
      'access',
      () => m.users_deactivated(),
      (api, seen) => api.users.deactivate(seen),
    ),
  restore: (event) =>
    about(
      event,
      'access',
      () => m.users_restored(),
      (api, seen) => api.users.reactivate(seen),
    ),
};
