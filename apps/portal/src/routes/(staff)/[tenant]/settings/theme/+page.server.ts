import { redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { revisionOf, textOf } from '#lib/server/form.ts';
import { pictureForm, pictureIn } from '#lib/server/picture.ts';
import type { Actions } from './$types';

/** Which of the page's forms was refused. */
type Part = 'colours' | 'picture' | 'address';

type Saved = Awaited<ReturnType<ClinicApi['clinic']['configure']>>;

export const actions: Actions = {
  colours: async (event) => {
    const form = await event.request.formData();
    const typed = { primary: textOf(form, 'primary'), secondary: textOf(form, 'secondary') };
    const theme = { primaryColor: typed.primary, secondaryColor: typed.secondary };
    return saving(event, 'colours', typed, async (api) => {
      await api.clinic.configure({ config: { theme }, ...revisionOf(form) });
      return { message: m.settings_saved() };
    });
  },
  upload: async (event) => {
    const form = await pictureForm(event.request);
    const image = await pictureIn(form);
    return saving(event, 'picture', {}, (api) =>
      logoChange(event, api, m.settings_logo_saved(), () =>
        api.clinic.uploadLogo({ image, ...revisionOf(form) }),
      ),
    );
  },
  /** An address on the web, an uploaded logo that is shown again, or nothing: then there is none. */
  logo: async (event) => {
    const form = await event.request.formData();
    const typed = { logo: textOf(form, 'logo') };
    const said = typed.logo === '' ? m.settings_logo_removed() : m.settings_logo_saved();
    return saving(event, 'address', typed, (api) =>
      logoChange(event, api, said, () =>
        api.clinic.configure({ config: { logo: typed.logo }, ...revisionOf(form) }),
      ),
    );
  },
};

/** Does what a form asks for and says so, with the way back where there is one. */
async function saving(
  event: RequestEvent<{ tenant: string }>,
  part: Part,
  typed: { readonly primary?: string; readonly secondary?: string; readonly logo?: string },
  save: (api: ClinicApi) => Promise<{ message: string; undo?: Parameters<typeof setFlash>[2] }>,
) {
  const slug = event.params.tenant;
  const api = await clinicApi(event, slug);
  try {
    const { message, undo } = await save(api);
    setFlash(event, message, undo);
  } catch (thrown) {
    return refused(event, thrown, { part, ...typed });
  }
  redirect(303, paths.themeSettings(slug));
}

/** Changes the logo; the way back is the one before, as long as nobody has changed the clinic since. */
async function logoChange(
  event: RequestEvent<{ tenant: string }>,
  api: ClinicApi,
  message: string,
  change: () => Promise<Saved>,
) {
  const { logo = '' } = (await api.clinic.settings()).config;
  const { revision } = await change();
  const action = `${paths.themeSettings(event.params.tenant)}?/logo`;
  return { message, undo: { action, fields: { logo, revision: String(revision) } } };
}
