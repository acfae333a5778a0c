// What patients choose from and what they have chosen, on the public page and by an account of their own.
import { every, instantAt, LocalDate, StaffId, TreatmentId } from '@paper-circe/api';
import { z } from 'zod';
import { stepsIn } from '#lib/visit-steps.ts';
import type { Clinic, ClinicApi } from './api.ts';
import { performersOf } from './choice.ts';
import { needed, textOf } from './form.ts';
import {
  askedTime,
  choiceOf,
  ClockTime,
  stripDays,
  type AskedTime,
  type FreeTime,
  type SlotChoice,
} from './slots.ts';

type Source = Pick<ClinicApi['publicPage'], 'findTreatments' | 'findStaff'>;
type Offer = Awaited<ReturnType<typeof offerOf>>;

/** The treatments that somebody performs, and the staff. */
async function offerOf(source: Source) {
  const [treatments, staff] = await Promise.all([
    Array.fromAsync(every((page) => source.findTreatments(page))),
    Array.fromAsync(every((page) => source.findStaff(page))),
  ]);
  const known = new Set<string>(staff.map(({ id }) => id));
  return {
    treatments: treatments.filter(({ assignedStaff }) => assignedStaff.some((id) => known.has(id))),
    staff,
  };
}

/** One chosen treatment, who can do it, and who of them is asked for. */
interface ChosenStep {
  readonly treatment: Offer['treatments'][number];
  readonly staff: readonly { readonly id: StaffId; readonly name: string }[];
  readonly staffId: StaffId | 'any';
}

/** What an address chooses of an offer; what is not in it is left out. */
function chosenOf({ treatments, staff: everybody }: Offer, url: URL, most: number): ChosenStep[] {
  const chosen = stepsIn(url.searchParams).flatMap(({ treatmentId, staffId }) => {
    const treatment = treatments.find(({ id }) => id === treatmentId);
    if (!treatment) return [];
    const staff = performersOf(treatment, everybody);
    return [{ treatment, staff, staffId: staff.find(({ id }) => id === staffId)?.id ?? ('any' as const) }];
  });
  return chosen.slice(0, most);
}

/** The steps as the API takes them. */
const namedSteps = (steps: readonly ChosenStep[]) =>
  steps.map(({ treatment, staffId }) => ({ treatmentId: treatment.id, staffId }));

/** As many treatments as a patient books at once. */
const most = 4;

type At = Pick<Clinic, 'today' | 'timezone'>;
type Days = Pick<Parameters<ClinicApi['publicPage']['freeTimes']>[0], 'from' | 'days'>;

/**
 * The free times of the two weeks that an address asks for.
 * @param near the local day from which on they are shown while it asks for none
 */
export function timesOf(
  clinic: At,
  url: URL,
  find: (days: Days) => ReturnType<ClinicApi['publicPage']['freeTimes']>,
  near?: string,
): Promise<SlotChoice> {
  const asked = { date: url.searchParams.get('date'), from: url.searchParams.get('from'), near };
  return choiceOf(clinic, asked, async (from) => {
    const days = await find({ from, days: stripDays });
    return days.map(({ date, times }) => ({ date, times: times.map((time) => ({ ...time, staffIds: [] })) }));
  });
}

/** A booking in the making, as an address has it: what is offered, what of it is chosen, and when that is free. */
export async function choiceIn(
  source: Source & Pick<ClinicApi['publicPage'], 'freeTimes'>,
  clinic: At,
  url: URL,
) {
  const offer = await offerOf(source);
  const steps = chosenOf(offer, url, most);
  const adding = url.searchParams.has('add') && steps.length > 0 && steps.length < most;
  const chosen = { treatments: offer.treatments, steps, adding, most };
  if (steps.length === 0 || adding) return { ...chosen, slots: undefined, asked: undefined, others: [] };
  const slots = await timesOf(clinic, url, (days) => source.freeTimes({ ...days, steps: namedSteps(steps) }));
  const minutes = steps.reduce((sum, { treatment }) => sum + treatment.durationMin, 0);
  const asked = askedTime(slots, clinic, url, minutes);
  return { ...chosen, slots, asked, others: asked ? othersThan(asked, slots) : [] };
}

const Steps = z
  .array(z.strictObject({ treatmentId: TreatmentId, staffId: z.union([z.literal('any'), StaffId]) }))
  .min(1);

/** What a form asks for: the treatments in its address, and the local day and time in its field `when`. */
export function askedIn(url: URL, form: FormData) {
  const steps = needed(Steps, stepsIn(url.searchParams));
  const [date, time] = textOf(form, 'when').split(' ');
  return { steps, on: needed(LocalDate, date), at: needed(ClockTime, time) };
}

/** What of an appointment is still to come, until when it can be changed, and how many minutes it takes. */
export function toCome<
  Booked extends {
    readonly status: string;
    readonly startAt: Date;
    readonly endAt: Date;
    readonly changeableUntil?: Date;
  },
>(appointment: readonly Booked[]) {
  const bookings = appointment.filter(({ status }) => status === 'pending' || status === 'confirmed');
  const [first, last] = [bookings[0], bookings.at(-1)];
  const minutes = first && last ? (last.endAt.getTime() - first.startAt.getTime()) / 60_000 : 0;
  return { bookings, minutes, until: first?.changeableUntil };
}

/** With whom an address moves a booking: whoever can, where it asks for that, and the same staff otherwise. */
export const withWhom = ({ searchParams }: URL) =>
  searchParams.get('staff') === 'any' ? ({ staffId: 'any' } as const) : {};

/** Where an address moves a booking to: what it says, and the time that it is in a clinic's zone. */
export function movingIn(url: URL) {
  const on = needed(LocalDate, url.searchParams.get('date'));
  const at = needed(ClockTime, url.searchParams.get('time'));
  const who = withWhom(url);
  return {
    said: [on, at, who],
    timeIn: (timezone: string) => ({ startAt: instantAt(on, at, timezone), ...who }),
  };
}

/** As many other times as are offered in the place of one that is taken. */
const mostOthers = 6;

/** What is free instead of a time that is not: of the same day what lies nearest, then the first of the next days. */
function othersThan(asked: AskedTime, { times, next }: SlotChoice): FreeTime[] {
  const away = ({ startAt }: FreeTime) => Math.abs(startAt.getTime() - asked.startAt.getTime());
  const near = times.toSorted((a, b) => away(a) - away(b)).slice(0, mostOthers);
  const later = next.filter(({ date }) => date !== asked.date);
  return [...near, ...later].toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime());
}
