import { json } from '@sveltejs/kit';
import { health } from '#lib/server/installation.ts';
import type { RequestHandler } from './$types';

/** For whoever watches the process: 200 while the database answers, 503 while it does not. */
export const GET: RequestHandler = async () => {
  const state = await health();
  return json(state, { status: state.status === 'ok' ? 200 : 503 });
};
