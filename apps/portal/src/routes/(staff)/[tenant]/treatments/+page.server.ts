import { fail, redirect } from '@sveltejs/kit';
import { every, TreatmentId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, textOf } from '#lib/server/form.ts';
import { categoryMovedTo, movedTo, placeOf } from './order.ts';
import type { Actions, PageServerLoad } from './$types';

const priceList = (api: ClinicApi) => Array.fromAsync(every((page) => api.treatments.findByTenant(page)));

/** The price list, or (`show=inactive`) what was taken off it. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const inactive = event.url.searchParams.get('show') === 'inactive';
  try {
    const [list, staff] = await Promise.all([
      inactive ? Array.fromAsync(every((page) => api.treatments.findInactive(page))) : priceList(api),
      everybodyAt(api),
    ]);
    const names = new Map(staff.map(({ id, name }) => [id, name]));
    return {
      inactive,
      treatments: list.map(({ assignedStaff, ...treatment }) => ({
        ...treatment,
        performers: assignedStaff.flatMap((id) => names.get(id) ?? []),
      })),
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** What the buttons of the order say, sent without script: which way something goes. */
const steps = { up: -1, down: 2 } as const;

export const actions: Actions = {
  move: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    try {
      const list = await priceList(api);
      const way = form.has('up') || form.has('categoryUp') ? 'up' : 'down';
      const category = textOf(form, way === 'up' ? 'categoryUp' : 'categoryDown');
      const ids = category
        ? categoryMovedTo(list, category, placeOf(list, { category }) + steps[way])
        : movedTo(list, textOf(form, way), placeOf(list, { id: textOf(form, way) }) + steps[way]);
      await api.treatments.reorder({ ids: ids.map((id) => needed(TreatmentId, id)) });
    } catch (thrown) {
      return refused(event, thrown, { to: '' });
    }
    redirect(303, `${paths.treatments(slug)}?order=1`);
  },

  rename: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const [from, to] = [textOf(form, 'from'), textOf(form, 'to')];
    if (!from) return fail(400);
    let joins;
    try {
      joins = (await api.treatments.findCategories()).some(({ name }) => name === to);
      await api.treatments.renameCategory({ from, to });
    } catch (thrown) {
      return refused(event, thrown, { to });
    }
    const undo = { action: `${paths.treatments(slug)}?/rename`, fields: { from: to, to: from } };
    // What was joined with another category cannot be told apart any more.
    setFlash(event, m.category_renamed({ from, to }), joins ? undefined : undo);
    redirect(303, `${paths.treatments(slug)}?order=1`);
  },
};
