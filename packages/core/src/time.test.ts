import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { addDays, daysBetween, localDate, localTime, weekdayOf } from './time.ts';

test('plain arithmetic on dates says what a calendar says', () => {
  const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  // From the first to the last date that can be written with four digits of a year.
  const day = fc.integer({ min: -719_528, max: 2_932_896 });
  fc.assert(
    fc.property(day, fc.integer({ min: -1000, max: 1000 }), (offset, days) => {
      const date = Temporal.PlainDate.from('1970-01-01').add({ days: offset });
      const other = date.add({ days });
      expect(addDays(date.toString(), days)).toBe(other.toString());
      expect(daysBetween(date.toString(), other.toString())).toBe(days);
      expect(weekdayOf(date.toString())).toBe(weekdays[date.dayOfWeek - 1]);
    }),
    { numRuns: 500 },
  );
});

const zones = [
  'Asia/Jakarta', 'Asia/Makassar', 'Australia/Sydney', 'Australia/Lord_Howe', 'America/New_York', 'Africa/Casablanca',
  'Pacific/Apia', 'UTC',
]; // prettier-ignore

test('a local day and time are what a calendar says, also around the moments at which a zone changes', () => {
  const first = Date.UTC(2000, 0);
  const instant = fc.integer({ min: first, max: Date.UTC(2200, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instant, fc.integer({ min: -2, max: 2 }), (zone, at, beside) => {
      const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      const change = there.getTimeZoneTransition('next')?.epochMilliseconds ?? at;
      for (const ms of [at, change + beside]) {
        const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();
        expect(localDate(new Date(ms), zone)).toBe(local.toPlainDate().toString());
        expect(localTime(new Date(ms), zone)).toBe(local.toPlainTime().toString({ smallestUnit: 'minute' }));
      }
    }),
    { numRuns: 500 },
  );
  expect(() => localDate(new Date(Number.NaN), 'UTC')).toThrow(RangeError);
});
