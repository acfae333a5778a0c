import { error } from '@sveltejs/kit';
import { every } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { clinicApi, everybodyAt, refuse } from '#lib/server/api.ts';
import type { PageServerLoad } from './$types';

/** How far a new clinic is on its way to the first booking. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  if ((await event.parent()).user.role !== 'admin') error(403, m.failure_forbidden());
  const first = { limit: 1 };
  try {
    const [treatments, staff, bookings, users, { today }] = await Promise.all([
      Array.fromAsync(every((page) => api.treatments.findByTenant(page))),
      everybodyAt(api),
      api.bookings.findByTenant(first),
      api.users.findByTenant({ limit: 2 }),
      api.clinic.current(),
    ]);
    return {
      today,
      done: {
        treatments: treatments.length > 0,
        staff: staff.length > 0,
        // Without a treatment there is nothing yet that somebody could perform.
        performers:
          treatments.length === 0 ||
          treatments.some(({ assignedStaff }) => staff.some(({ id }) => assignedStaff.includes(id))),
        booking: bookings.items.length > 0,
        users: users.items.length > 1,
      },
    };
  } catch (thrown) {
    refuse(event, thrown);
  }
};
