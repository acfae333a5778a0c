import { expect, test } from 'vitest';
import { calendarFile } from './calendar-file.ts';

const event = {
  uid: 'abc@jakarta',
  startAt: new Date('2026-11-25T03:00:00Z'),
  endAt: new Date('2026-11-25T04:00:00Z'),
  title: 'Facial',
  confirmed: false,
};

test('an appointment is a file that calendars read, in lines of at most 75 bytes', () => {
  const title = `Perawatan wajah ${'日'.repeat(60)}`;
  const file = calendarFile([{ ...event, title, place: 'Jl. Melati 7' }], new Date('2026-11-24T02:00:00Z'));
  expect(file).toMatch(/^BEGIN:VCALENDAR\r\n[^]*END:VCALENDAR\r\n$/);
  expect(file).toContain('\r\nDTSTART:20261125T030000Z\r\nDTEND:20261125T040000Z\r\n');
  expect(file).toContain('DTSTAMP:20261124T020000Z');
  for (const line of file.split('\r\n'))
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(file.replaceAll('\r\n ', '')).toContain(`SUMMARY:${title}\r\n`);
});

test('what somebody typed stays text and begins no line of its own', () => {
  const file = calendarFile([{ ...event, title: 'A;B,C\\D\r\nEND:VEVENT\nX' }], event.startAt);
  expect(file).toContain('SUMMARY:A\\;B\\,C\\\\D\\nEND:VEVENT\\nX\r\n');
  expect(file.match(/^END:VEVENT\r$/gm)).toHaveLength(1);
});
