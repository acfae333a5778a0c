// What patients choose from and what they have chosen, on the public page and by an account of their own.
import { every, type BookingId, type StaffId, type TreatmentId } from '@paper-circe/api';
import { stepsIn } from '#lib/visit-steps.ts';
import type { Clinic, ClinicApi } from './api.ts';
import { performersOf } from './choice.ts';
import { choiceOf, stripDays, type AskedTime, type FreeTime, type SlotChoice } from './slots.ts';

type Source = Pick<ClinicApi['publicPage'], 'findTreatments' | 'findStaff'>;
export type Offer = Awaited<ReturnType<typeof offerOf>>;

/** The treatments that somebody performs, and the staff. */
export async function offerOf(source: Source) {
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
export interface ChosenStep {
  readonly treatment: Offer['treatments'][number];
  readonly staff: readonly { readonly id: StaffId; readonly name: string }[];
  readonly staffId: StaffId | 'any';
}

/** What an address chooses of an offer; what is not in it is left out. */
export function chosenOf({ treatments, staff: everybody }: Offer, url: URL, most: number): ChosenStep[] {
  const chosen = stepsIn(url.searchParams).flatMap(({ treatmentId, staffId }) => {
    const treatment = treatments.find(({ id }) => id === treatmentId);
    if (!treatment) return [];
    const staff = performersOf(treatment, everybody);
    return [{ treatment, staff, staffId: staff.find(({ id }) => id === staffId)?.id ?? ('any' as const) }];
  });
  return chosen.slice(0, most);
}

/** The steps as the API takes them. */
export const namedSteps = (steps: readonly ChosenStep[]) =>
  steps.map(({ treatment, staffId }) => ({ treatmentId: treatment.id, staffId }));

type At = Pick<Clinic, 'today' | 'timezone'>;
const askedDay = (url: URL) => ({ date: url.searchParams.get('date'), from: url.searchParams.get('from') });

/** The times at which a visitor of the public page can come. */
export function publicTimes(
  api: ClinicApi,
  clinic: At,
  steps: readonly ChosenStep[],
  url: URL,
): Promise<SlotChoice> {
  return choiceOf(clinic, askedDay(url), async (from) => {
    const days = await api.publicPage.freeTimes({ steps: namedSteps(steps), from, days: stripDays });
    return days.map(({ date, times }) => ({ date, times: times.map((time) => ({ ...time, staffIds: [] })) }));
  });
}

interface Own {
  readonly treatmentId: TreatmentId;
  readonly staffId: StaffId | 'any';
  readonly moving?: BookingId;
}

/** The times at which the patient who is signed in can come, or move a booking of his to. */
export function ownTimes(api: ClinicApi, clinic: At, wanted: Own, url: URL): Promise<SlotChoice> {
  return choiceOf(clinic, askedDay(url), async (from) => {
    const days = await api.me.freeTimes({ ...wanted, from, days: stripDays });
    return days.map(({ date, slots }) => ({ date, times: slots }));
  });
}

/** As many other times as are offered in the place of one that is taken. */
const mostOthers = 6;

/** What is free instead of a time that is not: of the same day what lies nearest, then the first of the next days. */
export function othersThan(asked: AskedTime, { times, next }: SlotChoice): FreeTime[] {
  const away = ({ startAt }: FreeTime) => Math.abs(startAt.getTime() - asked.startAt.getTime());
  const near = times.toSorted((a, b) => away(a) - away(b)).slice(0, mostOthers);
  const later = next.filter(({ date }) => date !== asked.date);
  return [...near, ...later].toSorted((a, b) => a.startAt.getTime() - b.startAt.getTime());
}
