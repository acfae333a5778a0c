// Why a time that somebody asked for is not free, such that it can be told at the desk.
import { BookingId, type SlotReason, type StaffId, type TreatmentId } from '@paper-circe/api';
import type { ClinicApi } from './api.ts';
import { sane } from './form.ts';

export interface WhyNot {
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

/** What nobody at the clinic can decide otherwise: the time itself is none. */
const final: ReadonlySet<SlotReason['code']> = new Set(['PAST', 'NOTICE', 'WINDOW', 'OFF_GRID']);

/** Who is free then, or why nobody is. */
export async function whyNot(
  api: ClinicApi,
  question: Question,
): Promise<{ staffIds: readonly StaffId[]; why?: WhyNot }> {
  const { staffIds, reasons, staff } = await api.availability.explain(question);
  if (staffIds.length > 0) return { staffIds };
  const codesOf = (some: readonly SlotReason[]) => [...new Set(some.map(({ code }) => code))];
  const common = codesOf(reasons).filter(
    (code) => code !== 'BUSY' && staff.every((one) => one.reasons.some((reason) => reason.code === code)),
  );
  const bookings = await bookingsOf(api, reasons);
  const why = staff.map((one) => ({
    id: one.staffId,
    codes: codesOf(one.reasons).filter((code) => !common.includes(code)),
    busy: one.reasons.flatMap(({ bookingId }) => bookings.get(bookingId ?? '') ?? []),
    decidable: !one.reasons.some(({ code }) => final.has(code)),
  }));
  return { staffIds, why: { common, staff: why } };
}

async function bookingsOf(api: ClinicApi, reasons: readonly SlotReason[]) {
  const ids = new Set(reasons.flatMap(({ bookingId }) => sane(BookingId, bookingId) ?? []));
  const found = await Promise.all([...ids].map((id) => api.bookings.get({ id })));
  return new Map<string, WhyNot['staff'][number]['busy'][number]>(
    found.map(({ id, patientName, startAt, endAt }) => [id, { id, patientName, startAt, endAt }]),
  );
}
