import { audit, bookings, type AuditEvent, type TenantScope } from '@paper-circe/core';
import * as shown from '../shown.ts';

/** A booking as a board shows it. Notes are read where they are needed. */
export type BoardBooking = Omit<shown.Booking, 'notes'>;

export type LiveMessage =
  | {
      /** Where the subscription begins: everything after this number follows. */
      readonly kind: 'position';
      readonly seq: number;
    }
  | {
      readonly kind: 'change';
      /** 1, 2, 3 ... without a gap within a clinic. */
      readonly seq: number;
      /** `feature.act`, such as `bookings.reschedule`. */
      readonly action: string;
      readonly collection: string;
      readonly documentId: string;
      readonly at: Date;
      /** The booking as it is now, which may be newer than the event: `revision` orders them. */
      readonly booking?: BoardBooking;
    };

/** A few hundred messages at most after a number, in order. */
export async function messagesAfter(clinic: TenantScope, seq: number): Promise<LiveMessage[]> {
  const events = await audit.eventsAfter(clinic, seq);
  const ids = events.filter(isBooking).map(({ documentId }) => documentId as bookings.BookingId);
  const found = await bookings.findByIds(clinic, [...new Set(ids)]);
  const byId = new Map(found.map((booking) => [booking.id as string, forBoard(booking)]));
  return events.map((event): LiveMessage => {
    const booking = isBooking(event) ? byId.get(event.documentId) : undefined;
    return {
      kind: 'change',
      seq: event.seq ?? 0,
      action: event.action,
      collection: event.collection,
      documentId: event.documentId,
      at: event.at,
      ...(booking && { booking }),
    };
  });
}

/** What another system kept before is over, and in thousands: no screen waits for it. */
const isBooking = ({ collection, action }: AuditEvent) =>
  collection === 'bookings' && action !== 'bookings.importPast';

function forBoard(booking: bookings.Booking): BoardBooking {
  const { notes: _, ...rest } = shown.booking(booking);
  return rest;
}

/** The number of the newest event: read it before a page's data, and subscribe from it. */
export async function position(clinic: TenantScope): Promise<{ seq: number }> {
  return { seq: await audit.seal(clinic) };
}
