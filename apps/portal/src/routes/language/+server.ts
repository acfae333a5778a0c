import { redirect } from '@sveltejs/kit';
import { cookieMaxAge, cookieName, isLocale } from '#lib/paraglide/runtime.js';
import type { RequestHandler } from './$types';

/** Where the switch leads back to: a path of this site and nothing else. */
function ownPath(value: FormDataEntryValue | null, origin: string): string {
  if (typeof value !== 'string' || !URL.canParse(value, origin)) return '/';
  const url = new URL(value, origin);
  return url.origin === origin ? url.pathname + url.search : '/';
}

/** The language switch: a plain form, so that it works before any script has loaded. */
export const POST: RequestHandler = async ({ request, cookies, url }) => {
  const form = await request.formData();
  const locale = form.get('locale');
  if (isLocale(locale)) {
    // Read by script as well, hence not httpOnly: it holds a language and nothing else.
    cookies.set(cookieName, locale, { path: '/', maxAge: cookieMaxAge, sameSite: 'lax', httpOnly: false });
  }
  redirect(303, ownPath(form.get('back'), url.origin));
};
