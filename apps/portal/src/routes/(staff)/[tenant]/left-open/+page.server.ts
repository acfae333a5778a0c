import { redirect, type RequestEvent } from '@sveltejs/kit';
import { BookingId, type Booking } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { clinicApi, everybodyAt, refuse, refused, withStaffNames, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn, methodOf, needed, revisionOf } from '#lib/server/form.ts';
import { besideVisits } from '#lib/server/in-visit.ts';
import type { Actions, PageServerLoad } from './$types';

/** What nobody closed on the days before today, the latest first. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const cursor = cursorIn(event.url);
  try {
    const [{ today }, { items, next }, staff] = await Promise.all([
      api.clinic.current(),
      api.bookings.findLeftOpen({ limit: 50, cursor }),
      everybodyAt(api),
    ]);
    return { today, open: await withStaffNames(api, staff, await besideVisits(api, items, today)), next };
  } catch (error) {
    refuse(event, error);
  }
};

/** Does one act on a booking, says so with the way back, and leads to the list again. */
function act(
  done: () => string,
  run: (api: ClinicApi, seen: { id: BookingId; revision?: number }, form: FormData) => Promise<Booking>,
) {
  return async (event: RequestEvent<{ tenant: string }>) => {
    const api = await clinicApi(event, event.params.tenant);
    const form = await event.request.formData();
    const id: BookingId = needed(BookingId, form.get('id'));
    let after;
    try {
      after = await run(api, { id, ...revisionOf(form) }, form);
    } catch (thrown) {
      return refused(event, thrown, { id });
    }
    setFlash(event, done(), { id, undo: 'undo', revision: after.revision });
    redirect(303, event.url.pathname);
  };
}

export const actions: Actions = {
  confirm: act(
    () => m.booking_done_confirm(),
    (api, seen) => api.bookings.confirm(seen),
  ),
  complete: act(
    () => m.booking_done_complete(),
    (api, seen, form) =>
      api.bookings.complete({
        ...seen,
        ...(form.has('method') && { method: methodOf(form) }),
      }),
  ),
  noShow: act(
    () => m.booking_done_no_show(),
    (api, seen) => api.bookings.noShow(seen),
  ),
  cancel: act(
    () => m.booking_done_cancel(),
    (api, seen) => api.bookings.cancel(seen),
  ),
};
