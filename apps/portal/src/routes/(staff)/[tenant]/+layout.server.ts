import { redirect } from '@sveltejs/kit';
import { mineAccountPath, minePath } from '#lib/patient-paths.ts';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { takeFlash } from '#lib/server/flash.ts';
import type { LayoutServerLoad } from './$types';

/**
 * The clinic of the address and who is signed in there. Whoever is not goes to the login, and comes back; a patient is
 * led to what is his own.
 */
export const load: LayoutServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const [clinic, user] = await Promise.all([api.clinic.current(), api.auth.me()]).catch((error: unknown) =>
    refuse(event, error),
  );
  if (user.role === 'user') {
    const own = event.route.id.endsWith('/account') ? mineAccountPath : minePath;
    redirect(303, own(event.params.tenant));
  }
  return {
    clinic,
    user: { name: user.name, email: user.email, role: user.role },
    flash: takeFlash(event),
  };
};
