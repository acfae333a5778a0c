// What was just booked on the public page: a cookie of the browser that did it, so that no address shows it to others.
import type { RequestEvent } from '@sveltejs/kit';
import { BookingId, StaffId, TreatmentId } from '@paper-circe/api';
import { z } from 'zod';
import { bookedPath } from '#lib/paths.ts';
import type { Offer } from './offer.ts';

const cookie = 'circe_booked';
/** Seconds for which the page can be opened again: a day. */
const maxAge = 86_400;

const Booked = z.array(
  z.strictObject({
    id: BookingId,
    treatmentId: TreatmentId,
    staffId: StaffId,
    startAt: z.coerce.date(),
    endAt: z.coerce.date(),
    price: z.int(),
  }),
);
type Booked = z.output<typeof Booked>;

type Event = RequestEvent<{ tenant: string }>;

/** Without names of anybody and with ids in place of treatments, since a cookie is short and not the place for more. */
export function setBooked({ cookies, url, params }: Event, bookings: Booked) {
  const kept = bookings.map(({ id, treatmentId, staffId, startAt, endAt, price }) => {
    return { id, treatmentId, staffId, startAt, endAt, price };
  });
  cookies.set(cookie, JSON.stringify(kept), {
    path: bookedPath(params.tenant),
    httpOnly: true,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    maxAge,
  });
}

/** The bookings that this browser has made, with the names of what and of whom; none where it has made none. */
export function bookedIn({ cookies }: Event, { treatments, staff }: Offer) {
  const found = Booked.safeParse(parsedJson(cookies.get(cookie)));
  return (found.data ?? []).map(({ treatmentId, staffId, ...booking }) => ({
    ...booking,
    treatmentName: treatments.find(({ id }) => id === treatmentId)?.name ?? '',
    staffName: staff.find(({ id }) => id === staffId)?.name ?? '',
  }));
}

function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
