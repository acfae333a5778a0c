import { redirect, type RequestEvent } from '@sveltejs/kit';
import { createContext, failureOf } from '@paper-circe/api';
import { paths } from '#lib/paths.ts';
import { awaitsSetUp, onlyClinic, origin, start } from '#lib/server/installation.ts';
import type { PageServerLoad } from './$types';

/**
 * `?clinic=` is the form's answer: a short name, however it was typed, leads to its clinic. So does a clinic's own
 * domain, when the portal is opened under it, whatever was typed.
 */
export const load: PageServerLoad = async (event) => {
  const { demo } = await start();
  const typed = event.url.searchParams.get('clinic');
  const own = await clinicOf(event, event.url.hostname);
  const found = own ?? (typed?.trim() ? await clinicOf(event, typed.trim().toLowerCase()) : undefined);
  if (found) redirect(303, paths.today(found.slug));
  return {
    clinics: demo?.clinics ?? (await onlyClinic()),
    demo: demo !== undefined,
    missing: typed?.trim() ? typed : undefined,
    isEmpty: await awaitsSetUp(),
  };
};

async function clinicOf(event: RequestEvent, tenant: string) {
  const { database } = await start();
  const { request, cookies } = event;
  try {
    const address = event.getClientAddress();
    const { clinic } = await createContext({ database, tenant, request, cookies, address, origin: origin() });
    return clinic.tenant;
  } catch (error) {
    if (failureOf(error)?.code !== 'NOT_FOUND') throw error;
    return undefined;
  }
}
