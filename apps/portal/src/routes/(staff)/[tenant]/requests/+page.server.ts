import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, withStaffNames } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn } from '#lib/server/form.ts';
import { seenIn, seenText } from '#lib/server/seen.ts';
import type { Actions, PageServerLoad } from './$types';

/** What waits to be confirmed, the soonest first; the bookings of a visit are one request. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const cursor = cursorIn(event.url);
  try {
    const [{ today }, { items, next }, staff] = await Promise.all([
      api.clinic.current(),
      api.bookings.findPending({ limit: 50, cursor }),
      everybodyAt(api),
    ]);
    const named = await withStaffNames(api, staff, items);
    const grouped = Map.groupBy(named, ({ id, visitId }) => visitId ?? id);
    const requests = Array.from(grouped.values(), (bookings) => ({ bookings, seen: seenText(bookings) }));
    return { today, requests, next };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  confirm: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const seen = seenIn(await event.request.formData());
    try {
      for (const one of seen) await api.bookings.confirm(one);
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    setFlash(event, m.booking_done_confirm());
    redirect(303, paths.requests(slug));
  },
};
