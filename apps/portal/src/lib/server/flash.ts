// What was just done, said on the page that a form leads to: a cookie that the next page takes.
import type { RequestEvent } from '@sveltejs/kit';
import { BookingId } from '@paper-circe/api';
import { sane } from './form.ts';

const cookie = 'circe_flash';

/** On the plain http of a clinic's own network, a browser would refuse a secure cookie. */
const options = (url: URL) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: url.protocol === 'https:' }) as const;

export interface Flash {
  /** Tells one from another, so that each is said once. */
  readonly id: string;
  readonly message: string;
  /** The booking that the act can be taken back on, and how. */
  readonly booking?: { readonly id: BookingId; readonly undo: 'undo' | 'cancel' };
}

/** Says something on the next page. Without names of patients: a cookie is not the place for them. */
export function setFlash(
  { cookies, locals, url }: RequestEvent,
  message: string,
  booking?: Flash['booking'],
) {
  const flash: Flash = { id: locals.requestId, message, ...(booking && { booking }) };
  cookies.set(cookie, JSON.stringify(flash), { ...options(url), maxAge: 30 });
}

/** What the page before had to say, once. */
export function takeFlash({ cookies, url }: RequestEvent): Flash | undefined {
  const text = cookies.get(cookie);
  if (text === undefined) return undefined;
  cookies.delete(cookie, options(url));
  try {
    const { id, message, booking } = JSON.parse(text) as Partial<Flash>;
    if (typeof id !== 'string' || typeof message !== 'string') return undefined;
    const of = sane(BookingId, booking?.id);
    return {
      id,
      message,
      ...(of && { booking: { id: of, undo: booking?.undo === 'undo' ? 'undo' : 'cancel' } }),
    };
  } catch {
    return undefined;
  }
}
