// What a patient is written to confirm a booking, in the patient's own language and the clinic's time.
import { formatMoney, formatTime, zoneName } from './format.ts';
import { m } from './paraglide/messages.js';
import type { Locale } from './paraglide/runtime.js';

interface Said {
  readonly clinic: { readonly name: string; readonly timezone: string; readonly currency: string };
  readonly patientName: string;
  /** Where the patient moves and cancels it himself. */
  readonly link?: string | undefined;
  /** One booking, or those of a visit by time. */
  readonly bookings: readonly {
    readonly startAt: Date;
    readonly endAt: Date;
    readonly treatmentName: string;
    readonly staffName: string;
    readonly price: number;
    readonly paymentAmount?: number;
    readonly status: string;
  }[];
}

export function confirmationText({ clinic, patientName, bookings, link }: Said, locale: Locale): string {
  const { timezone: zone, currency } = clinic;
  const options = { locale };
  const price = bookings.reduce((sum, one) => sum + one.price, 0);
  const paid = bookings.reduce((sum, one) => sum + (one.paymentAmount ?? 0), 0);
  const money = (amount: number) => formatMoney(amount, currency, locale).replaceAll('\u00a0', ' ');
  return [
    m.confirmation_hello({ name: patientName, clinic: clinic.name }, options),
    ...dayLines(bookings, zone, locale),
    ...(paid > 0 && paid < price
      ? [m.confirmation_paid({ paid: money(paid), balance: money(price - paid) }, options)]
      : []),
    bookings.some(({ status }) => status === 'pending')
      ? m.confirmation_pending({}, options)
      : m.confirmation_confirmed({}, options),
    ...(link ? [m.confirmation_change({ link }, options)] : []),
  ].join('\n');
}

type Told = Pick<Said['bookings'][number], 'startAt' | 'endAt' | 'treatmentName' | 'staffName'>;

/** Bookings of one day as a message has them: the day in bold, and a line for each. */
export function dayLines(bookings: readonly Told[], zone: string, locale: Locale): string[] {
  const [first] = bookings;
  const time = (at: Date) => formatTime(at, zone, 'time', locale);
  return [
    ...(first ? [`*${formatTime(first.startAt, zone, 'day', locale)}*`] : []),
    ...bookings.map(({ startAt, endAt, treatmentName: treatment, staffName: staff }) =>
      m.confirmation_line(
        { from: time(startAt), until: time(endAt), zone: zoneName(zone, startAt), treatment, staff },
        { locale },
      ),
    ),
  ];
}

/** Where WhatsApp opens with a text for a phone number. */
export function whatsAppHref(phone: string, text: string): string {
  return `https://wa.me/${phone.replace(/\D/g, '')}?${new URLSearchParams({ text })}`;
}
