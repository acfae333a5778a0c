import type { Actor } from './actor.ts';
import type { Changes } from './changes.ts';

/**
 * Why a time cannot be taken, one of a closed list: it has begun (`PAST`), is sooner or later than the clinic takes
 * bookings (`NOTICE`, `WINDOW`), is none of the times that are offered to patients (`OFF_GRID`), lies outside of the
 * opening hours (`CLOSED`) or of the staff member's (`OFF_SHIFT`, `ON_LEAVE`), nobody performs the treatment
 * (`NOT_ASSIGNED`), or another booking is in the way (`BUSY`), which `bookingId` names.
 */
export interface SlotReason {
  readonly code:
    | 'PAST'
    | 'NOTICE'
    | 'WINDOW'
    | 'OFF_GRID'
    | 'CLOSED'
    | 'OFF_SHIFT'
    | 'ON_LEAVE'
    | 'NOT_ASSIGNED'
    | 'BUSY';
  readonly bookingId?: string;
  /** Of a visit or of several bookings: which of its steps, or of them, cannot be where it would be, from 0. */
  readonly step?: number;
}

/** What each error carries beside its message. */
export interface ErrorDetails {
  NOT_FOUND: { readonly what: string };
  VALIDATION: { readonly issues: readonly { readonly path: string; readonly message: string }[] };
  CONFLICT_SLOT: { readonly reasons: readonly SlotReason[] };
  CONFLICT_DUPLICATE: { readonly field: string; readonly id?: string };
  /** `bookingIds` names the bookings to come that speak against it, where it is they. */
  ILLEGAL_TRANSITION: {
    readonly from: string;
    readonly to: string;
    readonly bookingIds?: readonly string[];
  };
  QUOTA_EXCEEDED: { readonly quota: 'maxUsers' | 'maxBookings'; readonly limit: number };
  /**
   * `changes` is what became different since the revision that was expected, and who wrote last. Where what was seen is
   * kept in several documents, the revisions are those of the one that was changed last.
   */
  STALE: {
    readonly expected: number;
    readonly found: number;
    readonly changes: Changes;
    readonly by?: Actor;
    readonly at?: Date;
  };
  FORBIDDEN: { readonly needs?: string };
  UNAUTHENTICATED: Record<never, never>;
  RATE_LIMITED: { readonly retryAfterSeconds: number };
  UNAVAILABLE: Record<never, never>;
}

/** The codes of {@link CirceError}: a closed list, stable between versions. */
export type ErrorCode = keyof ErrorDetails;

/** Everything that can go wrong in a way that a caller should handle. Anything else thrown is a bug. */
export class CirceError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CirceError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  constructor(code: Code, message: string, details: ErrorDetails[Code], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Narrows an error of any origin to a {@link CirceError} of one code. */
export function isCirceError<Code extends ErrorCode>(error: unknown, code?: Code): error is CirceError<Code> {
  return error instanceof CirceError && (code === undefined || error.code === code);
}

/** An id of another clinic answers with exactly this error too. */
export function notFound(what: string): CirceError<'NOT_FOUND'> {
  return new CirceError('NOT_FOUND', `This ${what} does not exist.`, { what });
}

/** A patient, staff member, treatment, user or clinic that is in another state than an act begins with. */
export function illegalState(what: string, from: string, to: string): CirceError<'ILLEGAL_TRANSITION'> {
  return new CirceError('ILLEGAL_TRANSITION', `A ${what} that is ${from} cannot become ${to}.`, { from, to });
}

export function invalid(path: string, message: string): CirceError<'VALIDATION'> {
  return new CirceError('VALIDATION', message, { issues: [{ path, message }] });
}
