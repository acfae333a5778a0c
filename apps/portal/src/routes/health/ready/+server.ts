import { json } from '@sveltejs/kit';
import { isReady } from '#lib/server/installation.ts';
import type { RequestHandler } from './$types';

/** Whether this process can serve a clinic now: 503 while its database does not answer, so that others are asked. */
export const GET: RequestHandler = async () => {
  const ready = await isReady();
  return json({ status: ready ? 'ok' : 'unavailable' }, { status: ready ? 200 : 503 });
};
