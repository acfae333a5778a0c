import { z } from 'zod';
import { bookingsCollection } from '../bookings/collection.ts';
import { holdsTime } from '../bookings/schema.ts';
import { notFound } from '../errors.ts';
import { appointmentOf, MoveSearch, OwnNewTime, type Appointment } from '../me/appointment.ts';
import { actingAs, within, type TenantScope } from '../tenancy.ts';
import { TokenHash } from '../token-hash.ts';

/** The hash of a link's secret. */
export const ByLink = z.strictObject({ tokenHash: TokenHash });
export type ByLink = z.input<typeof ByLink>;

/** Where a booking is moved by its link. */
export const LinkedMove = OwnNewTime.extend(ByLink.shape);
export type LinkedMove = z.input<typeof LinkedMove>;

/** On which days another time is looked for by a link. */
export const LinkedSearch = MoveSearch.extend(ByLink.shape);
export type LinkedSearch = z.input<typeof LinkedSearch>;

/** The clinic as whoever comes by a link sees it, whoever he may be signed in as: the rules for patients bind him. */
export function asStranger(clinic: TenantScope): TenantScope {
  return actingAs(clinic, { kind: 'public' });
}

/**
 * What a link is for.
 * @throws NOT_FOUND for every secret that is not good here, whatever the reason
 */
export async function linked(clinic: TenantScope, tokenHash: string): Promise<Appointment> {
  const bookings = within(clinic, bookingsCollection);
  const first = { sort: { startAt: 1 }, limit: 1 } as const;
  const [booking] = [
    ...(await bookings.find({ linkHash: tokenHash }, first)),
    ...(await bookings.find({ bookedHash: tokenHash }, first)),
  ];
  const appointment = booking && (await appointmentOf(clinic, booking));
  const isGood = appointment?.some(({ status, endAt }) => holdsTime(status) && endAt > clinic.clock());
  if (!appointment || !isGood) throw notFound('link');
  return appointment;
}
