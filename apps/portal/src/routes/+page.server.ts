import { redirect } from '@sveltejs/kit';
import { createContext, failureOf } from '@paper-circe/api';
import { paths } from '#lib/paths.ts';
import { start } from '#lib/server/installation.ts';
import type { PageServerLoad } from './$types';

/** `?clinic=` is the form's answer: a short name, however it was typed, leads to its clinic. */
export const load: PageServerLoad = async (event) => {
  const { demo, database } = await start();
  const typed = event.url.searchParams.get('clinic');
  const slug = typed?.trim().toLowerCase();
  if (slug) {
    const { request, cookies } = event;
    const found = await createContext({
      database,
      tenant: slug,
      request,
      cookies,
      address: event.getClientAddress(),
    }).catch((error: unknown) => {
      if (failureOf(error)?.code !== 'NOT_FOUND') throw error;
      return undefined;
    });
    if (found) redirect(303, paths.today(slug));
  }
  return {
    clinics: demo?.clinics ?? [],
    demo: demo !== undefined,
    missing: slug ? (typed ?? '') : undefined,
  };
};
