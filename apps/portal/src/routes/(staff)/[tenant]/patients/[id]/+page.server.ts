import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { failureOf, PatientId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { besideVisits } from '#lib/server/in-visit.ts';
import { cursorIn, inPath, revisionOf, textOf } from '#lib/server/form.ts';
import { ownerOfPhone, typedPatient } from '#lib/server/patients.ts';
import type { Actions, PageServerLoad } from './$types';

/** A patient with everything booked so far, the latest first, a page at a time, and who may be the same person. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(PatientId, event.params.id);
  const cursor = cursorIn(event.url);
  try {
    const { user } = await event.parent();
    const [{ now, today }, history, twins, staff, accounts] = await Promise.all([
      api.clinic.current(),
      api.patients.history({ id, limit: 40, bookings: cursor }),
      api.patients.suggestDuplicates({ id }),
      everybodyAt(api),
      user.role === 'admin' ? api.users.findByPatient({ patientId: id }) : [],
    ]);
    const { patient, counts, paid, merged } = history;
    // A duplicate that was merged: its id leads to the record that was kept.
    if (patient.id !== id) redirect(303, paths.patient(event.params.tenant, patient.id));
    const names = new Map(staff.map((one) => [one.id, one.name]));
    const bookings = (await besideVisits(api, history.bookings.items, today)).map((booking) => {
      return { ...booking, staffName: names.get(booking.staffId) };
    });
    const ahead = ({ status, endAt }: (typeof bookings)[number]) =>
      (status === 'pending' || status === 'confirmed') && endAt > now;
    return {
      patient,
      accounts: accounts.map(({ id: userId, email, isActive }) => ({ id: userId, email, isActive })),
      paid,
      missed: counts.cancelled + counts['no-show'],
      merged: merged.length,
      twins: twins.slice(0, 3),
      upcoming: bookings.filter(ahead).reverse(),
      past: bookings.filter((booking) => !ahead(booking)),
      next: history.bookings.next,
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** Takes the patient off the lists, or puts him back. */
function act(
  run: (api: ClinicApi, seen: { id: PatientId; revision?: number }) => Promise<unknown>,
  done: () => string,
) {
  return async (event: RequestEvent<{ tenant: string; id: string }>) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(PatientId, event.params.id);
    try {
      await run(api, { id, ...revisionOf(await event.request.formData()) });
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    setFlash(event, done());
    redirect(303, paths.patient(slug, id));
  };
}

export const actions: Actions = {
  save: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(PatientId, event.params.id);
    const form = await event.request.formData();
    const typed = typedPatient(form);
    try {
      await api.patients.update({ id, ...typed, ...revisionOf(form) });
    } catch (thrown) {
      const owner = await ownerOfPhone(api, failureOf(thrown));
      return refused(event, thrown, { patient: typed, owner });
    }
    setFlash(event, m.patient_saved());
    redirect(303, paths.patient(slug, id));
  },
  deactivate: act(
    (api, seen) => api.patients.deactivate(seen),
    () => m.patient_deactivated(),
  ),
  restore: act(
    (api, seen) => api.patients.restore(seen),
    () => m.patient_restored(),
  ),
  erase: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(PatientId, event.params.id);
    const form = await event.request.formData();
    const typed = textOf(form, 'name');
    try {
      const { name } = await api.patients.get({ id });
      if (typed !== name) return fail(400, { failure: undefined, typed: { erase: typed } });
      await api.patients.erase({ id, ...revisionOf(form) });
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    setFlash(event, m.patient_erased());
    redirect(303, paths.patient(slug, id));
  },
};
