import { clinicApi, refuse } from '#lib/server/api.ts';
import { rangeOf } from './range.ts';
import { read } from './tables.ts';
import type { PageServerLoad } from './$types';

/** Every report of some days, and of those that they are compared with; for whom the API lets. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const { today } = await api.clinic.current();
    const range = rangeOf(event.url.searchParams, today);
    const { from, to, before } = range;
    const [reports, earlier] = await Promise.all([read(api, { from, to }), read(api, before)]);
    return { today, range, reports, earlier };
  } catch (error) {
    refuse(event, error);
  }
};
