// Links by which a patient without an account moves and cancels what he booked. The page under which one is opened is
// the portal's.
import { bookings, byLink, type TenantScope } from '@paper-circe/core';
import { LinkToken } from './links.ts';
import { hashOf, newShortSecret } from './secrets.ts';

/** A link as its maker gets it. */
export interface AppointmentLink {
  /** Left out where the same request was answered before: a token is shown once. */
  readonly token?: string;
}

/**
 * Makes a link for a booking, with all of the visit that it is one of; the one before it is not good any more.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when nothing of it is pending or confirmed
 */
export async function giveLink(clinic: TenantScope, id: bookings.BookingId): Promise<AppointmentLink> {
  const token = newShortSecret();
  const given = await bookings.giveLink(clinic, id, { tokenHash: hashOf(token) });
  return given.every(({ linkHash }) => linkHash === hashOf(token)) ? { token } : {};
}

const { tokenHash: _move, ...move } = byLink.LinkedMove.shape;
const { tokenHash: _search, ...search } = byLink.LinkedSearch.shape;

/** Where a booking is moved by its link. */
export const MoveByLink = LinkToken.extend(move);
/** On which days another time is looked for by a link. */
export const SearchByLink = LinkToken.extend(search);

/** What was said with a token, as it is said with its hash. Whatever is no token is the token of nothing. */
export function hashed<Said extends { readonly token: string }>({ token, ...said }: Said) {
  return { ...said, tokenHash: hashOf(token) };
}
