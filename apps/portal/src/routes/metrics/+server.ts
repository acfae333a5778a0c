import process from 'node:process';
import { error } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { readEnvironment } from '#lib/server/installation.ts';
import { mayRead, metrics } from '#lib/server/metrics.ts';
import type { RequestHandler } from './$types';

/** What Prometheus reads. For everybody else it is not there. */
export const GET: RequestHandler = async ({ request, getClientAddress }) => {
  const { metricsToken: token } = readEnvironment(process.env);
  const asker = { authorization: request.headers.get('authorization'), address: getClientAddress() };
  if (!mayRead({ token, isProxied: Boolean(process.env['ORIGIN']) }, asker)) error(404, m.error_not_found());
  const { text, type } = await metrics();
  return new Response(text, { headers: { 'content-type': type } });
};
