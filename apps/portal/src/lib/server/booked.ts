// The secret of what was booked, by which it is seen, moved and cancelled: a cookie of the browser that booked it, or that
// came by a link. The pages that it opens have no secret in their address, and so none to pass on.
import type { RequestEvent } from '@sveltejs/kit';
import { failureOf } from '@paper-circe/api';
import { bookedPath } from '#lib/patient-paths.ts';
import type { ClinicApi } from './api.ts';

const cookie = 'circe_booked';
/** Seconds for which the page can be opened again: a day. */
const maxAge = 86_400;

type Event = RequestEvent<{ tenant: string }>;

export function setBooked({ cookies, url, params }: Event, token: string): void {
  cookies.set(cookie, token, {
    path: bookedPath(params.tenant),
    httpOnly: true,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    maxAge,
  });
}

/** The secret that this browser has, whatever it is worth. */
export function tokenIn({ cookies }: Event): string | undefined {
  return cookies.get(cookie)?.slice(0, 200) || undefined;
}

/** What it is for; undefined for every secret that is not good here, whatever the reason. */
export async function bookedBy(api: ClinicApi, token: string) {
  try {
    return await api.byLink.get({ token });
  } catch (thrown) {
    if (failureOf(thrown)?.code === 'NOT_FOUND') return undefined;
    throw thrown;
  }
}
