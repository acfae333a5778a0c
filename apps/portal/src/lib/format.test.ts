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
});

test('a phone number is written as it is read aloud', () => {
  expect(formatPhone('+6281234567890')).toBe('0812-3456-7890');
  expect(formatPhone('+628123456789')).toBe('0812-3456-789');
  expect(formatPhone('+62812345678901')).toBe('0812-3456-78901');
});

test('initials leave titles out', () => {
  expect(initials('dr. Ayu Wulandari')).toBe('AW');
  expect(initials('Siti')).toBe('S');
  expect(initials('')).toBe('?');
});
