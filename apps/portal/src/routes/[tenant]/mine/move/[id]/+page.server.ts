import { error, redirect } from '@sveltejs/kit';
import { BookingId, instantAt, LocalDate } from '@paper-circe/api';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { minePath } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, needed } from '#lib/server/form.ts';
import { ownFrame } from '#lib/server/mine.ts';
import { ownTimes } from '#lib/server/offer.ts';
import { askedTime, ClockTime } from '#lib/server/slots.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/** Where a booking of the patient who is signed in can be moved to, with whoever has it now. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(BookingId, event.params.id);
  try {
    const [frame, booking] = await Promise.all([ownFrame(api), api.me.booking({ id })]);
    const { changeableUntil, treatmentId, staffId, durationMin } = booking;
    if (!changeableUntil || changeableUntil < frame.now) error(409, m.mine_too_late());
    const at = { today: frame.today, timezone: frame.clinic.timezone };
    const slots = await ownTimes(api, at, { treatmentId, staffId, moving: id }, event.url);
    return { ...frame, booking, slots, asked: askedTime(slots, at, event.url, durationMin) };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

export const actions: Actions = {
  move: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(BookingId, event.params.id);
    const on = needed(LocalDate, event.url.searchParams.get('date'));
    const time = needed(ClockTime, event.url.searchParams.get('time'));
    try {
      const { timezone } = await api.clinic.current();
      const startAt = instantAt(on, time, timezone);
      await api.me.reschedule({ id, startAt });
      setFlash(event, m.mine_moved({ time: formatTime(startAt, timezone, 'day-time') }));
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    redirect(303, minePath(slug));
  },
};
