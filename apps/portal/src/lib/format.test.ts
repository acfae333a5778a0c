import { expect, test } from 'vitest';
import { overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { formatDuration, formatMoney, formatPhone, formatTime, initials, zoneName } from './format.ts';

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

test('a time is the clinic’s, whatever machine shows it', () => {
  const instant = new Date('2026-03-02T01:30:00Z');
  overwriteGetLocale(() => 'en');
  expect(formatTime(instant, 'Asia/Jakarta')).toBe('08:30');
  expect(formatTime(instant, 'Asia/Makassar')).toBe('09:30');
  overwriteGetLocale(() => 'id');
  expect(formatTime(instant, 'Asia/Makassar')).toBe('09.30');
  expect(formatTime(instant, 'Asia/Jakarta', 'day')).toBe('Senin, 2 Maret 2026');
});

test('Indonesian zones are named as Indonesians name them', () => {
  expect(['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'].map((zone) => zoneName(zone))).toEqual([
    'WIB',
    'WITA',
    'WIT',
  ]);
});

test('rupiah have no decimals, other money has its own', () => {
  overwriteGetLocale(() => 'id');
  expect(plain(formatMoney(1_250_000))).toBe('Rp 1.250.000');
  overwriteGetLocale(() => 'en');
  expect(plain(formatMoney(1_250_000))).toBe('Rp 1,250,000');
  expect(plain(formatMoney(1250, 'USD'))).toBe('$12.50');
});

test('a duration is told in hours and minutes', () => {
  overwriteGetLocale(() => 'en');
  expect(plain(formatDuration(75))).toBe('1 hr 15 mins');
  expect(plain(formatDuration(60))).toBe('1 hr');
  expect(plain(formatDuration(0))).toBe('0 mins');
  overwriteGetLocale(() => 'id');
  expect(plain(formatDuration(75))).toBe('1 jam 15 mnt');
});

test('a phone number is written as it is read aloud', () => {
  expect(formatPhone('+6281234567890')).toBe('0812-3456-7890');
  expect(formatPhone('+628123456789')).toBe('0812-3456-789');
  expect(formatPhone('+62812345678901')).toBe('0812-3456-78901');
});

test('a foreign number is written as its country writes its mobile numbers', () => {
  for (const written of [
    '+65 9123 4567',
    '+60 12 345 6789',
    '+61 412 345 678',
    '+1 415 555 2671',
    '+44 7911 123456',
    '+31 6 12345678',
    '+33 6 12 34 56 78',
    '+81 90 1234 5678',
    '+86 131 2345 6789',
    '+91 98765 43210',
    '+971 50 123 4567',
    '+852 5123 4567',
    '+670 7721 2345',
    '+49 1512 3456789',
    // As long as no mobile number is.
    '+65 123 456 789',
    '+49 306 400 0000',
  ])
    expect(formatPhone(written.replaceAll(' ', ''))).toBe(written);
});

test('no digit of a number is lost, however long it is and whoever has its calling code', () => {
  for (let code = 1; code < 999; code += 1)
    for (const length of [4, 5, 6, 7, 8, 9, 10, 11, 12]) {
      const number = `+${code}${'123456789012'.slice(0, length)}`;
      if (!number.startsWith('+62')) expect(formatPhone(number).replaceAll(' ', '')).toBe(number);
    }
});

test('initials leave titles out', () => {
  expect(initials('dr. Ayu Wulandari')).toBe('AW');
  expect(initials('Siti')).toBe('S');
  expect(initials('')).toBe('?');
});
