import { clinicApi, refuse } from '#lib/server/api.ts';
import type { PageServerLoad } from './$types';

/** Patients by what somebody typed (`q`), else the newest, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const { params, url } = event;
  const api = await clinicApi(event, params.tenant);
  const query = url.searchParams.get('q')?.trim().slice(0, 120) ?? '';
  const cursor = url.searchParams.get('cursor')?.slice(0, 1000) || undefined;
  try {
    if (query) {
      return {
        query,
        patients: (await api.patients.search({ text: query, limit: 50 })).items,
        next: undefined,
        later: false,
      };
    }
    const { items, next } = await api.patients.findByTenant({ limit: 30, cursor });
    return { query, patients: items, next, later: cursor !== undefined };
  } catch (error) {
    refuse(event, error);
  }
};
