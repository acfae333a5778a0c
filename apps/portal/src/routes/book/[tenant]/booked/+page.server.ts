import { redirect } from '@sveltejs/kit';
import { publicPath } from '#lib/paths.ts';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { bookedIn } from '#lib/server/booked.ts';
import { offerOf } from '#lib/server/offer.ts';
import { publicClinic } from '#lib/server/public-clinic.ts';
import type { PageServerLoad } from './$types';

/** Nothing but text and links: no script is sent for it. */
export const csr = false;

/** What this browser has just booked. */
export const load: PageServerLoad = async (event) => {
  const slug = event.params.tenant;
  const api = await clinicApi(event, slug);
  try {
    const clinic = await api.clinic.current();
    const bookings = clinic.publicPage ? bookedIn(event, await offerOf(api.publicPage)) : [];
    if (bookings.length === 0) redirect(303, publicPath(slug));
    return { clinic: publicClinic(clinic), today: clinic.today, bookings };
  } catch (error) {
    refuse(event, error);
  }
};
