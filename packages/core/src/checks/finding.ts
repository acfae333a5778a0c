import type { BookingId } from '../bookings/schema.ts';
import type { PatientId } from '../patients/schema.ts';
import type { WrongCount } from '../quotas.ts';
import type { WrongQueue } from '../queue/check.ts';
import type { Difference } from '../replay.ts';
import type { WrongReference } from './references.ts';

/** A booking says something else of its money than its payments do. */
export interface WrongPayments {
  readonly id: BookingId;
  /** What the payments add up to, less what was given back, in rupiah. */
  readonly sum: number;
  /** Which fields do not agree with them. */
  readonly fields: readonly ('paymentAmount' | 'paymentStatus' | 'paymentMethod')[];
}

/** Something of a clinic that is not as it should be. docs/operations/check.md says what each means. */
export type Finding =
  /** The audit was changed: the number of the first event that does not fit. Nothing mends it. */
  | { readonly kind: 'CHAIN'; readonly seq: number }
  /** The audit and what is stored tell different stories. Which of the two is right is for a person to say. */
  | { readonly kind: 'AUDIT'; readonly difference: Difference }
  /** A booking does not hold the time that it should. */
  | { readonly kind: 'HOLDS'; readonly id: BookingId }
  /** What a booking says of its money is not what its payments say. */
  | ({ readonly kind: 'PAYMENTS' } & WrongPayments)
  /** A patient's visits are not those of his bookings. */
  | { readonly kind: 'VISITS'; readonly id: PatientId }
  /** A patient is not found by what he is called. */
  | { readonly kind: 'SEARCH'; readonly id: PatientId }
  | ({ readonly kind: 'COUNT' } & WrongCount)
  | ({ readonly kind: 'QUEUE' } & WrongQueue)
  /** It names something that is not there. */
  | ({ readonly kind: 'REFERENCE' } & WrongReference);

/**
 * What became of a finding: mended; in order when it was looked at again, since somebody was at work; or left as it
 * is, since only a person can mend it.
 */
export type Outcome = 'repaired' | 'right' | 'left';
