import { clinicApi, refuse } from '#lib/server/api.ts';
import type { LayoutServerLoad } from './$types';

/** The clinic with all its settings, for those who run it; the API refuses everybody else. */
export const load: LayoutServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const { name, config, revision } = await api.clinic.settings();
    return { settings: { name, config, revision } };
  } catch (error) {
    refuse(event, error);
  }
};
