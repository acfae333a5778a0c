import { addDays, LocalDate, weekdayOf } from '@paper-circe/api';
import { clinicApi, everybodyAt, refuse } from '#lib/server/api.ts';
import { sane } from '#lib/server/form.ts';
import { hoursOn } from '#lib/server/hours-on.ts';
import { weekdays } from '#lib/hours.ts';
import type { PageServerLoad } from './$types';

/** The hours of everybody on each day of the week in which a date lies (`week`), from Monday on. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const [{ today }, staff] = await Promise.all([api.clinic.current(), everybodyAt(api)]);
    const monday = (date: string) => addDays(date, -weekdays.indexOf(weekdayOf(date)));
    const from = monday(sane(LocalDate, event.url.searchParams.get('week')) ?? today);
    const days = weekdays.map((_, index) => addDays(from, index));
    return {
      days,
      thisWeek: from === monday(today),
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
