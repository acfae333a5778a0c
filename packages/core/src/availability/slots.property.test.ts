// The arithmetic of availability against a walk through the minutes, on random clinics: overnight shifts, breaks, leave,
// buffers, and days of 23 and 25 hours. PROPERTY_RUNS tries as many clinics as it says.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { occupied } from '../bookings/holds.ts';
import type { StaffId } from '../staff/schema.ts';
import { absences, randomClinic, referenceOf } from '../testing/random-clinic.ts';
import { Days } from './days.ts';
import { slotsOn, Starts, type Rules, type StaffPlan } from './slots.ts';

const runs = Number(process.env['PROPERTY_RUNS'] ?? 2000);

test('what is offered, and each reason for what is not, are what a walk through the minutes says', () => {
  fc.assert(
    fc.property(randomClinic, (given) => {
      const { midnight, now, against, offered, asked } = referenceOf(given);
      const { publicly, openingHours, gridMin } = given;
      const rules: Rules = {
        now,
        openingHours,
        gridMin,
        offGrid: !publicly,
        lateMin: publicly ? 0 : gridMin,
        noticeMin: publicly ? given.noticeMin : 0,
        windowDays: publicly ? given.windowDays : 366,
      };
      const staff = given.staff.map((one, who): StaffPlan => ({
        id: `${who}` as StaffId,
        assigned: one.assigned,
        workingHours: one.workingHours,
        ...absences(given, one),
        busy: one.planned.map((booking, n) => ({
          bookingId: `${who}/${n}`,
          ...occupied(midnight + booking.at * 60_000, booking),
        })),
      }));
      const [zone, from] = given.place;
      const starts = new Starts(new Days({ from, days: given.days }, zone), rules, given.extent);
      const found = starts.days.dates.map((date) => ({
        date,
        starts: slotsOn(starts, date, given.extent.durationMin, staff, gridMin).map(
          ({ startAt, staffIds }) => ({ start: startAt.getTime(), free: staffIds.map(Number) }),
        ),
      }));
      expect(found).toEqual(offered());
      for (const start of asked) {
        for (const [who, one] of staff.entries())
          expect(starts.reasons(start, one)).toEqual(against(start, who));
      }
    }),
    { numRuns: runs },
  );
}, 600_000);
