import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { revisionOf, textOf } from '#lib/server/form.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const typed = {
      primary: textOf(form, 'primary'),
      secondary: textOf(form, 'secondary'),
      logo: textOf(form, 'logo'),
    };
    const { primary, secondary, logo } = typed;
    try {
      const theme = { primaryColor: primary, secondaryColor: secondary };
      await api.clinic.configure({ config: { theme, logo }, ...revisionOf(form) });
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    setFlash(event, m.settings_saved());
    redirect(303, paths.themeSettings(slug));
  },
};
