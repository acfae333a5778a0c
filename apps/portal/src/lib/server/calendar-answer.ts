import { calendarFile } from '#lib/calendar-file.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Clinic } from './api.ts';

interface Booked {
  readonly id: string;
  readonly startAt: Date;
  readonly endAt: Date;
  readonly treatmentName: string;
  readonly staffName: string;
  readonly status: string;
}

/**
 * What a patient has booked, as a file for his calendar; what was cancelled of it is left out.
 * @param link where he moves and cancels it
 */
export function calendarAnswer(clinic: Clinic, bookings: readonly Booked[], link: string): Response {
  const { name, slug, contact, now } = clinic;
  const events = bookings
    .filter(({ status }) => status !== 'cancelled')
    .map(({ id, startAt, endAt, treatmentName, staffName, status }) => ({
      ...{ uid: `${id}@${slug}`, startAt, endAt, title: `${treatmentName} · ${name}` },
      ...{ place: contact.address, confirmed: status !== 'pending' },
      text: [staffName && m.visit_with({ name: staffName }), contact.phone, m.confirmation_change({ link })]
        .filter(Boolean)
        .join('\n'),
    }));
  return new Response(calendarFile(events, now), {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `attachment; filename="${slug}.ics"`,
    },
  });
}
