import { redirect } from '@sveltejs/kit';
import { BookingId } from '@paper-circe/api';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, withStaffNames } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn, needed } from '#lib/server/form.ts';
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
    return { today, requests: [...Map.groupBy(named, ({ id, visitId }) => visitId ?? id).values()], next };
  } catch (error) {
    refuse(event, error);
  }
};

const Ids = z.array(BookingId).min(1).max(8);

export const actions: Actions = {
  confirm: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const ids = needed(Ids, (await event.request.formData()).getAll('id'));
    try {
      for (const id of ids) await api.bookings.confirm({ id });
    } catch (thrown) {
      return refused(event, thrown, {});
    }
    setFlash(event, m.booking_done_confirm());
    redirect(303, paths.requests(slug));
  },
};
