import { redirect, type RequestEvent } from '@sveltejs/kit';
import { TreatmentId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, revisionOf } from '#lib/server/form.ts';
import { saved } from '#lib/server/saved.ts';
import { filledWith, typedTreatment, treatmentIn } from '../form.ts';
import { sameName } from '../same-name.ts';
import type { Actions, PageServerLoad } from './$types';

/** One treatment, and what its form is chosen from. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(TreatmentId, event.params.id);
  try {
    const [{ currency }, treatment, categories, staff] = await Promise.all([
      api.clinic.current(),
      api.treatments.get({ id }),
      api.treatments.findCategories(),
      everybodyAt(api),
    ]);
    return {
      treatment,
      filled: filledWith(treatment, currency),
      categories: categories.map(({ name }) => name),
      staff: staff.map((one) => ({ id: one.id, name: one.name, role: one.role })),
    };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

type Event = RequestEvent<{ tenant: string; id: string }>;

/** Takes a treatment off the price list or puts it back, says so, and offers the way back. */
function turn(
  act: (
    api: ClinicApi,
    seen: { id: TreatmentId; revision?: number },
  ) => Promise<{ name: string; revision: number }>,
  said: (named: { name: string }) => string,
  back: 'restore' | 'deactivate',
) {
  return async (event: Event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(TreatmentId, event.params.id);
    try {
      const { name, revision } = await act(api, { id, ...revisionOf(await event.request.formData()) });
      const action = `${paths.treatment(slug, id)}?/${back}`;
      setFlash(event, said({ name }), { action, fields: { revision: `${revision}` } });
    } catch (thrown) {
      return refused(event, thrown, { treatment: undefined, theirs: [], other: undefined });
    }
    redirect(303, paths.treatments(slug) + (back === 'deactivate' ? '?show=inactive' : ''));
  };
}

export const actions: Actions = {
  save: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(TreatmentId, event.params.id);
    const form = await event.request.formData();
    const typed = typedTreatment(form);
    const { currency } = await api.clinic.current();
    const { refusal, after } = await saved(
      form,
      typed,
      (revision) => api.treatments.update({ id, ...treatmentIn(typed, currency), revision }),
      async () => {
        const now = await api.treatments.get({ id });
        return { revision: now.revision, filled: filledWith(now, currency) };
      },
    );
    if (refusal) {
      const { thrown, filled, theirs } = refusal;
      return refused(event, thrown, { treatment: filled, theirs, other: await sameName(api, thrown) });
    }
    setFlash(event, m.treatment_saved({ name: after.name }), {
      action: `${paths.treatment(slug, id)}?/undo`,
      fields: { revision: String(after.revision) },
    });
    redirect(303, paths.treatments(slug));
  },
  undo: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(TreatmentId, event.params.id);
    try {
      await api.treatments.undo({ id, ...revisionOf(await event.request.formData()) });
    } catch (thrown) {
      return refused(event, thrown, { treatment: undefined, theirs: [], other: undefined });
    }
    setFlash(event, m.flash_undone());
    redirect(303, paths.treatments(slug));
  },
  deactivate: turn(
    (api, seen) => api.treatments.deactivate(seen),
    (named) => m.treatment_deactivated(named),
    'restore',
  ),
  restore: turn(
    (api, seen) => api.treatments.restore(seen),
    (named) => m.treatment_restored(named),
    'deactivate',
  ),
};
