import { addDays, LocalDate } from '@paper-circe/api';
import { clinicApi, everybodyAt, formerStaff, refuse, type ClinicApi } from '#lib/server/api.ts';
import { sane } from '#lib/server/form.ts';
import { mondayOf, weekFrom } from '#lib/server/week.ts';
import { entryOf, type Entry } from './grid.ts';
import { rotaOf } from './shifts.ts';
import { viewOf } from './views.ts';
import type { PageServerLoad } from './$types';

/**
 * The bookings and the rota of a day, of a week from Monday on, or a day's list to print; and the number from which on
 * the page hears what changes. All of it stands in the address: `view`, `date`, `staff`.
 */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const { searchParams } = event.url;
  try {
    // The position first: what happens while the rest is read is heard again rather than missed.
    const [{ seq }, clinic] = await Promise.all([api.live.position(), api.clinic.current()]);
    const view = viewOf(searchParams.get('view'));
    const date = sane(LocalDate, searchParams.get('date')) ?? clinic.today;
    const dates = view === 'week' ? weekFrom(mondayOf(date)) : [date];
    const [entries, everybody] = await Promise.all([entriesOf(api, dates), everybodyAt(api)]);
    const staff = [...everybody, ...(await formerStaff(api, everybody, entries))];
    const rota = rotaOf(dates, staff, clinic.openingHours, clinic.timezone);
    const step = view === 'week' ? 7 : 1;
    return {
      seq,
      now: clinic.now,
      view,
      date,
      previous: addDays(date, -step),
      next: addDays(date, step),
      tomorrow: addDays(clinic.today, 1),
      ...rota,
      entries,
      staff: staff.map(({ id, name, role, avatar, isActive }) => {
        return { id, name, role, avatar: isActive ? avatar : undefined };
      }),
      contacts:
        view === 'list'
          ? await contactsOf(
              api,
              entries.filter(({ localDate }) => localDate === date),
            )
          : [],
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** What was booked on some days, with what the night before left to them and what their nights hold after midnight. */
async function entriesOf(api: ClinicApi, dates: readonly string[]): Promise<Entry[]> {
  const around = [addDays(dates[0]!, -1), ...dates, addDays(dates.at(-1)!, 1)];
  const days = await Promise.all(around.map((date) => api.bookings.findByTenantAndDate({ date })));
  return days.flat().map(entryOf);
}

/** No more are asked for at once. */
const mostContacts = 500;

/** How the patients of some bookings are reached, and what is to be known of them. */
async function contactsOf(api: ClinicApi, entries: readonly Entry[]) {
  const ids = [...new Set(entries.map(({ patientId }) => patientId))];
  const pages = Array.from({ length: Math.ceil(ids.length / mostContacts) }, (_, index) =>
    ids.slice(index * mostContacts, (index + 1) * mostContacts),
  );
  const found = await Promise.all(pages.map((some) => api.patients.findByIds({ ids: some })));
  return found.flat().map(({ id, phone, notes }) => ({ id, phone, notes }));
}
