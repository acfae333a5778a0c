/** An appointment as a calendar takes it: iCalendar, https://www.rfc-editor.org/rfc/rfc5545. Pure. */
export interface CalendarEvent {
  /** The same in every file about the same appointment. */
  readonly uid: string;
  readonly startAt: Date;
  readonly endAt: Date;
  readonly title: string;
  readonly place?: string | undefined;
  readonly text?: string | undefined;
  /** Whether the clinic has confirmed it. */
  readonly confirmed: boolean;
}

/** @param now when the file is made */
export function calendarFile(events: readonly CalendarEvent[], now: Date): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Paper Circe//Booking//EN',
    'METHOD:PUBLISH',
    ...events.flatMap(({ uid, startAt, endAt, title, place, text, confirmed }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      `DTSTAMP:${utc(now)}`,
      `DTSTART:${utc(startAt)}`,
      `DTEND:${utc(endAt)}`,
      `SUMMARY:${escaped(title)}`,
      ...(place ? [`LOCATION:${escaped(place)}`] : []),
      ...(text ? [`DESCRIPTION:${escaped(text)}`] : []),
      `STATUS:${confirmed ? 'CONFIRMED' : 'TENTATIVE'}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261124T020000Z` */
const utc = (at: Date) => at.toISOString().replaceAll(/[-:]|\.\d+/g, '');

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll(/\r\n?|\n/g, '\\n');
}

/** No line is longer than 75 bytes; what is longer goes on after a space, and no character is cut. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > 75) {
      parts.push(part);
      part = ' ';
      bytes = 1;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join('\r\n');
}
