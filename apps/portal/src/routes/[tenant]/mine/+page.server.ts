import { redirect, type RequestEvent } from '@sveltejs/kit';
import { BookingId, failureOf } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { minePath } from '#lib/patient-paths.ts';
import { clinicApi, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash, takeFlash } from '#lib/server/flash.ts';
import { keyOf, needed, newKey, textOf } from '#lib/server/form.ts';
import { appointmentsOf, ownFrame, staffNames } from '#lib/server/mine.ts';
import type { Actions, PageServerLoad } from './$types';

/** A list and a form: no script is sent for it. */
export const csr = false;

/** What is a patient's own, for the account that he signed in with. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    return {
      ...(await ownFrame(api)),
      key: newKey(),
      flash: takeFlash(event, { inPage: true }),
      own: await ownOf(api),
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** His bookings with the names of the staff; undefined where the account is no patient's. */
async function ownOf(api: ClinicApi) {
  try {
    const [{ name }, upcoming, past, names] = await Promise.all([
      api.me.profile(),
      api.me.findUpcoming({ limit: 50 }),
      api.me.findPast({ limit: 20 }),
      staffNames(api),
    ]);
    const appointments = appointmentsOf(upcoming.items);
    const next = appointments.find(({ isOn }) => isOn);
    const later = appointments.filter((one) => one !== next);
    return { name, next, later, past: appointmentsOf(past.items), names };
  } catch (error) {
    if (failureOf(error)?.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

export const actions: Actions = {
  cancel: async (event: RequestEvent<{ tenant: string }>) => {
    const form = await event.request.formData();
    const id = needed(BookingId, textOf(form, 'id'));
    const api = await clinicApi(event, event.params.tenant, keyOf(form, id));
    try {
      await api.me.cancel({ id });
    } catch (thrown) {
      return refused(event, thrown, { id });
    }
    setFlash(event, m.mine_cancelled());
    redirect(303, minePath(event.params.tenant));
  },
};
