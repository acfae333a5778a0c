import { redirect } from '@sveltejs/kit';
import { formatTime, localDay } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { bookedPath } from '#lib/patient-paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { bookedBy, tokenIn } from '#lib/server/booked.ts';
import { setFlash } from '#lib/server/flash.ts';
import { keyOf, newKey } from '#lib/server/form.ts';
import { movingIn, timesOf, toCome, withWhom } from '#lib/server/offer.ts';
import { publicClinic } from '#lib/server/public-clinic.ts';
import { askedTime } from '#lib/server/slots.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/** Where that which this browser has booked can be moved to, with whoever has it now. */
export const load: PageServerLoad = async (event) => {
  const slug = event.params.tenant;
  const token = tokenIn(event);
  if (!token) redirect(303, bookedPath(slug));
  event.setHeaders({ 'x-robots-tag': 'noindex' });
  const api = await clinicApi(event, slug);
  try {
    const [clinic, appointment] = await Promise.all([api.clinic.current(), bookedBy(api, token)]);
    const { bookings, until, minutes } = toCome(appointment ?? []);
    // What cannot be moved, or no longer, is told on the page that shows it.
    if (!until || until < clinic.now) redirect(303, bookedPath(slug));
    const slots = await timesOf(
      clinic,
      event.url,
      (days) => api.byLink.timesToMove({ token, ...withWhom(event.url), ...days }),
      bookings[0] && localDay(bookings[0].startAt, clinic.timezone),
    );
    return {
      ...{ clinic: publicClinic(clinic), today: clinic.today, key: newKey(), bookings, slots },
      asked: askedTime(slots, clinic, event.url, minutes),
    };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  move: async (event) => {
    const slug = event.params.tenant;
    const token = tokenIn(event);
    if (!token) redirect(303, bookedPath(slug));
    const { timeIn, said } = movingIn(event.url);
    const api = await clinicApi(event, slug, keyOf(await event.request.formData(), [token, said]));
    try {
      const { timezone } = await api.clinic.current();
      const time = timeIn(timezone);
      await api.byLink.reschedule({ token, ...time });
      setFlash(event, m.mine_moved({ time: formatTime(time.startAt, timezone, 'day-time') }));
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    redirect(303, bookedPath(slug));
  },
};
