import type { BoardBooking } from '@paper-circe/api/shared';
import type { InVisit } from '#lib/in-visit.ts';
import { isRefunded, standingOf, type Standing } from '#lib/status.ts';

/** A booking as the board holds it. */
export interface Row
  extends
    InVisit,
    Pick<
      BoardBooking,
      | 'id'
      | 'revision'
      | 'patientId'
      | 'patientName'
      | 'staffId'
      | 'treatmentName'
      | 'startAt'
      | 'endAt'
      | 'localDate'
      | 'localTime'
      | 'status'
      | 'source'
      | 'paymentStatus'
      | 'paymentAmount'
      | 'price'
      | 'payments'
      | 'visitId'
      | 'queueNumber'
      | 'arrivedAt'
      | 'startedAt'
      | 'createdAt'
    > {
  readonly notes?: string;
  /** Gone again, as is foretold, when a walk-in is skipped, and the other way round. */
  readonly calledAt?: Date | undefined;
  readonly skippedAt?: Date | undefined;
  /** Why it was put where it did not fit, and whether it overlaps another booking there. */
  readonly override?: { readonly reason: string; readonly overlapping: boolean };
  /** The last act, which can be undone for a while, and how many bookings of its visit it changed as one. */
  readonly last?: { readonly action: string; readonly at: Date; readonly together?: number };
}

export function rowOf(booking: BoardBooking & { readonly notes?: string }): Row {
  const { lastChange, notes, override } = booking;
  return {
    id: booking.id,
    revision: booking.revision,
    patientId: booking.patientId,
    staffId: booking.staffId,
    treatmentName: booking.treatmentName,
    startAt: booking.startAt,
    endAt: booking.endAt,
    localDate: booking.localDate,
    localTime: booking.localTime,
    status: booking.status,
    source: booking.source,
    paymentStatus: booking.paymentStatus,
    price: booking.price,
    payments: booking.payments,
    createdAt: booking.createdAt,
    ...(booking.patientName !== undefined && { patientName: booking.patientName }),
    ...(booking.paymentAmount !== undefined && { paymentAmount: booking.paymentAmount }),
    ...(booking.visitId && { visitId: booking.visitId }),
    ...(booking.queueNumber !== undefined && { queueNumber: booking.queueNumber }),
    ...(booking.arrivedAt && { arrivedAt: booking.arrivedAt }),
    ...(booking.calledAt && { calledAt: booking.calledAt }),
    ...(booking.skippedAt && { skippedAt: booking.skippedAt }),
    ...(booking.startedAt && { startedAt: booking.startedAt }),
    ...(notes && { notes }),
    ...(override && {
      override: { reason: override.reason, overlapping: booking.overlapping ?? false },
    }),
    ...(lastChange && { last: lastOf(lastChange) }),
  };
}

function lastOf({ action, at, together }: NonNullable<BoardBooking['lastChange']>): NonNullable<Row['last']> {
  return { action, at, ...(together && { together }) };
}

/** What is left to pay. */
export const balanceOf = (row: Row): number => Math.max(0, row.price - (row.paymentAmount ?? 0));

/** What the patient owes: nothing for what was given back once the visit was over. */
export const owedOf = (row: Row): number => (isRefunded(row) ? 0 : balanceOf(row));

/** Where a booking stands in the day. */
export type Stage = 'coming' | 'waiting' | 'treatment' | 'done' | 'off';

const stages: Record<Standing, Stage> = {
  pending: 'coming',
  confirmed: 'coming',
  waiting: 'waiting',
  afterwards: 'coming',
  treatment: 'treatment',
  completed: 'done',
  cancelled: 'off',
  'no-show': 'off',
};

export const stageOf = (row: Row): Stage => stages[standingOf(row)];

/** Whether it takes place only when somebody is there for it: it is open, and has not begun. */
export function isToMove(row: Row): boolean {
  const stage = stageOf(row);
  return stage === 'coming' || stage === 'waiting';
}
