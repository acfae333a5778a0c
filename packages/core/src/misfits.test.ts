import { expect, test } from 'vitest';
import { z } from 'zod';
import { TimeOff } from './availability/hours.ts';
import { NewStaff } from './staff/schema.ts';
import { NewBooking } from './bookings/schema.ts';
import { isCirceError } from './errors.ts';
import { parsed, validation } from './parsed.ts';
import { Email, IdText, Locale } from './text.ts';
import { LocalDate, StartAt } from './time.ts';

function messagesOf(schema: z.ZodType, input: unknown): string[] {
  try {
    parsed(schema, input);
  } catch (error) {
    if (isCirceError(error, 'VALIDATION'))
      return error.details.issues.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

const id = '0123456789abcdef01234567';
const Page = z.strictObject({ limit: z.int().min(1).max(200) });
const Grid = z.strictObject({ stepMin: z.int().multipleOf(5) });
const Choice = z.strictObject({
  to: z.union([z.literal('cancelled'), z.strictObject({ startAt: StartAt })]),
});

test.each([
  [z.strictObject({ date: LocalDate }), { date: 'tomorrow' }, 'date: "tomorrow" does not fit. Write a day, such as 2026-11-24.'],
  [z.strictObject({ date: LocalDate }), {}, 'date: This is missing. Write a day, such as 2026-11-24.'],
  [z.strictObject({ startAt: StartAt }), { startAt: '10:00' }, 'startAt: "10:00" does not fit. Write an instant, such as 2026-11-24T10:00+07:00.'],
  [z.strictObject({ startAt: StartAt }), { startAt: new Date(0) }, 'startAt: 1970-01-01T00:00:00.000Z does not fit. Write an instant from 2000-01-01T00:00:00.000Z.'],
  [z.strictObject({ id: IdText }), { id: 'ayu' }, `id: "ayu" does not fit. Write an id, such as ${id}.`],
  [z.strictObject({ id: IdText }), { id: { $ne: null } }, `id: An object does not fit. Write an id, such as ${id}.`],
  [z.strictObject({ locale: Locale }), { locale: 'jv' }, 'locale: "jv" does not fit. Write one of: id, en.'],
  [Page, { limit: 0 }, 'limit: 0 does not fit. Write at least 1.'],
  [Page, { limit: 500 }, 'limit: 500 does not fit. Write at most 200.'],
  [Page, { limit: 1.5 }, 'limit: 1.5 does not fit. Write a whole number, such as 15.'],
  [Page, { limit: '5' }, 'limit: "5" does not fit. Write a number, such as 15.'],
  [Page, { limit: 5, colour: 'red' }, ': "colour" is not known here.'],
  [Page, [], ': A list does not fit. Write an object with named fields.'],
  [Grid, { stepMin: 7 }, 'stepMin: 7 does not fit. Write a multiple of 5.'],
  [z.strictObject({ email: z.union([z.literal(''), Email]) }), { email: 'ayu@' }, 'email: "ayu@" does not fit. Write an email address, such as ayu@clinic.example.'],
  [NewBooking.pick({ staffId: true }), { staffId: {} }, `staffId: An object does not fit. Write an id, such as ${id}, or any.`],
  [Choice, { to: 'gone' }, 'to: "gone" does not fit. Write an object with named fields, or cancelled.'],
  [Choice, { to: { startAt: 1 } }, 'to.startAt: 1 does not fit. Write an instant, such as 2026-11-24T10:00+07:00.'],
  [NewStaff.pick({ workingHours: true }), { workingHours: ['mon 9-12'] }, 'workingHours.0: "mon 9-12" does not fit. Write working hours as "mon 09:00-12:00".'],
  [NewStaff.pick({ skills: true }), { skills: 'Laser' }, 'skills: "Laser" does not fit. Write a list.'],
  [TimeOff, { from: '2026-11-24', to: '2026-11-23' }, 'to: "2026-11-23" does not fit. Leave ends on or after the day it begins.'],
])('%# what does not fit says its field, what was given and what is expected', (schema, input, message) => {
  expect(messagesOf(schema, input)).toEqual([message]);
}); // prettier-ignore

test('a secret is not repeated, and what is long or steers a terminal neither', () => {
  const Secrets = z.strictObject({ password: z.string().min(10), tokens: z.array(IdText) });
  const said = messagesOf(Secrets, { password: 'rahasia', tokens: ['circe_x_y'] });
  expect(said).toEqual([
    'password: This does not fit. Write at least 10 characters.',
    `tokens.0: This does not fit. Write an id, such as ${id}.`,
  ]);
  expect(
    messagesOf(NewStaff.pick({ avatar: true }), { avatar: 'https://sari:rahasia@clinic.example' }),
  ).toEqual(['avatar: This does not fit. Write an address without a name or a password before its host.']);
  const [long = ''] = messagesOf(z.strictObject({ date: LocalDate }), {
    date: `\u001b[2J\u202e${'x'.repeat(500)}`,
  });
  expect(long).toMatch(/^date: " \[2J x+…" does not fit\./);
  expect(long.length).toBeLessThan(130);
});

test('who does not say what was read hears what is expected', () => {
  const { error } = z.strictObject({ date: LocalDate }).safeParse({ date: 'tomorrow' });
  expect(error && validation(error).details.issues).toEqual([
    { path: 'date', message: 'Write a day, such as 2026-11-24.' },
  ]);
});
