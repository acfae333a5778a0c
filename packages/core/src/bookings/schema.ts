import { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { Id, TenantDocument } from '../collections.ts';
import type { SlotReason } from '../errors.ts';
import { PatientId } from '../patients/schema.ts';
import { StaffId } from '../staff/schema.ts';
import { IdText, line, paragraph } from '../text.ts';
import { StartAt } from '../time.ts';
import { TreatmentId } from '../treatments/schema.ts';
import type { Hold } from './holds.ts';

export type BookingId = Id<'bookings'>;
export const BookingId = IdText.brand<'bookings', 'inout'>();

/** `pending` and `confirmed` hold their time; the other three are final, but for {@link undo}. */
export const BookingStatus = z.enum(['pending', 'confirmed', 'completed', 'cancelled', 'no-show']);
export type BookingStatus = z.infer<typeof BookingStatus>;

/** A walk-in came without an appointment; everything that was arranged before is online, as documented. */
export const BookingSource = z.enum(['walk-in', 'online']);
export type BookingSource = z.infer<typeof BookingSource>;

/** `deposit` is less than the price, `paid` all of it. */
export const PaymentStatus = z.enum(['unpaid', 'deposit', 'paid']);
export type PaymentStatus = z.infer<typeof PaymentStatus>;

/** How money was given. */
export const PaymentMethod = z.enum(['cash', 'card', 'transfer', 'qris', 'other']);
export type PaymentMethod = z.infer<typeof PaymentMethod>;

/** Takes a time that is not free. For administrators. */
export const Override = z.strictObject({
  /** Why, as it is shown with the booking. */
  reason: line(200),
});
export type Override = z.output<typeof Override>;

/** An appointment to be made. */
export const NewBooking = z.strictObject({
  patientId: PatientId,
  treatmentId: TreatmentId,
  /** A staff member, or `any` for the least loaded one who can do it, the better rated of two equals. */
  staffId: z.union([z.literal('any'), StaffId]),
  startAt: StartAt,
  source: BookingSource,
  /** Whether the patient has confirmed already. */
  status: z.enum(['pending', 'confirmed']).default('pending'),
  notes: paragraph(2000).optional(),
  override: Override.optional(),
});
export type NewBooking = z.input<typeof NewBooking>;

/** What the bookings of one visit share. */
export type VisitId = Id<'visits'>;
export const VisitId = IdText.brand<'visits', 'inout'>();

/** A visit is of at most this many treatments. */
export const mostSteps = 8;

/** What is done in a visit, and by whom: one of the staff, or `any`, which it is when it is left out. */
export const VisitSteps = z
  .array(
    z.strictObject({
      treatmentId: TreatmentId,
      staffId: z.union([z.literal('any'), StaffId]).default('any'),
    }),
  )
  .min(1)
  .max(mostSteps);

/** Several treatments to be done one after another. */
export const NewVisit = NewBooking.omit({ treatmentId: true, staffId: true }).extend({
  /** In the order in which they are done. */
  steps: VisitSteps,
});
export type NewVisit = z.input<typeof NewVisit>;

/** That a booking was put where it did not fit, by whom and why. */
export interface Overridden {
  readonly reason: string;
  readonly by: Actor;
  readonly at: Date;
  /** What spoke against it then. */
  readonly against: readonly SlotReason[];
}

/** That money had been written down by another method, by whom it was corrected and why. */
export interface CorrectedMethod {
  /** The method that it was taken for; before the last time, where it was corrected more than once. */
  readonly from: PaymentMethod;
  readonly reason: string;
  readonly by: Actor;
  readonly at: Date;
}

/** Money that was received for a booking or given back, in rupiah. */
export interface Payment {
  readonly method: PaymentMethod;
  /** Less than zero where it was given back. */
  readonly amount: number;
  readonly at: Date;
  /** The day of `at` in the clinic's zone: the day whose till it is in, whenever the appointment is. */
  readonly localDate: string;
  /** Who took it or gave it back; left out where it was received before that was kept. */
  readonly by?: Actor;
  /** Why it was given back; of a refund alone. */
  readonly reason?: string;
  readonly corrected?: CorrectedMethod;
}

/** A patient, a treatment and a staff member at a time. */
export interface Booking extends TenantDocument {
  readonly id: BookingId;
  readonly patientId: PatientId;
  readonly patientName?: string;
  readonly staffId: StaffId;
  readonly treatmentId: TreatmentId;
  readonly startAt: Date;
  readonly endAt: Date;
  readonly status: BookingStatus;
  readonly source: BookingSource;
  readonly paymentStatus: PaymentStatus;
  readonly notes?: string;
  /** The bookings that were made as one visit have it in common; each is a booking of its own all the same. */
  readonly visitId?: VisitId;
  /** 1, 2, 3 ... within a local day, of walk-ins only. */
  readonly queueNumber?: number;
  /** The method of the last payment, refunds left out. */
  readonly paymentMethod?: PaymentMethod;
  /** The sum of the payments, less what was given back, in rupiah. */
  readonly paymentAmount?: number;

  /** The start in the clinic's zone, kept so that no report needs zones in the database. */
  readonly localDate: string;
  readonly localTime: string;
  /** The treatment as it was booked: a later price list does not rewrite history. */
  readonly treatmentName: string;
  readonly price: number;
  /** As it was booked, or as long as it was made since. */
  readonly durationMin: number;
  readonly bufferBeforeMin: number;
  readonly bufferAfterMin: number;
  readonly payments: readonly Payment[];
  /** When the patient of an appointment arrived; a walk-in has by joining, at `createdAt`. */
  readonly arrivedAt?: Date;
  /** When a walk-in was called, and when the treatment began. */
  readonly calledAt?: Date;
  readonly startedAt?: Date;
  /** When a walk-in who did not come at the call was passed over, until it is called again. */
  readonly skippedAt?: Date;
  /** The name that was typed on the public page; every booking that was made there has it, and no other one. */
  readonly bookedAs?: string;
  /**
   * SHA-256 of the secrets by which it is seen, moved and cancelled: of whoever booked it on the public page, and of the
   * link that the clinic made last. The secrets themselves are stored nowhere.
   */
  readonly bookedHash?: string;
  readonly linkHash?: string;
  /** Present where it was put although something spoke against it, until it is moved to a free time. */
  readonly override?: Overridden;
  /** It takes time that was taken already: it holds none, and counts as busy all the same. */
  readonly overlapping?: true;
  /** Present together, while the booking occupies time that nobody else does. */
  readonly holding?: true;
  readonly holds?: readonly Hold[];
  /** Another system kept it before: it counts against no month. */
  readonly imported?: true;
  /** What the last change can be undone to. */
  readonly lastChange?: LastChange;
}

/** The fields that an act of the front desk may change, and that undoing it puts back. */
export const undoableFields = [
  'status',
  'paymentStatus',
  'paymentMethod',
  'paymentAmount',
  'payments',
  'staffId',
  'startAt',
  'endAt',
  'durationMin',
  'localDate',
  'localTime',
  'override',
  'overlapping',
  'source',
  'queueNumber',
  'arrivedAt',
  'calledAt',
  'startedAt',
  'skippedAt',
] as const satisfies readonly (keyof Booking)[];

export type UndoableState = Partial<Pick<Booking, (typeof undoableFields)[number]>>;

export interface LastChange {
  readonly action: string;
  readonly at: Date;
  /** How many bookings of its visit the same act changed at the same moment; left out where it changed one alone. */
  readonly together?: number;
  readonly before: UndoableState;
}

/** Nothing follows these, but for an undo. */
export const finalStatuses = [
  'completed',
  'cancelled',
  'no-show',
] as const satisfies readonly BookingStatus[];

/** A pending booking holds its time as a confirmed one does. */
export function holdsTime(status: BookingStatus): boolean {
  return status === 'pending' || status === 'confirmed';
}
