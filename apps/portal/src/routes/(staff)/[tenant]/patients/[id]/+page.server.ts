import { redirect } from '@sveltejs/kit';
import { failureOf, PatientId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, textOf } from '#lib/server/form.ts';
import { ownerOfPhone, typedPatient } from '#lib/server/patients.ts';
import type { Actions, PageServerLoad } from './$types';

/** A patient with everything booked so far, the latest first, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(PatientId, event.params.id);
  const cursor = event.url.searchParams.get('cursor')?.slice(0, 1000) || undefined;
  try {
    const [{ now }, patient, { items, next }, staff] = await Promise.all([
      api.clinic.current(),
      api.patients.get({ id }),
      api.bookings.findByPatient({ patientId: id, limit: 40, cursor }),
      everybodyAt(api),
    ]);
    // A duplicate that was merged: its id leads to the record that was kept.
    if (patient.id !== id) redirect(303, paths.patient(event.params.tenant, patient.id));
    const names = new Map(staff.map((one) => [one.id, one.name]));
    const bookings = items.map((booking) => ({ ...booking, staffName: names.get(booking.staffId) }));
    const ahead = ({ status, endAt }: (typeof bookings)[number]) =>
      (status === 'pending' || status === 'confirmed') && endAt > now;
    return {
      patient,
      upcoming: bookings.filter(ahead).reverse(),
      past: bookings.filter((booking) => !ahead(booking)),
      next,
    };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  save: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(PatientId, event.params.id);
    const form = await event.request.formData();
    const typed = typedPatient(form);
    const revision = Number(textOf(form, 'revision'));
    try {
      await api.patients.update({
        id,
        ...typed,
        ...(Number.isInteger(revision) && revision > 0 && { revision }),
      });
    } catch (thrown) {
      const owner = await ownerOfPhone(api, failureOf(thrown));
      return refused(event, thrown, { patient: typed, owner });
    }
    setFlash(event, m.patient_saved());
    redirect(303, paths.patient(slug, id));
  },
};
