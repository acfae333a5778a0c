import { platformApi, refuse } from '#lib/server/api.ts';
import { takeFlash } from '#lib/server/flash.ts';
import type { LayoutServerLoad } from './$types';

/** Who runs the installation; whoever is not signed in goes to the login, and comes back. */
export const load: LayoutServerLoad = async (event) => {
  const api = await platformApi(event);
  try {
    const { name, email } = await api.auth.me();
    return { user: { name, email }, flash: takeFlash(event) };
  } catch (error) {
    refuse(event, error);
  }
};
