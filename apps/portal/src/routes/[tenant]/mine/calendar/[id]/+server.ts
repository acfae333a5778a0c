import { BookingId } from '@paper-circe/api';
import { minePath } from '#lib/patient-paths.ts';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { calendarAnswer } from '#lib/server/calendar-answer.ts';
import { inPath } from '#lib/server/form.ts';
import { staffNames } from '#lib/server/mine.ts';
import type { RequestHandler } from './$types';

/** A booking of the patient who is signed in, with its visit, as a file for a calendar. */
export const GET: RequestHandler = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(BookingId, event.params.id);
  try {
    const [clinic, bookings, names] = await Promise.all([
      api.clinic.current(),
      api.me.appointment({ id }),
      staffNames(api),
    ]);
    const named = bookings.map((one) => ({ ...one, staffName: names[one.staffId] ?? '' }));
    return calendarAnswer(clinic, named, new URL(minePath(clinic.slug), event.url).href);
  } catch (thrown) {
    refuse(event, thrown);
  }
};
