// The availability against a reference that is slow and obvious: it walks minute by minute and knows no intervals.
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { DayPlan, slotsOn, type Rules, type StaffPlan } from './slots.ts';
import type { Extent } from '../bookings/holds.ts';

const minute = 60_000;

/** Days on which the clocks change, or nearly, and ordinary ones. */
const days = fc.constantFrom(
  ['Asia/Jakarta', '2026-11-24'],
  ['Asia/Makassar', '2026-12-31'],
  ['Australia/Sydney', '2026-10-04'],
  ['Australia/Sydney', '2026-10-03'],
  ['Australia/Sydney', '2026-04-05'],
  ['Australia/Sydney', '2026-04-04'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Africa/Cairo', '2026-04-24'],
  ['Africa/Cairo', '2026-10-29'],
  ['Asia/Kathmandu', '2026-02-28'],
) as fc.Arbitrary<[string, string]>;

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '20', '30', '45'))
  .map(([hour, minutes]) => `${String(hour).padStart(2, '0')}:${minutes}`);
const hours = fc.tuple(clock, fc.oneof(clock, fc.constant('24:00'))).map(([start, end]) => `${start}-${end}`);
const weekday = fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const weekly = fc.oneof(
  hours.map((span) => everyDay.map((day) => `${day} ${span}`)),
  fc.array(
    fc.tuple(weekday, hours).map(([day, span]) => `${day} ${span}`),
    { maxLength: 14 },
  ),
  { weight: 3, arbitrary: fc.constant(everyDay.map((day) => `${day} 00:00-24:00`)) },
  {
    weight: 2,
    arbitrary: fc.constant(everyDay.flatMap((day) => [`${day} 09:00-12:30`, `${day} 13:00-02:00`])),
  },
);

const near = fc.integer({ min: -2, max: 2 });
const clinic = fc.record({
  day: days,
  openingHours: weekly,
  workingHours: weekly,
  exceptions: fc.uniqueArray(fc.record({ offset: near, hours: fc.array(hours, { maxLength: 2 }) }), {
    maxLength: 2,
    selector: ({ offset }) => offset,
  }),
  leave: fc.array(fc.tuple(near, fc.integer({ min: 0, max: 1 })), { maxLength: 2 }),
  busy: fc.array(
    fc.record({
      at: fc.integer({ min: -600, max: 2000 }),
      durationMin: fc.integer({ min: 15, max: 480 }),
      bufferBeforeMin: fc.integer({ min: 0, max: 30 }),
      bufferAfterMin: fc.integer({ min: 0, max: 30 }),
    }),
    { maxLength: 5 },
  ),
  extent: fc.record({
    durationMin: fc.integer({ min: 15, max: 240 }),
    bufferBeforeMin: fc.constantFrom(0, 5, 7, 30),
    bufferAfterMin: fc.constantFrom(0, 5, 12, 30),
  }),
  gridMin: fc.constantFrom(5, 15, 20, 30, 45, 60, 120),
  offGrid: fc.boolean(),
  lateMin: fc.constantFrom(0, 15),
  noticeMin: fc.constantFrom(0, 0, 60, 1440),
  windowDays: fc.constantFrom(1, 2, 60),
  now: fc.integer({ min: -3000, max: 600 }),
  assigned: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0),
  asked: fc.array(fc.integer({ min: -60, max: 1560 }), { maxLength: 6 }),
});

type Clinic = typeof clinic extends fc.Arbitrary<infer One> ? One : never;

const plainDate = (date: string, offset: number) => Temporal.PlainDate.from(date).add({ days: offset });

/** From when to when somebody whose plan this is works, or the clinic is open, on the days around one. */
function spansAround(
  day: string,
  zone: string,
  week: readonly string[],
  special: ReadonlyMap<string, readonly string[]>,
): [from: number, to: number][] {
  return [-2, -1, 0, 1, 2].flatMap((offset) => {
    const date = plainDate(day, offset);
    const name = everyDay[date.dayOfWeek - 1]!;
    const spans =
      special.get(date.toString()) ?? week.filter((one) => one.startsWith(name)).map((one) => one.slice(4));
    return spans.map((span): [number, number] => {
      const [start, end] = span.split('-') as [string, string];
      const last = end === '24:00' || end <= start ? date.add({ days: 1 }) : date;
      const plainTime = end === '24:00' ? '00:00' : end;
      return [
        date.toZonedDateTime({ timeZone: zone, plainTime: start }).epochMilliseconds,
        last.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds,
      ];
    });
  });
}

/** The five-minute steps that a booking keeps its staff member busy. */
function steps(startAt: number, { durationMin, bufferBeforeMin, bufferAfterMin }: Extent): Set<number> {
  const taken = new Set<number>();
  for (let m = -bufferBeforeMin; m < durationMin + bufferAfterMin; m++) {
    taken.add(Math.floor((startAt + m * minute) / (5 * minute)));
  }
  return taken;
}

function reference(given: Clinic) {
  const [zone, date] = given.day;
  const midnight = plainDate(date, 0).toZonedDateTime(zone).epochMilliseconds;
  const nextMidnight = plainDate(date, 1).toZonedDateTime(zone).epochMilliseconds;
  const now = midnight + given.now * minute;
  const special = new Map(
    given.exceptions.map((one) => [plainDate(date, one.offset).toString(), one.hours as readonly string[]]),
  );
  for (const [first, more] of given.leave) {
    for (let n = 0; n <= more; n++) special.set(plainDate(date, first + n).toString(), []);
  }
  const open = spansAround(date, zone, given.openingHours, new Map());
  const works = spansAround(date, zone, given.workingHours, special);
  const serves = (instant: number) =>
    [open, works].every((spans) => spans.some(([from, to]) => from <= instant && instant < to));
  const taken = new Set(given.busy.flatMap((one) => [...steps(midnight + one.at * minute, one)]));
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();

  const canStart = (start: number): boolean => {
    if (!given.assigned) return false;
    if (start < now && start <= now - given.lateMin * minute) return false;
    if (given.noticeMin > 0 && start < now + given.noticeMin * minute) return false;
    if (today.until(plainDate(date, 0)).days >= given.windowDays) return false;
    if (!given.offGrid && (start - midnight) % (given.gridMin * minute) !== 0) return false;
    for (let m = 0; m < given.extent.durationMin; m++) if (!serves(start + m * minute)) return false;
    return ![...steps(start, given.extent)].some((step) => taken.has(step));
  };
  const starts = [];
  for (let at = midnight; at < nextMidnight; at += given.gridMin * minute) if (canStart(at)) starts.push(at);
  return { midnight, nextMidnight, now, starts, canStart };
}

test('what is offered and what is refused are what a walk through the minutes says', () => {
  fc.assert(
    fc.property(clinic, (given) => {
      const [zone, date] = given.day;
      const { midnight, nextMidnight, now, starts, canStart } = reference(given);
      const { openingHours, gridMin, offGrid, lateMin, noticeMin, windowDays, extent } = given;
      const rules: Rules = {
        now: new Date(now), zone, openingHours, gridMin, offGrid, lateMin, noticeMin, windowDays,
      }; // prettier-ignore
      const tick = 5 * minute;
      const staff: StaffPlan = {
        id: 'sari',
        assigned: given.assigned,
        workingHours: given.workingHours,
        exceptions: given.exceptions.map((one) => ({
          date: plainDate(date, one.offset).toString(),
          hours: one.hours,
        })),
        timeOff: given.leave.map(([first, more]) => ({
          from: plainDate(date, first).toString(),
          to: plainDate(date, first + more).toString(),
        })),
        busy: given.busy.map((one, n) => {
          const start = midnight + one.at * minute;
          const end = start + (one.durationMin + one.bufferAfterMin) * minute;
          const from = Math.floor((start - one.bufferBeforeMin * minute) / tick) * tick;
          return { bookingId: `b${n}`, from, to: Math.ceil(end / tick) * tick };
        }),
      };
      expect(slotsOn(date, rules, extent, [staff]).map(({ startAt }) => startAt.getTime())).toEqual(starts);
      const plan = new DayPlan(date, rules, extent);
      for (const asked of given.asked) {
        const start = midnight + asked * minute;
        if (start < midnight || start >= nextMidnight) continue;
        expect(plan.reasons(start, staff).length === 0).toBe(canStart(start));
      }
    }),
    { numRuns: 150 },
  );
});
