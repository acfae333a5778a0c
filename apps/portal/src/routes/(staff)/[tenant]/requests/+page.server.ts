import { redirect } from '@sveltejs/kit';
import { VisitId, type Booking } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, withStaffNames, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { cursorIn, needed } from '#lib/server/form.ts';
import { ofVisits } from '#lib/server/in-visit.ts';
import { seenIn, seenText, type Seen } from '#lib/server/seen.ts';
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
    const isPart = next !== undefined || cursor !== undefined;
    const whole = isPart ? await withRestOfVisits(api, items) : items;
    const named = await withStaffNames(api, staff, whole);
    const grouped = Map.groupBy(named, ({ id, visitId }) => visitId ?? id);
    const requests = Array.from(grouped.values(), (bookings) => ({ bookings, seen: seenText(bookings) }));
    return { today, requests, next };
  } catch (error) {
    refuse(event, error);
  }
};

/** With what else is pending of the visits of which a page of the list has a part: each is confirmed as a whole. */
async function withRestOfVisits(api: ClinicApi, items: readonly Booking[]): Promise<Booking[]> {
  const visits = await ofVisits(
    api,
    items.flatMap(({ visitId }) => visitId ?? []),
  );
  const pending = visits.filter(({ status }) => status === 'pending');
  return [...new Map([...items, ...pending].map((one) => [one.id, one])).values()].sort(
    (a, b) => a.startAt.getTime() - b.startAt.getTime(),
  );
}

/** Confirms a request, all of it or nothing. @returns what was confirmed, by time */
async function confirmed(api: ClinicApi, seen: readonly Seen[]): Promise<Booking[]> {
  const [first] = seen;
  if (!first) return [];
  if (seen.length === 1) return [await api.bookings.confirm(first)];
  const { visitId } = await api.bookings.get({ id: first.id });
  return api.bookings.confirmVisit({ visitId: needed(VisitId, visitId), seen: [...seen] });
}

export const actions: Actions = {
  confirm: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const seen = seenIn(await event.request.formData());
    let done;
    try {
      done = await confirmed(api, seen);
    } catch (thrown) {
      return refused(event, thrown, { ids: seen.map(({ id }) => id) });
    }
    const [first] = done;
    const message = done.length > 1 ? m.visit_done_confirm() : m.booking_done_confirm();
    setFlash(event, message, first && { id: first.id, undo: 'undo', revision: first.revision });
    redirect(303, paths.requests(slug));
  },
};
