// Clinics as they may be, and a reference of when they have time that is slow and obvious: it walks minute by minute
// and knows no intervals.
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import type { Extent } from '../bookings/holds.ts';
import type { SlotReason } from '../errors.ts';

const minute = 60_000;

/** Days on which the clocks change, or nearly, and ordinary ones. */
const places = fc.constantFrom(
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
) as fc.Arbitrary<[zone: string, date: string]>;

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '20', '30', '45'))
  .map(([hour, minutes]) => `${String(hour).padStart(2, '0')}:${minutes}`);
const span = fc.tuple(clock, fc.oneof(clock, fc.constant('24:00'))).map(([start, end]) => `${start}-${end}`);
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const daily = (...spans: string[]) => everyDay.flatMap((day) => spans.map((one) => `${day} ${one}`));
const weekly = fc.oneof(
  span.map((one) => daily(one)),
  fc.array(
    fc.tuple(fc.constantFrom(...everyDay), span).map(([day, one]) => `${day} ${one}`),
    { maxLength: 14 },
  ),
  { weight: 3, arbitrary: fc.constant(daily('00:00-24:00')) },
  { weight: 2, arbitrary: fc.constant(daily('09:00-12:30', '13:00-02:00')) },
);

const near = fc.integer({ min: -2, max: 3 });
const planned = fc.record({
  /** Minutes from the first midnight. */
  at: fc.integer({ min: -600, max: 3500 }),
  durationMin: fc.integer({ min: 15, max: 480 }),
  bufferBeforeMin: fc.integer({ min: 0, max: 30 }),
  bufferAfterMin: fc.integer({ min: 0, max: 30 }),
});
const member = fc.record({
  workingHours: weekly,
  exceptions: fc.uniqueArray(fc.record({ offset: near, hours: fc.array(span, { maxLength: 2 }) }), {
    maxLength: 2,
    selector: ({ offset }) => offset,
  }),
  /** From how many days after the first one, and for how many days more. */
  leave: fc.array(fc.tuple(near, fc.integer({ min: 0, max: 1 })), { maxLength: 2 }),
  planned: fc.array(planned, { maxLength: 6 }),
  assigned: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0),
});

export const randomClinic = fc.record({
  place: places,
  days: fc.integer({ min: 1, max: 3 }),
  openingHours: weekly,
  staff: fc.array(member, { minLength: 1, maxLength: 3 }),
  extent: fc.record({
    durationMin: fc.integer({ min: 15, max: 240 }),
    bufferBeforeMin: fc.constantFrom(0, 5, 7, 30),
    bufferAfterMin: fc.constantFrom(0, 5, 12, 30),
  }),
  gridMin: fc.constantFrom(5, 15, 20, 30, 45, 60, 120),
  /** Whether a patient asks, whom grid, notice and window bind. */
  publicly: fc.boolean(),
  noticeMin: fc.constantFrom(0, 0, 60, 1440),
  windowDays: fc.constantFrom(1, 2, 60),
  /** Minutes from the first midnight. */
  now: fc.integer({ min: -3000, max: 900 }),
  asked: fc.array(fc.integer({ min: 0, max: 4400 }), { maxLength: 8 }),
});

type Random = typeof randomClinic extends fc.Arbitrary<infer One> ? One : never;
export type RandomClinic = Omit<Random, 'extent'> & { readonly extent: Extent };
export type RandomMember = RandomClinic['staff'][number];

export const plainDate = (date: string, offset: number) =>
  Temporal.PlainDate.from(date).add({ days: offset });

const midnightOf = (zone: string, date: Temporal.PlainDate) => date.toZonedDateTime(zone).epochMilliseconds;

/** From when to when somebody whose plan this is works, or the clinic is open, on the days around some. */
function spansAround(
  [zone, first]: RandomClinic['place'],
  week: readonly string[],
  special: ReadonlyMap<string, readonly string[]>,
): [from: number, to: number][] {
  return [-2, -1, 0, 1, 2, 3, 4].flatMap((offset) => {
    const date = plainDate(first, offset);
    const name = everyDay[date.dayOfWeek - 1]!;
    const spans =
      special.get(date.toString()) ?? week.filter((one) => one.startsWith(name)).map((one) => one.slice(4));
    return spans.map((one): [number, number] => {
      const [start, end] = one.split('-') as [string, string];
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

/** What the days of a clinic are like, and what speaks against a start, each said as a receptionist would. */
export function referenceOf(given: RandomClinic) {
  const [zone, first] = given.place;
  const midnight = midnightOf(zone, plainDate(first, 0));
  const now = midnight + given.now * minute;
  const dayOf = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate();
  const open = spansAround(given.place, given.openingHours, new Map());
  const members = given.staff.map((one, who) => {
    const exceptions = new Map<string, readonly string[]>(
      one.exceptions.map(({ offset, hours }) => [plainDate(first, offset).toString(), hours]),
    );
    const away = new Set(
      one.leave.flatMap(([from, more]) =>
        Array.from({ length: more + 1 }, (_, n) => plainDate(first, from + n).toString()),
      ),
    );
    const present = new Map([...exceptions, ...[...away].map((date) => [date, []] as const)]);
    return {
      assigned: one.assigned,
      away,
      shifts: spansAround(given.place, one.workingHours, present),
      rota: spansAround(given.place, one.workingHours, exceptions),
      planned: one.planned.map((booking, n) => ({
        id: `${who}/${n}`,
        taken: steps(midnight + booking.at * minute, booking),
      })),
    };
  });

  const throughout = (spans: [number, number][], start: number): boolean => {
    for (let m = 0; m < given.extent.durationMin; m++) {
      const instant = start + m * minute;
      if (!spans.some(([from, to]) => from <= instant && instant < to)) return false;
    }
    return true;
  };

  const against = (start: number, who: number): SlotReason[] => {
    const { assigned, away, shifts, rota, planned: theirs } = members[who]!;
    const day = dayOf(start);
    const reasons: SlotReason[] = [];
    const late = start < now;
    if (given.publicly) {
      if (late) reasons.push({ code: 'PAST' });
      else if (start < now + given.noticeMin * minute) reasons.push({ code: 'NOTICE' });
      if ((start - midnightOf(zone, day)) % (given.gridMin * minute) !== 0)
        reasons.push({ code: 'OFF_GRID' });
      if (dayOf(now).until(day).days >= given.windowDays) reasons.push({ code: 'WINDOW' });
    } else if (late && now - start >= given.gridMin * minute) reasons.push({ code: 'PAST' });
    if (!throughout(open, start)) reasons.push({ code: 'CLOSED' });
    if (!assigned) reasons.push({ code: 'NOT_ASSIGNED' });
    if (!throughout(shifts, start)) {
      const leave = away.has(day.toString()) || throughout(rota, start);
      reasons.push({ code: leave ? 'ON_LEAVE' : 'OFF_SHIFT' });
    }
    const wanted = steps(start, given.extent);
    for (const { id, taken } of theirs) {
      if ([...wanted].some((step) => taken.has(step))) reasons.push({ code: 'BUSY', bookingId: id });
    }
    return reasons;
  };

  /** Every start on the grid of each day, with who is free. */
  const offered = Array.from({ length: given.days }, (_, offset) => {
    const day = plainDate(first, offset);
    const starts: { start: number; free: number[] }[] = [];
    const end = midnightOf(zone, day.add({ days: 1 }));
    for (let start = midnightOf(zone, day); start < end; start += given.gridMin * minute) {
      const free = members.flatMap((_one, who) => (against(start, who).length === 0 ? [who] : []));
      if (free.length > 0) starts.push({ start, free });
    }
    return { date: day.toString(), starts };
  });
  const end = midnightOf(zone, plainDate(first, given.days));
  // The moments at which a rule about now begins to speak are asked for too.
  const edges = [-given.gridMin, 0, given.noticeMin].map((minutes) => given.now + minutes);
  const asked = [...edges, ...given.asked]
    .map((at) => midnight + at * minute)
    .filter((start) => midnight <= start && start < end);
  return { midnight, now: new Date(now), against, offered, asked };
}

/** A member's dated hours and leave as they are stored. */
export function absences(given: RandomClinic, { exceptions, leave }: RandomMember) {
  const date = (offset: number) => plainDate(given.place[1], offset).toString();
  return {
    exceptions: exceptions.map(({ offset, hours }) => ({ date: date(offset), hours })),
    timeOff: leave.map(([from, more]) => ({ from: date(from), to: date(from + more) })),
  };
}
