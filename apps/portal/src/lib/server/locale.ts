// The language of a clinic's pages for whoever has not chosen one.
import { localeOf } from '@paper-circe/api';
import { cookieName, isLocale, type Locale } from '#lib/paraglide/runtime.js';
import { start } from './installation.ts';

/** The slug of the clinic that a page belongs to: the first part of the path, or the one after `/book`. */
export function slugIn(pathname: string): string {
  const [, first = '', second = ''] = pathname.split('/');
  return first === 'book' ? second : first;
}

/** The clinic's language, unless one was chosen; undefined where the page is no clinic's. */
export async function localeOfRequest(request?: Request): Promise<Locale | undefined> {
  if (!request || chosenIn(request.headers.get('cookie') ?? '')) return undefined;
  const slug = slugIn(new URL(request.url).pathname);
  if (!slug) return undefined;
  try {
    return await localeOf((await start()).database, slug);
  } catch {
    // Without a database the page says so itself, in whatever language.
    return undefined;
  }
}

/** Whether the language switch was used in this browser. */
function chosenIn(cookies: string): boolean {
  const chosen = cookies.split(';').map((one) => one.trim().split('='));
  return chosen.some(([name, value]) => name === cookieName && isLocale(value));
}
