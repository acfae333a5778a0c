import { error, redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { afterForm, isFirstStep } from '#lib/first-steps.ts';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { textOf } from '#lib/server/form.ts';
import { typedTreatment, treatmentIn } from '../form.ts';
import { sameName } from '../same-name.ts';
import type { Actions, PageServerLoad } from './$types';

/** What a new treatment is chosen from. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const { user } = await event.parent();
  if (user.role !== 'admin') error(403, m.failure_forbidden());
  try {
    const [categories, staff] = await Promise.all([api.treatments.findCategories(), everybodyAt(api)]);
    return {
      categories: categories.map(({ name }) => name),
      staff: staff.map(({ id, name, role }) => ({ id, name, role })),
    };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const typed = typedTreatment(form);
    try {
      const { currency } = await api.clinic.current();
      await api.treatments.add(treatmentIn(typed, currency));
    } catch (thrown) {
      return refused(event, thrown, { treatment: typed, other: await sameName(api, thrown) });
    }
    setFlash(event, m.treatment_added({ name: typed.name }));
    const first = isFirstStep(event.url) && { first: '' };
    const query = new URLSearchParams({ ...first, category: typed.category });
    if (textOf(form, 'then') === 'another') redirect(303, `${paths.newTreatment(slug)}?${query}`);
    redirect(303, afterForm(event.url, slug, paths.treatments(slug)));
  },
};
