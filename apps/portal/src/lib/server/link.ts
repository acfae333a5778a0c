import type { RequestEvent } from '@sveltejs/kit';
import { paths } from '#lib/paths.ts';

interface Made {
  readonly token?: string;
  readonly expiresAt: Date;
}

/** A one-time link as the API has just made it, as the address to send, and until when it is good. */
export function linkOf({ url }: RequestEvent, slug: string, { token, expiresAt }: Made) {
  if (token === undefined) throw new Error('A link that was just made has no token');
  return { href: new URL(paths.password(slug, token), url).href, expiresAt };
}
