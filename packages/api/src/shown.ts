// What leaves the API of a document: never the holds, the hash of a secret, the folded words of a name, or the tenant's id.
import type {
  apiTokens,
  AuditEvent as CoreAuditEvent,
  availability,
  bookings,
  dayCloses,
  patients,
  queue,
  sessions,
  staff,
  treatments,
  users,
} from '@paper-circe/core';
import { hashOf } from './secrets.ts';

export type Booking = Omit<bookings.Booking, 'tenantId' | 'holding' | 'holds' | 'bookedHash' | 'linkHash'> & {
  /** Whether the clinic has made a link by which it is moved and cancelled. */
  readonly hasLink?: true;
};
export type Patient = Omit<patients.Patient, 'tenantId' | 'searchWords'>;
export type Staff = Omit<staff.Staff, 'tenantId'>;
export type Treatment = Omit<treatments.Treatment, 'tenantId'>;
export type User = Omit<users.User, 'tenantId'>;
export type AuditEvent = Omit<CoreAuditEvent, 'tenantId' | 'sealed'>;
export type QueueEntry = Omit<queue.QueueEntry, 'booking'> & { readonly booking: Booking };

/** One of the queue as the waiting room may see him: a number, and nobody's name. */
export type QueueNumber = Pick<queue.QueueEntry, 'state' | 'expectedAt' | 'waitMin'> &
  Pick<Booking, 'queueNumber' | 'calledAt'>;
export type DayClose = Omit<dayCloses.DayClose, 'tenantId'>;
export type Till = Omit<dayCloses.Till, 'close'> & { readonly close?: DayClose };

export function booking({
  tenantId: _,
  holding: _holding,
  holds: _holds,
  bookedHash: _booked,
  linkHash,
  ...shown
}: bookings.Booking): Booking {
  return { ...shown, ...(linkHash && { hasLink: true }) };
}

export function dayMove({ bookings: some, options }: availability.DayMove) {
  return { bookings: some.map(booking), options };
}

export function patient({ tenantId: _, searchWords: _words, ...shown }: patients.Patient): Patient {
  return shown;
}

export function duplicate({ patient: other, same }: patients.Duplicate) {
  return { patient: patient(other), same };
}

export function merged({ patient: kept, from, ...rest }: patients.Merged) {
  return { ...rest, patient: patient(kept), from: patient(from) };
}

export function history({ patient: whose, bookings: booked, changes, ...rest }: patients.History) {
  const shownBookings = page(booking)(booked);
  return { ...rest, patient: patient(whose), bookings: shownBookings, changes: page(auditEvent)(changes) };
}

export function staffMember({ tenantId: _, ...shown }: staff.Staff): Staff {
  return shown;
}

export function treatment({ tenantId: _, ...shown }: treatments.Treatment): Treatment {
  return shown;
}

export function user({ tenantId: _, ...shown }: users.User): User {
  return shown;
}

export type Session = Omit<sessions.Session, 'tenantId' | 'tokenHash' | 'version' | 'revision'> & {
  /** Whether it is the one that asks. */
  readonly current: boolean;
};
export type ApiToken = Omit<apiTokens.ApiToken, 'tenantId' | 'tokenHash'>;

/** @param token of whoever asks */
export function session(token: string | undefined) {
  const own = token && hashOf(token);
  return ({
    tokenHash,
    tenantId: _,
    version: _version,
    revision: _revision,
    ...shown
  }: sessions.Session): Session => {
    return { ...shown, current: tokenHash === own };
  };
}

export function apiToken({ tenantId: _, tokenHash: _hash, ...shown }: apiTokens.ApiToken): ApiToken {
  return shown;
}

export function auditEvent({ tenantId: _, sealed: _sealed, ...shown }: CoreAuditEvent): AuditEvent {
  return shown;
}

export function queueEntry(entry: queue.QueueEntry): QueueEntry {
  return { ...entry, booking: booking(entry.booking) };
}

export function queueNumber({ booking: whose, state, expectedAt, waitMin }: queue.QueueEntry): QueueNumber {
  const { queueNumber: number, calledAt } = whose;
  return {
    state,
    expectedAt,
    waitMin,
    ...(number !== undefined && { queueNumber: number }),
    ...(calledAt && { calledAt }),
  };
}

export function dayClose({ tenantId: _, ...shown }: dayCloses.DayClose): DayClose {
  return shown;
}

export function till({ close, ...shown }: dayCloses.Till): Till {
  return { ...shown, ...(close && { close: dayClose(close) }) };
}

/** Applies one of the above to every item of a list. */
export function all<Item, Shown>(show: (item: Item) => Shown): (items: readonly Item[]) => Shown[] {
  return (items) => items.map(show);
}

/** Applies one of the above to every item of a page. */
export function page<Item, Shown>(show: (item: Item) => Shown) {
  return ({ items, next }: { readonly items: readonly Item[]; readonly next?: string | undefined }) => ({
    items: items.map(show),
    next,
  });
}
