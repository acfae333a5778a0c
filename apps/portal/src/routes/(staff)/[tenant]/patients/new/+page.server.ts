import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { registerFrom } from '#lib/server/patients.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const { patient, refusal } = await registerFrom(event, api, await event.request.formData());
    if (!patient) return refusal;
    setFlash(event, m.patient_registered());
    redirect(303, paths.patient(slug, patient.id));
  },
};
