// What was just done, said on the page that a form leads to: a cookie that the next page takes.
import type { RequestEvent } from '@sveltejs/kit';
import { BookingId } from '@paper-circe/api';
import { z } from 'zod';
import { sane } from './form.ts';

const cookie = 'circe_flash';

/** Script may take it too. On the plain http of a clinic's own network, a browser would refuse a secure cookie. */
const options = (url: URL) =>
  ({ path: '/', httpOnly: false, sameSite: 'lax', secure: url.protocol === 'https:' }) as const;

/** Browsers take no longer cookie: what is longer is said without its way back. */
const longest = 3_800;

/** The form that takes an act back: an action of one of our own pages, and what it is sent with. */
const Undo = z.strictObject({
  action: z.string().regex(/^(?:\/[\w-]+)+\?\/\w+$/),
  fields: z.record(z.string(), z.string()),
});

/** The booking that it is about; where that can be taken back, how, and the revision that it has become by it. */
const OnBooking = z.object({
  id: BookingId,
  undo: z.enum(['undo', 'cancel']).optional(),
  revision: z.int().min(1).optional(),
});

export interface Flash {
  /** Tells one from another, so that each is said once. */
  readonly id: string;
  readonly message: string;
  readonly booking?: z.infer<typeof OnBooking>;
  /** How another act than one on a booking is taken back. */
  readonly undo?: z.infer<typeof Undo>;
}

/** How what was said is taken back: an act on a booking, or a form of one of our pages. */
export type FlashBack = NonNullable<Flash['booking'] | Flash['undo']>;

/** Says something on the next page. Without names of patients: a cookie is not the place for them. */
export function setFlash({ cookies, locals, url }: RequestEvent, message: string, back?: FlashBack) {
  const way = back && ('action' in back ? { undo: back } : { booking: back });
  const flash: Flash = { id: locals.requestId, message };
  const whole = JSON.stringify({ ...flash, ...way });
  const fits = encodeURIComponent(whole).length < longest;
  cookies.set(cookie, fits ? whole : JSON.stringify(flash), { ...options(url), maxAge: 30 });
}

/**
 * What the page before had to say. A page that is loaded as a whole takes it; data that a page asks for may be overtaken
 * by other data and thrown away, so there it stays until the page has said it: see `Flash.svelte`.
 * @param inPage of a page that shows it itself, and of which nothing is loaded again while it is there
 */
export function takeFlash(
  { cookies, url, isDataRequest }: RequestEvent,
  { inPage = false }: { inPage?: boolean } = {},
): Flash | undefined {
  const text = cookies.get(cookie);
  if (text === undefined) return undefined;
  if (!isDataRequest || inPage) cookies.delete(cookie, options(url));
  try {
    const { id, message, booking, undo } = JSON.parse(text) as Partial<Flash>;
    if (typeof id !== 'string' || typeof message !== 'string') return undefined;
    const of = sane(OnBooking, booking);
    const way = sane(Undo, undo);
    return { id, message, ...(of && { booking: of }), ...(way && { undo: way }) };
  } catch {
    return undefined;
  }
}
