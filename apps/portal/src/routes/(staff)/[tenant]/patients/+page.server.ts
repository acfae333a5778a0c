import { clinicApi, refuse } from '#lib/server/api.ts';
import { cursorIn } from '#lib/server/form.ts';
import type { PageServerLoad } from './$types';

/** Patients by what somebody typed (`q`), else the newest or, for administrators, the inactive ones, page by page. */
export const load: PageServerLoad = async (event) => {
  const { params, url } = event;
  const api = await clinicApi(event, params.tenant);
  const query = url.searchParams.get('q')?.trim().slice(0, 120) ?? '';
  const cursor = cursorIn(url);
  try {
    if (query) {
      const { items } = await api.patients.search({ text: query, limit: 50 });
      return { query, inactive: false, patients: items, next: undefined, later: false };
    }
    const inactive = url.searchParams.has('inactive') && (await api.auth.me()).role === 'admin';
    const { items, next } = inactive
      ? await api.patients.findInactive({ limit: 30, cursor })
      : await api.patients.findByTenant({ limit: 30, cursor });
    return { query, inactive, patients: items, next, later: cursor !== undefined };
  } catch (error) {
    refuse(event, error);
  }
};
