import { clinicApi, refuse } from '#lib/server/api.ts';
import { cursorIn } from '#lib/server/form.ts';
import { listedUsers } from '#lib/server/users.ts';
import type { PageServerLoad } from './$types';

/** Whoever can sign in, active or not, by email, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const cursor = cursorIn(event.url);
  try {
    const [{ items, next }, usage] = await Promise.all([
      api.users.findByTenant({ limit: 50, cursor }),
      api.clinic.usage(),
    ]);
    const signedIn = await api.users.signedIn({ ids: items.map(({ id }) => id) });
    return {
      users: listedUsers(items, signedIn),
      next,
      later: cursor !== undefined,
      quota: usage.maxUsers,
    };
  } catch (error) {
    refuse(event, error);
  }
};
