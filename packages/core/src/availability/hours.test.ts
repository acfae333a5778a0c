import { expect, test } from 'vitest';
import { hoursOn, WeeklyHours } from './hours.ts';

const iso = (
  zone: string,
  date: string,
  weekly: string[],
  exceptions: { date: string; hours: string[] }[] = [],
) =>
  hoursOn(date, weekly, exceptions, zone).map(({ from, to }) => [
    new Date(from).toISOString(),
    new Date(to).toISOString(),
  ]);

test('hours are read in the zone of the clinic', () => {
  expect(
    iso('Asia/Jakarta', '2026-11-24', ['tue 09:00-12:00', 'tue 13:00-17:00', 'wed 10:00-11:00']),
  ).toEqual([
    ['2026-11-24T02:00:00.000Z', '2026-11-24T05:00:00.000Z'],
    ['2026-11-24T06:00:00.000Z', '2026-11-24T10:00:00.000Z'],
  ]);
  expect(iso('Asia/Makassar', '2026-11-24', ['tue 09:00-12:00'])).toEqual([
    ['2026-11-24T01:00:00.000Z', '2026-11-24T04:00:00.000Z'],
  ]);
});

test('a shift may pass midnight, and 24:00 is midnight', () => {
  expect(iso('Asia/Jakarta', '2026-11-24', ['tue 20:00-02:00'])).toEqual([
    ['2026-11-24T13:00:00.000Z', '2026-11-24T19:00:00.000Z'],
  ]);
  expect(iso('Asia/Jakarta', '2026-11-24', ['tue 20:00-24:00'])).toEqual([
    ['2026-11-24T13:00:00.000Z', '2026-11-24T17:00:00.000Z'],
  ]);
});

test('an exception takes the place of the weekly hours, and none of them is a day off', () => {
  expect(
    iso('Asia/Jakarta', '2026-11-24', ['tue 09:00-12:00'], [{ date: '2026-11-24', hours: ['10:00-11:00'] }]),
  ).toEqual([['2026-11-24T03:00:00.000Z', '2026-11-24T04:00:00.000Z']]);
  expect(iso('Asia/Jakarta', '2026-11-24', ['tue 09:00-12:00'], [{ date: '2026-11-24', hours: [] }])).toEqual(
    [],
  );
});

test('a day on which the clocks change has the hours that its wall clock shows', () => {
  // Sydney skips 02:00 to 03:00 on 4 October 2026 and repeats 02:00 to 03:00 on 5 April 2026.
  const hours = (date: string) =>
    hoursOn(date, ['sun 00:00-24:00'], [], 'Australia/Sydney').map(({ from, to }) => (to - from) / 3_600_000);
  expect(hours('2026-10-04')).toEqual([23]);
  expect(hours('2026-04-05')).toEqual([25]);
});

test.each([
  'mon 9:00-12:00',
  'monday 09:00-12:00',
  'mon 09:00',
  'mon 25:00-26:00',
  'mon 09:60-10:00',
  '',
  'mon 09:00-12:00 ',
])('working hours that nobody can read are refused: %j', (text) =>
  expect(WeeklyHours.safeParse(text).success).toBe(false),
);
