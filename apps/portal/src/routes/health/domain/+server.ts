import { json } from '@sveltejs/kit';
import { isClinicDomain } from '#lib/server/installation.ts';
import type { RequestHandler } from './$types';

/**
 * Whether `?domain=` leads to a clinic: 404 when it does not. A proxy asks before it gets a certificate for a domain
 * that somebody has pointed at it.
 */
export const GET: RequestHandler = async ({ url }) => {
  const known = await isClinicDomain(url.searchParams.get('domain') ?? '');
  return json({ status: known ? 'ok' : 'unknown' }, { status: known ? 200 : 404 });
};
