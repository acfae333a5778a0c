import { expect, test } from 'vitest';
import { amountOf, dayOf, listOf, minutesOf, phoneOf, textOf, timeOf, weeklyHoursOf } from './values.ts';

const refused = Symbol('refused');
const tried = <Value>(work: () => Value) => {
  try {
    return work();
  } catch {
    return refused;
  }
};

test.each([
  ['250000', 250_000],
  ['Rp 250.000', 250_000],
  ['Rp1.250.000,00', 1_250_000],
  ['250,000.00', 250_000],
  ['IDR 75.000,-', 75_000],
  ['0', 0],
  ['250.5', refused],
  ['-5', refused],
  ['150rb', refused],
  ['1.25.000', refused],
])('the price %s', (text, value) => {
  expect(tried(() => amountOf('price', text, 'IDR'))).toBe(value);
});

test.each([
  ['25', 'SGD', 2500],
  ['S$ 25.5', 'SGD', 2550],
  ['USD 1,250.50', 'USD', 125_050],
  ['1.250,50', 'USD', 125_050],
  ['25.5055', 'USD', refused],
  ['12.500', 'KWD', 12_500],
  ['1,250.000', 'KWD', refused],
])('the price %s in %s', (text, currency, value) => {
  expect(tried(() => amountOf('price', text, currency))).toBe(value);
});

test.each([
  ['60', 60],
  ['60 menit', 60],
  ["45'", 45],
  ['1 jam', 60],
  ['1 jam 30 menit', 90],
  ['1:30', 90],
  ['1:30:00', 90],
  ['60.0', 60],
  ['', refused],
  ['lama', refused],
  ['-60', refused],
])('the duration %s', (text, value) => {
  expect(tried(() => minutesOf('durationMin', text))).toBe(value);
});

test.each([
  ['24/11/2026', '2026-11-24'],
  ['1-2-2027', '2027-02-01'],
  ['2026-11-24', '2026-11-24'],
  ['24 November 2026', '2026-11-24'],
  ['5 Agustus 2026', '2026-08-05'],
  ['17 Mei 2026', '2026-05-17'],
  ['Selasa, 24 November 2026', '2026-11-24'],
  ["Jum'at 27/11/2026", '2026-11-27'],
  ['2026-11-24 00:00:00', '2026-11-24'],
  ['24/11/2026 0:00', '2026-11-24'],
  ['2026-11-24T00:00:00.000Z', '2026-11-24'],
  ['24/11/2026 09:30', refused],
  ['46350', refused],
  ['11/24/2026', refused],
  ['30/02/2026', refused],
  ['24/11/26', refused],
  ['besok', refused],
])('the day %s', (text, value) => {
  expect(tried(() => dayOf('date', text))).toBe(value);
});

test.each([
  ['9:30', '09:30'],
  ['09.30', '09:30'],
  ['14:00:00', '14:00'],
  ['10:00 WIB', '10:00'],
  ['2:30 PM', '14:30'],
  ['12:15 am', '00:15'],
  ['25:00', refused],
  ['9:75', refused],
  ['pagi', refused],
])('the time %s', (text, value) => {
  expect(tried(() => timeOf('time', text))).toBe(value);
});

test.each([
  ['Senin-Rabu 09.00-17.00', ['mon 09:00-17:00', 'tue 09:00-17:00', 'wed 09:00-17:00']],
  ['sat 9:00-12:00; Minggu 10:00 - 15:00', ['sat 09:00-12:00', 'sun 10:00-15:00']],
  [
    'Senin-Selasa 09:00-12:00, 13:00-18:00',
    ['mon 09:00-12:00', 'tue 09:00-12:00', 'mon 13:00-18:00', 'tue 13:00-18:00'],
  ],
  ['Sabtu: 09.00 s/d 13.00 & 14.00 sampai 16.00', ['sat 09:00-13:00', 'sat 14:00-16:00']],
  [
    'Setiap hari 9.00-17.00',
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} 09:00-17:00`),
  ],
  ['09:00-17:00', refused],
  ['Senin', refused],
  ['Senin 09:00-17:00, libur', refused],
  ['Jumat-Senin 09:00-17:00', refused],
  ['setiap hari', refused],
])('the hours %s', (text, value) => {
  expect(tried(() => weeklyHoursOf('workingHours', text))).toEqual(value);
});

test('what a spreadsheet does to a phone number is undone or refused, never guessed', () => {
  expect(textOf('phone', '="0812345678"')).toBe('0812345678');
  expect(phoneOf('phone', "'0812345678")).toBe('0812345678');
  for (const rounded of ['6,28123E+12', '8.12E+11', '8E+11', '+6.28 e12', '812e9'])
    expect(tried(() => phoneOf('phone', rounded))).toBe(refused);
  // The zero of a number is no digit of a phone number: with it this would be somebody else's.
  for (const number of ['81234567890.0', '81234567890,00'])
    expect(phoneOf('phone', number)).toBe('81234567890');
  for (const number of ['0812.3456.00', '0812 3456 7890']) expect(phoneOf('phone', number)).toBe(number);
});

test.each([
  ['#REF!', refused],
  ['#N/A', refused],
  ['#DIV/0!', refused],
  ['########', refused],
  ['#1 of the list', '#1 of the list'],
  ['=1+1', refused],
  ['=HYPERLINK("https://evil.test")', refused],
  ['@SUM(A1)', refused],
  ['+cmd|calc', refused],
  ['-cmd', refused],
  ['+62 812 345', '+62 812 345'],
  ['- alergi kacang', '- alergi kacang'],
  [' Ayu ', 'Ayu'],
])('a formula, and what became of one, is none of ours: %s', (text, value) => {
  expect(tried(() => textOf('notes', text))).toBe(value);
});

test('several things in one cell', () => {
  expect(listOf('Laser, Facial;; Peeling')).toEqual(['Laser', 'Facial', 'Peeling']);
});
