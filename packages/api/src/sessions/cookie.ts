import type { tenants } from '@paper-circe/core';
import type { CookieOptions } from '../cookies.ts';

/** The session itself ends earlier; this is the longest that one may last, in days. */
export const longestDays = 30;

/**
 * The name of a clinic's session cookie. Each clinic has its own, so that two clinics in one browser do not sign
 * each other out. On https a browser accepts the `__Host-` prefix only from us, with Secure and for every path.
 */
export function cookieName(slug: string, secure: boolean): string {
  return `${secure ? '__Host-' : ''}circe_${slug}`;
}

/** The names of the cookie that a clinic has now, and had while its slug was another one. */
export function cookieNames(
  { slug, formerSlugs = [] }: Pick<tenants.Tenant, 'slug' | 'formerSlugs'>,
  secure: boolean,
): string[] {
  return [slug, ...formerSlugs.toReversed()].map((one) => cookieName(one, secure));
}

export function cookieOptions(secure: boolean): CookieOptions {
  return { path: '/', httpOnly: true, secure, sameSite: 'lax', maxAge: longestDays * 86_400 };
}
