import { clinicApi, refuse } from '#lib/server/api.ts';
import { cursorIn } from '#lib/server/form.ts';
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
    const since = new Map(signedIn.map(({ userId, at }) => [userId, at]));
    return {
      users: items.map(({ id, name, email, role, isActive }) => ({
        id,
        name,
        email,
        role,
        isActive,
        since: since.get(id),
      })),
      next,
      later: cursor !== undefined,
      quota: usage.maxUsers,
    };
  } catch (error) {
    refuse(event, error);
  }
};
