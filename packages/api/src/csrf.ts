import { forbidden } from './errors.ts';

/**
 * Refuses what a page of somebody else's site sends in the name of whoever is signed in: any method but GET and
 * HEAD, whatever the content type. Programs that are no browsers send neither header and are not concerned.
 * @throws FORBIDDEN
 */
export function assertSameOrigin(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const foreign =
    (origin !== null && origin !== new URL(request.url).origin) ||
    (site !== null && site !== 'same-origin' && site !== 'none');
  if (foreign) throw forbidden('This request came from another site.');
}
