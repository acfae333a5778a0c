// What a patient has typed on a page to book, the public one or his own, while he goes back to another day or treatment: a cookie of that browser.
// Only the address that he was sent on to shows it: whoever opens the page anew on the same tablet finds nothing.
import { randomBytes } from 'node:crypto';
import { isHttpError, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { failureOf } from '@paper-circe/api';
import { hrefWith } from '#lib/query.ts';
import { statuses } from './api.ts';
import { Key, newKey, sane, textOf } from './form.ts';

const cookie = 'circe_typed';
/** Seconds after which it is forgotten: half an hour. */
const maxAge = 1_800;

const Typed = z.strictObject({
  name: z.string().max(120),
  phone: z.string().max(30),
  notes: z.string().max(500),
});
export type Typed = z.output<typeof Typed>;
const Kept = Typed.extend({ key: z.string(), form: Key.optional() });

type Event = Pick<RequestEvent, 'cookies' | 'url'>;

/** What the form says of who he is. A form sends each line's end as two characters, and counts it as one. */
export function typedOf(form: FormData): Typed {
  const notes = textOf(form, 'notes').replaceAll('\r\n', '\n');
  return { name: textOf(form, 'name'), phone: textOf(form, 'phone'), notes };
}

/**
 * Keeps it for the address with this `kept` in it; nothing where nothing was typed, or more than a field takes.
 * @param form the form's own key, where it shall be the same form
 */
export function keepTyped(
  { cookies, url }: Event,
  given: Typed,
  form?: string,
): { kept: string | undefined } {
  const typed = sane(Typed, given);
  if (!typed || !Object.values(typed).some(Boolean)) return { kept: undefined };
  const key = randomBytes(6).toString('hex');
  // Base64, in which the longest note of any script fits into a cookie.
  const text = Buffer.from(JSON.stringify({ ...typed, key, form })).toString('base64url');
  cookies.set(cookie, text, {
    ...{ path: url.pathname, httpOnly: true, sameSite: 'lax', maxAge },
    secure: url.protocol === 'https:',
  });
  return { kept: key };
}

/** The form of this address: what was kept of it, with its key where it is the same form, else a new one. */
export function formIn(event: Event): { key: string; typed: Typed | undefined } {
  const kept = keptIn(event);
  const typed = kept && { name: kept.name, phone: kept.phone, notes: kept.notes };
  return { key: kept?.form ?? newKey(), typed };
}

/**
 * Does what a form asks for. Where the database is away it leads to the page, which tries by itself until it can be
 * read, with what was typed. It is the same form then: what was done after all is not done twice.
 */
export async function typedKept<Done>(event: Event, form: FormData, run: () => Promise<Done>): Promise<Done> {
  try {
    return await run();
  } catch (thrown) {
    const isAway = isHttpError(thrown, statuses.UNAVAILABLE) || failureOf(thrown)?.code === 'UNAVAILABLE';
    if (!isAway) throw thrown;
    const kept = keepTyped(event, typedOf(form), sane(Key, textOf(form, 'key')));
    redirect(303, hrefWith(event.url, kept));
  }
}

function keptIn({ cookies, url }: Event): z.output<typeof Kept> | undefined {
  const kept = url.searchParams.get('kept');
  const text = cookies.get(cookie);
  if (!kept || !text) return undefined;
  try {
    const found = Kept.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return found.key === kept ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets it, once it was sent. */
export function forgetTyped({ cookies, url }: Event): void {
  cookies.delete(cookie, { path: url.pathname });
}
