import { error } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { bookedLinkPath } from '#lib/patient-paths.ts';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { bookedBy, tokenIn } from '#lib/server/booked.ts';
import { calendarAnswer } from '#lib/server/calendar-answer.ts';
import type { RequestHandler } from './$types';

/** What this browser has booked, as a file for a calendar, with the link by which it is moved and cancelled. */
export const GET: RequestHandler = async (event) => {
  const token = tokenIn(event);
  if (!token) error(404, m.error_not_found());
  const api = await clinicApi(event, event.params.tenant);
  const [clinic, bookings] = await Promise.all([api.clinic.current(), bookedBy(api, token)]).catch(
    (thrown: unknown) => refuse(event, thrown),
  );
  if (!bookings) error(404, m.error_not_found());
  return calendarAnswer(clinic, bookings, new URL(bookedLinkPath(clinic.slug, token), event.url).href);
};
