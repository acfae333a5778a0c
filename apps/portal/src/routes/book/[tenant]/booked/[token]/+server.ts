import { bookedPath } from '#lib/patient-paths.ts';
import { setBooked } from '#lib/server/booked.ts';
import type { RequestHandler } from './$types';

/**
 * The link of a booking: this browser keeps its secret and goes on to a page whose address has none, so that neither its
 * history nor what is shared of it opens anything. It answers every secret alike; what it is worth the page says.
 */
export const GET: RequestHandler = (event) => {
  setBooked(event, event.params.token.slice(0, 200));
  return new Response(undefined, {
    status: 303,
    headers: {
      location: bookedPath(event.params.tenant),
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    },
  });
};
