import { expect, test } from 'vitest';
import { readHours } from './hours.ts';

test.each([
  ['mon 09:00-12:00', ['mon 09:00-12:00']],
  ['Monday: 09:00 - 17:00', ['mon 09:00-17:00']],
  ['Senin 09.00–17.00', ['mon 09:00-17:00']],
  ['senin s/d rabu 9:00 s/d 12:00', ['mon 09:00-12:00', 'tue 09:00-12:00', 'wed 09:00-12:00']],
  ["Jum'at 08.00-11.30, 13.00-17.00", ['fri 08:00-11:30', 'fri 13:00-17:00']],
  ['Sab & Minggu 10am - 2 pm', ['sat 10:00-14:00', 'sun 10:00-14:00']],
  ['sat-mon 12am-12pm', ['sat 00:00-12:00', 'sun 00:00-12:00', 'mon 00:00-12:00']],
  ['Fri 20:00 to 02:00', ['fri 20:00-02:00']],
  ['tue 18:00-24:00', ['tue 18:00-24:00']],
  ['Minggu libur', []],
  ['Sunday: closed', []],
  [
    'Setiap hari 09:00-10:00',
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} 09:00-10:00`),
  ],
])('%j can be read', (text, hours) => {
  expect(readHours(text)).toEqual(hours);
});

test.each([
  '', '09:00-17:00', '09:00', 'mon', 'mon 9-5', 'weekdays 09:00-17:00', 'mon 25:00-26:00', 'mon 09:00-09:00',
  'mon 24:00-02:00', 'mon 13pm-2pm', 'mon 09:00-12:00 x', 'someday 09:00-12:00', 'mon-tue-wed 09:00-12:00', 'pagi',
  'mon 09:00-17:00 or 10:00-18:00', 'mon to 09:00',
])('%j is not guessed at', (text) => {
  expect(readHours(text)).toBeUndefined();
}); // prettier-ignore
