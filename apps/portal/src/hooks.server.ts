import { randomUUID } from 'node:crypto';
import { sequence, type Handle, type HandleServerError, type ServerInit } from '@sveltejs/kit/hooks';
import { logUnexpected } from '@paper-circe/api';
import { dev } from '$app/env';
import { m } from '#lib/paraglide/messages.js';
import { defineCustomServerStrategy } from '#lib/paraglide/runtime.js';
import { paraglideMiddleware } from '#lib/paraglide/server.js';
import { isClinicDomain, start } from '#lib/server/installation.ts';
import { localeOfRequest } from '#lib/server/locale.ts';
import { labelsOf, observeRequest } from '#lib/server/metrics.ts';

/** Opens the installation before the first request, and closes it when the process has been told to stop. */
export const init: ServerInit = async () => {
  const installation = await start();
  globalThis.circeIsClinicDomain = isClinicDomain;
  const { setUpKey } = installation;
  if (setUpKey) globalThis.circeSetUpPath = `/setup/${setUpKey}`;
  // What is served with hot reload has no process of ours around it that says so when it is ready.
  if (setUpKey && dev) console.log(`There is no clinic yet: set the first one up on /setup/${setUpKey}`);
  process.once('sveltekit:shutdown', () => void installation.close());
};

/** Gives every request an id, and every answer the headers that no page may do without. */
const guard: Handle = async ({ event, resolve }) => {
  event.locals.requestId = randomUUID();
  const begun = performance.now();
  const response = await resolve(event);
  const labels = labelsOf(event.route.id, event.request.method, response.status);
  observeRequest(labels, performance.now() - begun);
  response.headers.set('x-request-id', event.locals.requestId);
  response.headers.set('x-content-type-options', 'nosniff');
  if (!response.headers.has('referrer-policy')) response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()');
  response.headers.set('cross-origin-opener-policy', 'same-origin');
  // On https for good: what was once opened safely is not opened otherwise for a year.
  if (event.url.protocol === 'https:') response.headers.set('strict-transport-security', 'max-age=31536000');
  // A page of a clinic must not stay in a shared computer's cache; what may be kept says so itself.
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
};

defineCustomServerStrategy('custom-clinic', { getLocale: localeOfRequest });

/**
 * The language: the cookie of the language switch, then the clinic's whose page it is, then what the browser asks for,
 * then Indonesian.
 */
const language: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ locale }) => {
    event.locals.locale = locale;
    return resolve(event, {
      transformPageChunk: ({ html }) => html.replace('%lang%', locale),
      preload: (file) =>
        file.type === 'js' ||
        file.type === 'css' ||
        (file.type === 'font' && file.filename.includes('inter-latin-wght-normal')),
    });
  });

export const handle = sequence(guard, language);

export const handleError: HandleServerError = ({ kind, error, event }) => {
  const { requestId } = event.locals;
  if (kind !== 'unknown' || isGone(error)) return { requestId };
  const { id: path } = event.route;
  logUnexpected(error, { requestId, tenant: event.params.tenant ?? '', path: path ?? undefined });
  return { requestId, message: m.error_unexpected() };
};

/** Whether a sender went away in the middle of a form, as Node words it: nobody reads the answer, and nothing of ours is wrong. */
function isGone(error: unknown): boolean {
  return (
    error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET'
  );
}
