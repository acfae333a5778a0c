import { redirect } from '@sveltejs/kit';
import { clinicApi, platformApi } from '#lib/server/api.ts';
import { paths } from '#lib/paths.ts';
import type { RequestHandler } from './$types';

/** Signs out of one clinic, or of the platform; other clinics in this browser stay signed in. */
export const POST: RequestHandler = async (event) => {
  const { tenant } = event.params;
  const api = tenant === 'platform' ? await platformApi(event) : await clinicApi(event, tenant);
  await api.auth.logout();
  redirect(303, paths.login(tenant));
};
