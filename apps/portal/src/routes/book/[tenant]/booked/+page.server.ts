import { redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { bookedPath, publicPath } from '#lib/patient-paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { bookedBy, tokenIn } from '#lib/server/booked.ts';
import { setFlash, takeFlash } from '#lib/server/flash.ts';
import { keyOf, newKey } from '#lib/server/form.ts';
import { toCome } from '#lib/server/offer.ts';
import { publicClinic } from '#lib/server/public-clinic.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing but text, links and a form: no script is sent for it. */
export const csr = false;

/** What this browser has booked, or came to by a link. */
export const load: PageServerLoad = async (event) => {
  const slug = event.params.tenant;
  const token = tokenIn(event);
  if (!token) redirect(303, publicPath(slug));
  event.setHeaders({ 'x-robots-tag': 'noindex' });
  const api = await clinicApi(event, slug);
  try {
    const [clinic, appointment] = await Promise.all([api.clinic.current(), bookedBy(api, token)]);
    const { today, now, publicPage } = clinic;
    return {
      ...{
        clinic: publicClinic(clinic),
        today,
        now,
        publicPage,
        key: newKey(),
        flash: takeFlash(event, { inPage: true }),
      },
      appointment: appointment && { bookings: appointment, until: toCome(appointment).until },
    };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  cancel: async (event: RequestEvent<{ tenant: string }>) => {
    const slug = event.params.tenant;
    const token = tokenIn(event);
    if (!token) redirect(303, publicPath(slug));
    const api = await clinicApi(event, slug, keyOf(await event.request.formData(), token));
    try {
      await api.byLink.cancel({ token });
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    setFlash(event, m.mine_cancelled());
    redirect(303, bookedPath(slug));
  },
};
