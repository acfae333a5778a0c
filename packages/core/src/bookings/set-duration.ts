import { z } from 'zod';
import { distinct } from '../availability/explain.ts';
import { lasting, type Lasting } from '../availability/lasting.ts';
import { parsed } from '../parsed.ts';
import { Revision } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { fields } from '../treatments/schema.ts';
import { arrivalsAfter, movedTo } from './arrivals.ts';
import { change, illegal } from './change.ts';
import { assertMayOverride, settled } from './override.ts';
import { placed, takingTime, type Place } from './place.ts';
import { holdsTime, Override, type Booking, type BookingId } from './schema.ts';
import { getSeen } from './seen.ts';
import { letGo } from './whole-visit.ts';

/** How long a booking is to last instead. */
export const NewDuration = z.strictObject({
  /** In minutes, from its start; its buffers stay as they were booked. */
  durationMin: fields.durationMin,
  override: Override.optional(),
  revision: Revision,
});
export type NewDuration = z.input<typeof NewDuration>;

/**
 * Makes a booking longer or shorter than it was booked, before it begins or while it is done; the price stays. Time
 * that is added has to be free and time that is given up is released, in one update. A treatment of the same visit that
 * it would run into begins later, and so on, all of it or nothing; such an act is undone by `undoVisit`. An override
 * works as in `book`, over what is added.
 * @throws NOT_FOUND also when its staff member is inactive
 * @throws CONFLICT_SLOT when the time that is added is not free, with every reason and the booking in the way
 * @throws FORBIDDEN when somebody else than an administrator or the system asks for an override
 * @throws ILLEGAL_TRANSITION unless the booking is pending or confirmed
 * @throws STALE when somebody changed the booking since the revision that was seen, with what changed
 */
export async function setDuration(clinic: TenantScope, id: BookingId, input: NewDuration): Promise<Booking> {
  const given = parsed(NewDuration, input);
  const { durationMin, override, revision } = given;
  assertMayOverride(clinic, override);
  return takingTime(clinic, 'bookings.setDuration', { id, ...given }, async (inside) => {
    const booking = await getSeen(inside, id, revision);
    if (!holdsTime(booking.status)) throw illegal(booking.status, 'lasting otherwise');
    if (durationMin === booking.durationMin) return booking;
    const { steps, reasons, standing } = await lasting(inside, booking, durationMin);
    const [own, ...pushed] = steps.map(({ startAt, explanation }) =>
      settled(inside, startAt, { ...explanation, reasons }, override),
    );
    const place = { ...own!, ...stillOver(booking, standing, own!) };
    if (pushed.length === 0) return lengthened(inside, booking, durationMin, place);

    const whole = { at: inside.clock(), together: steps.length };
    const arrivals = await arrivalsAfter(inside, [
      { booking, startAt: booking.startAt, durationMin },
      ...pushed.map(({ startAt }, n) => ({ booking: steps[n + 1]!.booking, startAt })),
    ]);
    const [first, ...later] = await letGo(inside, steps.map((step) => step.booking)); // prettier-ignore
    const after = await lengthened(inside, first!, durationMin, place, whole);
    for (const [n, step] of later.entries()) {
      const update = movedTo(inside, step, pushed[n]!, arrivals);
      await change(inside, step, 'bookings.setDuration', update, whole);
    }
    return after;
  });
}

function lengthened(
  inside: TenantScope,
  booking: Booking,
  durationMin: number,
  place: Place,
  whole?: Parameters<typeof change>[4],
): Promise<Booking> {
  const $set = { ...placed(inside, { ...booking, durationMin }, place), durationMin };
  return change(inside, booking, 'bookings.setDuration', { $set }, whole);
}

/** What a booking says it was put over: what is still so of it, and what came to it now. */
function stillOver(
  { override: before }: Booking,
  standing: Lasting['standing'],
  { override: now }: Place,
): Pick<Place, 'override'> {
  if (now) return { override: { ...now, against: distinct([...standing, ...now.against]) } };
  return before && standing.length > 0 ? { override: { ...before, against: standing } } : {};
}
