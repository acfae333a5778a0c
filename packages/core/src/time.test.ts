import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { addDays, daysBetween, weekdayOf } from './time.ts';

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
