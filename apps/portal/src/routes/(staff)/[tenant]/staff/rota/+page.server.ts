import { addDays, LocalDate } from '@paper-circe/api';
import { clinicApi, everybodyAt, refuse } from '#lib/server/api.ts';
import { sane } from '#lib/server/form.ts';
import { hoursOn } from '#lib/server/hours-on.ts';
import { mondayOf, weekFrom } from '#lib/server/week.ts';
import type { PageServerLoad } from './$types';

/** The hours of everybody on each day of the week in which a date lies (`week`), from Monday on. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const [{ today }, staff] = await Promise.all([api.clinic.current(), everybodyAt(api)]);
    const from = mondayOf(sane(LocalDate, event.url.searchParams.get('week')) ?? today);
    const days = weekFrom(from);
    return {
      days,
      thisWeek: from === mondayOf(today),
      previous: addDays(from, -7),
      next: addDays(from, 7),
      staff: staff.map((one) => ({
        id: one.id,
        name: one.name,
        role: one.role,
        days: days.map((date) => ({
          date,
          hours: hoursOn(one, date),
          differs: one.exceptions.some((exception) => exception.date === date),
        })),
      })),
    };
  } catch (error) {
    refuse(event, error);
  }
};
