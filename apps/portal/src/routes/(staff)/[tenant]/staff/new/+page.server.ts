import { error, redirect } from '@sveltejs/kit';
import { every, TreatmentId } from '@paper-circe/api';
import { problemsOf, sentHours, weekIn, weekOf, type HoursProblems, type Week } from '#lib/hours.ts';
import { m } from '#lib/paraglide/messages.js';
import { afterForm } from '#lib/first-steps.ts';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed } from '#lib/server/form.ts';
import { staffIn, typedStaff } from '../form.ts';
import type { Actions, PageServerLoad } from './$types';

/** What somebody new is chosen from; at first he works while the clinic is open. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const { user, clinic } = await event.parent();
  if (user.role !== 'admin') error(403, m.failure_forbidden());
  try {
    const [everybody, treatments] = await Promise.all([
      everybodyAt(api),
      Array.fromAsync(every((page) => api.treatments.findByTenant(page))),
    ]);
    return {
      week: weekOf(clinic.openingHours),
      roles: [...new Set(everybody.map(({ role }) => role))].sort(),
      treatments: treatments.map(({ id, name, category }) => ({ id, name, category })),
      // Whoever is the only one performs everything, until somebody says otherwise.
      isFirst: everybody.length === 0,
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
    const week: Week = weekIn(form, 'hours');
    const problems: HoursProblems = problemsOf(week);
    const treatmentIds = form.getAll('treatments').map((id) => needed(TreatmentId, id));
    const typed = { staff: typedStaff(form), week, problems, treatments: treatmentIds };
    const isRight = Object.keys(problems).length === 0;
    let id;
    let isIdle = false;
    try {
      const added = await api.staff.add({ ...staffIn(typed.staff), workingHours: sentHours(week, isRight) });
      id = added.id;
      const { name } = added;
      isIdle =
        treatmentIds.length === 0 && (await api.treatments.findByTenant({ limit: 1 })).items.length > 0;
      setFlash(event, isIdle ? m.staff_added_idle({ name }) : m.staff_added({ name }));
      // Somebody took a treatment off the list in this very moment: his page shows what he performs.
      if (treatmentIds.length > 0) await api.staff.setTreatments({ id, treatmentIds });
    } catch (thrown) {
      if (!id) return refused(event, thrown, typed);
      setFlash(event, m.staff_added_without({ name: typed.staff.name }));
    }
    const own = paths.staffMember(slug, id);
    redirect(303, isIdle ? own : afterForm(event.url, slug, own));
  },
};
