// Where a booking, or what is to come of its visit, could be moved to, and why not where it was asked for.
import type { Booking, Staff } from '@paper-circe/api';
import type { Clinic, ClinicApi } from '#lib/server/api.ts';
import { performersOf } from '#lib/server/choice.ts';
import { seenText } from '#lib/server/seen.ts';
import {
  askedTime,
  slotChoice,
  visitSlotChoice,
  type AskedTime,
  type SlotChoice,
} from '#lib/server/slots.ts';
import { canBeTaken, whyNot, whyNotVisit, type WhyNot } from '#lib/server/why-not.ts';

export interface Moving {
  /** Whether the whole visit is moved. */
  readonly whole: boolean;
  /** What is moved, by time. */
  readonly bookings: readonly Booking[];
  /** The same as a form says what it was filled in at. */
  readonly seen: string;
  readonly staff: readonly { id: string; name: string }[];
  /** One of the staff, `any`, or of a visit `same` as now. */
  readonly staffId: string;
  readonly slots: SlotChoice;
  readonly asked?: AskedTime;
  readonly why: readonly WhyNot[];
  /** Whether an administrator can put it there all the same: of a visit, with the staff that each step has now. */
  readonly canBeTaken: boolean;
  /** Whether it is to be put there although something speaks against it. */
  readonly isOver: boolean;
}

/** Of what fits, nothing has to be taken. */
const no = { canBeTaken: false, isOver: false };

/** Whether it still takes time that could be another one. */
export const isToCome = ({ status, startedAt }: Booking): boolean =>
  (status === 'pending' || status === 'confirmed') && !startedAt;

export async function movingOf(
  api: ClinicApi,
  clinic: Clinic,
  booking: Booking,
  url: URL,
  everybody: readonly Staff[],
): Promise<Moving | undefined> {
  if (!isToCome(booking)) return undefined;
  const treatment = await api.treatments.get({ id: booking.treatmentId });
  const staff = performersOf(treatment, everybody);
  const wanted = url.searchParams.get('staff') ?? booking.staffId;
  const staffId = staff.find(({ id }) => id === wanted)?.id ?? ('any' as const);
  const one = { treatmentId: booking.treatmentId, staffId, moving: booking.id };
  const slots = await slotChoice(api, clinic, { ...one, ...dayOf(url, booking) });
  const asked = askedTime(slots, clinic, url, booking.durationMin);
  const seen = seenText([booking]);
  const moving = { whole: false, bookings: [booking], seen, staff, staffId, slots, why: [], ...no };
  if (!asked || asked.isOffered) return { ...moving, ...(asked && { asked }) };
  const { why, staffIds } = await whyNot(api, { ...one, startAt: asked.startAt });
  return {
    ...moving,
    asked: { ...asked, staffIds },
    why,
    canBeTaken: true,
    isOver: isOver(url, why, canBeTaken(why, [{ staffId }])),
  };
}

/** The same for everything of the visit that is to come. */
export async function visitMovingOf(
  api: ClinicApi,
  clinic: Clinic,
  visit: readonly Booking[],
  url: URL,
  everybody: readonly Staff[],
): Promise<Moving | undefined> {
  const bookings = visit.filter(isToCome);
  const [first] = bookings;
  if (!first?.visitId) return undefined;
  const whoever = url.searchParams.get('staff') === 'any';
  const steps = bookings.map(({ treatmentId, staffId }) => {
    return { treatmentId, staffId: whoever ? ('any' as const) : staffId };
  });
  const { visitId } = first;
  const slots = await visitSlotChoice(api, clinic, { steps, moving: visitId, ...dayOf(url, first) });
  const minutes = bookings.reduce((sum, { durationMin }) => sum + durationMin, 0);
  const asked = askedTime(slots, clinic, url, minutes);
  const staff = everybody.map(({ id, name }) => ({ id, name }));
  const moving = {
    ...{ whole: true, bookings, seen: seenText(bookings), staff, staffId: whoever ? 'any' : 'same' },
    ...{ slots, why: [], ...no },
  };
  if (!asked || asked.isOffered) return { ...moving, ...(asked && { asked }) };
  const { why, ...found } = await whyNotVisit(api, { steps, startAt: asked.startAt, moving: visitId });
  const taken = why.every(({ step, staff }) =>
    staff.some(({ id, decidable }) => decidable && id === bookings[step]?.staffId),
  );
  return {
    ...moving,
    asked: { ...asked, ...found },
    why,
    canBeTaken: taken,
    isOver: isOver(url, why, taken),
  };
}

/** The strip begins at the day of the booking. */
function dayOf(url: URL, { localDate }: Booking) {
  return { date: url.searchParams.get('date') ?? localDate, from: url.searchParams.get('from') };
}

function isOver(url: URL, why: readonly WhyNot[], taken: boolean): boolean {
  return url.searchParams.has('over') && why.length > 0 && taken;
}
