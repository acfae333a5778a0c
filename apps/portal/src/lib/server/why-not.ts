// Why a time that somebody asked for is not free, such that it can be told at the desk.
import { BookingId, type SlotReason, type StaffId, type TreatmentId, type VisitId } from '@paper-circe/api';
import { isDecidable } from '#lib/decidable.ts';
import type { ClinicApi } from './api.ts';
import { sane } from './form.ts';
import type { StepTime } from './slots.ts';

/** Why a treatment cannot be where it was asked for. */
export interface WhyNot {
  /** Which treatment of the visit it is, from 0; a single one is the first. */
  readonly step: number;
  /** When it would begin. */
  readonly startAt: Date;
  /** What speaks against it whoever does it. */
  readonly common: readonly SlotReason['code'][];
  /** What speaks against it for each who could do it. */
  readonly staff: readonly {
    readonly id: StaffId;
    readonly codes: readonly SlotReason['code'][];
    /** The bookings in the way. */
    readonly busy: readonly { id: BookingId; patientName?: string | undefined; startAt: Date; endAt: Date }[];
    /** Whether an administrator can decide otherwise. */
    readonly decidable: boolean;
  }[];
}

interface Question {
  readonly treatmentId: TreatmentId;
  readonly staffId: StaffId | 'any';
  readonly startAt: Date;
  readonly moving?: BookingId;
}

interface VisitQuestion {
  readonly steps: readonly { readonly treatmentId: TreatmentId; readonly staffId: StaffId | 'any' }[];
  readonly startAt: Date;
  readonly moving?: VisitId;
}

type Against = readonly { readonly staffId: StaffId; readonly reasons: readonly SlotReason[] }[];

/** Who is free then, or why nobody is. */
export async function whyNot(
  api: ClinicApi,
  question: Question,
): Promise<{ staffIds: readonly StaffId[]; why: WhyNot[] }> {
  const { staffIds, staff } = await api.availability.explain(question);
  if (staffIds.length > 0) return { staffIds, why: [] };
  return { staffIds, why: await told(api, [{ step: 0, startAt: question.startAt, against: staff }]) };
}

/** Where each treatment of a visit would be, and why those that nobody is free for are nowhere. */
export async function whyNotVisit(
  api: ClinicApi,
  { steps, startAt, moving }: VisitQuestion,
): Promise<{ steps: readonly StepTime[]; endAt: Date; why: WhyNot[] }> {
  const asked = steps.map(({ treatmentId, staffId }) => ({ treatmentId, staffId }));
  const explained = await api.availability.explainVisit({ steps: asked, startAt, moving });
  const stuck = explained.steps.flatMap((step, n) =>
    step.staffId ? [] : [{ step: n, startAt: step.startAt, against: step.staff }],
  );
  const endAt = explained.steps.at(-1)?.endAt ?? startAt;
  return { steps: explained.steps, endAt, why: await told(api, stuck) };
}

/** Whether an administrator can take the time all the same: everybody who shall take it is named. */
export function canBeTaken(why: readonly WhyNot[], steps: readonly { readonly staffId: string }[]): boolean {
  return why.every(
    ({ step, staff }) => steps[step]?.staffId !== 'any' && staff.every((one) => one.decidable),
  );
}

async function told(
  api: ClinicApi,
  stuck: readonly { readonly step: number; readonly startAt: Date; readonly against: Against }[],
): Promise<WhyNot[]> {
  const all = stuck.flatMap(({ against }) => against.flatMap(({ reasons }) => reasons));
  const bookings = await bookingsOf(api, all);
  return stuck.map(({ step, startAt, against }) => {
    const common = codesOf(against.flatMap(({ reasons }) => reasons)).filter(
      (code) => code !== 'BUSY' && against.every((one) => one.reasons.some((reason) => reason.code === code)),
    );
    return {
      step,
      startAt,
      common: against.length > 0 ? common : ['NOT_ASSIGNED'],
      staff: against.map(({ staffId, reasons }) => ({
        id: staffId,
        codes: codesOf(reasons).filter((code) => !common.includes(code)),
        busy: reasons.flatMap(({ bookingId }) => bookings.get(bookingId ?? '') ?? []),
        decidable: isDecidable(reasons),
      })),
    };
  });
}

function codesOf(reasons: readonly SlotReason[]): SlotReason['code'][] {
  return [...new Set(reasons.map(({ code }) => code))];
}

async function bookingsOf(api: ClinicApi, reasons: readonly SlotReason[]) {
  const ids = new Set(reasons.flatMap(({ bookingId }) => sane(BookingId, bookingId) ?? []));
  const found = await Promise.all([...ids].map((id) => api.bookings.get({ id })));
  return new Map<string, WhyNot['staff'][number]['busy'][number]>(
    found.map(({ id, patientName, startAt, endAt }) => [id, { id, patientName, startAt, endAt }]),
  );
}
