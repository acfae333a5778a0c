import { platformApi, refuse } from '#lib/server/api.ts';
import { cursorIn } from '#lib/server/form.ts';
import { listedUsers } from '#lib/server/users.ts';
import type { PageServerLoad } from './$types';

/** Who runs the installation, active or not, by email, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await platformApi(event);
  const cursor = cursorIn(event.url);
  try {
    const { items, next } = await api.users.findByTenant({ limit: 50, cursor });
    const signedIn = await api.users.signedIn({ ids: items.map(({ id }) => id) });
    // All have the one role that there is.
    const users = listedUsers(items, signedIn).map(({ role: _, ...user }) => user);
    return { users, next, later: cursor !== undefined };
  } catch (error) {
    refuse(event, error);
  }
};
