import { clinicApi, refuse } from '#lib/server/api.ts';
import { takeFlash } from '#lib/server/flash.ts';
import type { LayoutServerLoad } from './$types';

/** The clinic of the address and who is signed in there. Whoever is not goes to the login, and comes back. */
export const load: LayoutServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const [clinic, user] = await Promise.all([api.clinic.current(), api.auth.me()]);
    return {
      clinic,
      user: { name: user.name, email: user.email, role: user.role },
      flash: takeFlash(event),
    };
  } catch (error) {
    refuse(event, error);
  }
};
