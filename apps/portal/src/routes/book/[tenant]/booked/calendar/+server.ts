import { error } from '@sveltejs/kit';
import { calendarFile } from '#lib/calendar-file.ts';
import { m } from '#lib/paraglide/messages.js';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { bookedIn } from '#lib/server/booked.ts';
import { offerOf } from '#lib/server/offer.ts';
import type { RequestHandler } from './$types';

/** What this browser has just booked, as a file for a calendar. */
export const GET: RequestHandler = async (event) => {
  const slug = event.params.tenant;
  const api = await clinicApi(event, slug);
  const [clinic, offer] = await Promise.all([api.clinic.current(), offerOf(api.publicPage)]).catch(
    (thrown: unknown) => refuse(event, thrown),
  );
  const bookings = bookedIn(event, offer);
  if (bookings.length === 0) error(404, m.error_not_found());
  const file = calendarFile(
    bookings.map(({ id, startAt, endAt, treatmentName, staffName }) => ({
      ...{ uid: `${id}@${slug}`, startAt, endAt, title: `${treatmentName} · ${clinic.name}` },
      ...{ place: clinic.contact.address, confirmed: false },
      text: [m.visit_with({ name: staffName }), clinic.contact.phone].filter(Boolean).join('\n'),
    })),
    clinic.now,
  );
  return new Response(file, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `attachment; filename="${slug}.ics"`,
    },
  });
};
