import { error, redirect } from '@sveltejs/kit';
import { BookingId } from '@paper-circe/api';
import { formatTime, localDay } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { minePath } from '#lib/patient-paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, keyOf, newKey } from '#lib/server/form.ts';
import { ownFrame } from '#lib/server/mine.ts';
import { movingIn, timesOf, toCome, withWhom } from '#lib/server/offer.ts';
import { askedTime } from '#lib/server/slots.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/** Where a booking of the patient who is signed in can be moved to with its visit, with whoever has it now. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(BookingId, event.params.id);
  try {
    const [frame, appointment] = await Promise.all([ownFrame(api), api.me.appointment({ id })]);
    const { bookings, until, minutes } = toCome(appointment);
    if (!until || until < frame.now) error(409, m.mine_too_late());
    const at = { today: frame.today, timezone: frame.clinic.timezone };
    const slots = await timesOf(
      at,
      event.url,
      (days) => api.me.timesToMove({ id, ...withWhom(event.url), ...days }),
      bookings[0] && localDay(bookings[0].startAt, at.timezone),
    );
    return { ...frame, key: newKey(), bookings, slots, asked: askedTime(slots, at, event.url, minutes) };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

export const actions: Actions = {
  move: async (event) => {
    const slug = event.params.tenant;
    const id = inPath(BookingId, event.params.id);
    const { timeIn, said } = movingIn(event.url);
    const api = await clinicApi(event, slug, keyOf(await event.request.formData(), [id, said]));
    try {
      const { timezone } = await api.clinic.current();
      const time = timeIn(timezone);
      await api.me.reschedule({ id, ...time });
      setFlash(event, m.mine_moved({ time: formatTime(time.startAt, timezone, 'day-time') }));
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    redirect(303, minePath(slug));
  },
};
