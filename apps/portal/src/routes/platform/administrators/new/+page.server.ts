import { platformApi, refused } from '#lib/server/api.ts';
import { textOf } from '#lib/server/form.ts';
import { linkOf } from '#lib/server/link.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  /** The link is in the answer itself: nothing that keeps it leads to it once more. */
  default: async (event) => {
    const api = await platformApi(event);
    const form = await event.request.formData();
    const typed = { name: textOf(form, 'name'), email: textOf(form, 'email') };
    try {
      const { user, link } = await api.users.invite(typed);
      return { invited: { name: user.name, ...linkOf(event, 'platform', link) } };
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
  },
};
