// Clinics as they may be, and a reference of when they have time that is plain and obvious: it walks minute by minute
// and knows no intervals.
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import type { Extent } from '../bookings/holds.ts';
import type { SlotReason } from '../errors.ts';
import { remembering } from '../remembering.ts';

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

const datesOf = remembering<{ readonly date: string; readonly weekday: string }>();
const instantsOf = remembering<number>();

/** The local date so many days after another one. */
const dayAfter = (first: string, offset: number) =>
  datesOf(`${first} ${offset}`, () => {
    const date = Temporal.PlainDate.from(first).add({ days: offset });
    return { date: date.toString(), weekday: everyDay[date.dayOfWeek - 1]! };
  });

/** When a clock in a zone shows a time of a date; asked for again and again, and slow to work out. */
const instantOf = (timeZone: string, date: string, plainTime: string) =>
  instantsOf(
    `${timeZone} ${date} ${plainTime}`,
    () => Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds,
  );

const midnightOf = ([zone, first]: RandomClinic['place'], offset: number) =>
  instantOf(zone, dayAfter(first, offset).date, '00:00');

/** The days around the first one, of which anything is known. */
const [earliest, latest] = [-4, 6];

/** Of each minute, one after the other, for how many it goes on from there; 0 where it is not. */
type Minutes = Uint16Array;

/** In which minutes somebody whose plan this is works, or the clinic is open, on the days around some. */
function minutesOf(
  place: RandomClinic['place'],
  week: readonly string[],
  special: ReadonlyMap<number, readonly string[]>,
): Minutes {
  const [zone, first] = place;
  const zero = midnightOf(place, earliest);
  const minutes = new Uint16Array((latest - earliest + 1) * 1500);
  for (const offset of [-2, -1, 0, 1, 2, 3, 4]) {
    const { date, weekday } = dayAfter(first, offset);
    const usual = () => week.filter((one) => one.startsWith(weekday)).map((one) => one.slice(4));
    for (const one of special.get(offset) ?? usual()) {
      const [start, end] = one.split('-') as [string, string];
      const last = end === '24:00' || end <= start ? dayAfter(first, offset + 1).date : date;
      const from = instantOf(zone, date, start);
      const to = instantOf(zone, last, end === '24:00' ? '00:00' : end);
      for (let instant = from; instant < to; instant += minute) minutes[(instant - zero) / minute] = 1;
    }
  }
  for (let m = minutes.length - 2; m >= 0; m--) if (minutes[m]) minutes[m] = minutes[m + 1]! + 1;
  return minutes;
}

/** The five-minute steps that a booking keeps its staff member busy, by the minutes that it takes. */
function steps(startAt: number, { durationMin, bufferBeforeMin, bufferAfterMin }: Extent): number[] {
  const taken: number[] = [];
  for (let m = -bufferBeforeMin; m < durationMin + bufferAfterMin; m++) {
    const step = Math.floor((startAt + m * minute) / (5 * minute));
    if (step !== taken.at(-1)) taken.push(step);
  }
  return taken;
}

/** The same clinic without the bookings for which there is no room beside those before them. */
export function withRoomForAll(given: RandomClinic): RandomClinic {
  const staff = given.staff.map((one) => {
    const taken = new Set<number>();
    const planned = one.planned.filter((booking) => {
      const theirs = steps(booking.at * minute, booking);
      const fits = !theirs.some((step) => taken.has(step));
      if (fits) for (const step of theirs) taken.add(step);
      return fits;
    });
    return { ...one, planned };
  });
  return { ...given, staff };
}

/** What the days of a clinic are like, and what speaks against a start, each said as a receptionist would. */
export function referenceOf(given: RandomClinic) {
  const midnight = midnightOf(given.place, 0);
  const now = midnight + given.now * minute;
  const zero = midnightOf(given.place, earliest);
  const midnights = Array.from({ length: latest - earliest + 1 }, (_, n) =>
    midnightOf(given.place, earliest + n),
  );
  /** How many days after the first one. */
  const dayOf = (instant: number) => midnights.findLastIndex((from) => from <= instant) + earliest;
  const open = minutesOf(given.place, given.openingHours, new Map());
  const members = given.staff.map((one, who) => {
    const exceptions = new Map<number, readonly string[]>(
      one.exceptions.map(({ offset, hours }) => [offset, hours]),
    );
    const away = new Set(
      one.leave.flatMap(([from, more]) => Array.from({ length: more + 1 }, (_, n) => from + n)),
    );
    const present = new Map([...exceptions, ...[...away].map((offset) => [offset, []] as const)]);
    const rota = minutesOf(given.place, one.workingHours, exceptions);
    return {
      assigned: one.assigned,
      away,
      shifts: away.size > 0 ? minutesOf(given.place, one.workingHours, present) : rota,
      rota,
      planned: one.planned.map((booking, n) => ({
        id: `${who}/${n}`,
        taken: new Set(steps(midnight + booking.at * minute, booking)),
      })),
    };
  });

  const throughout = (minutes: Minutes, start: number): boolean =>
    (minutes[(start - zero) / minute] ?? 0) >= given.extent.durationMin;

  let wanted = { start: Number.NaN, steps: [] as number[] };

  const against = (start: number, who: number): SlotReason[] => {
    const { assigned, away, shifts, rota, planned: theirs } = members[who]!;
    const day = dayOf(start);
    const reasons: SlotReason[] = [];
    const late = start < now;
    if (given.publicly) {
      if (late) reasons.push({ code: 'PAST' });
      else if (start < now + given.noticeMin * minute) reasons.push({ code: 'NOTICE' });
      if ((start - midnights[day - earliest]!) % (given.gridMin * minute) !== 0)
        reasons.push({ code: 'OFF_GRID' });
      if (day - dayOf(now) >= given.windowDays) reasons.push({ code: 'WINDOW' });
    } else if (late && now - start >= given.gridMin * minute) reasons.push({ code: 'PAST' });
    if (!throughout(open, start)) reasons.push({ code: 'CLOSED' });
    if (!assigned) reasons.push({ code: 'NOT_ASSIGNED' });
    if (!throughout(shifts, start)) {
      const leave = away.has(day) || throughout(rota, start);
      reasons.push({ code: leave ? 'ON_LEAVE' : 'OFF_SHIFT' });
    }
    // Asked for one start of everybody in turn.
    if (wanted.start !== start) wanted = { start, steps: steps(start, given.extent) };
    for (const { id, taken } of theirs)
      if (wanted.steps.some((step) => taken.has(step))) reasons.push({ code: 'BUSY', bookingId: id });
    return reasons;
  };

  /** Every start on the grid of each day, with who is free. */
  const offered = () =>
    Array.from({ length: given.days }, (_, offset) => {
      const starts: { start: number; free: number[] }[] = [];
      const end = midnightOf(given.place, offset + 1);
      for (let start = midnightOf(given.place, offset); start < end; start += given.gridMin * minute) {
        const free = members.flatMap((_one, who) => (against(start, who).length === 0 ? [who] : []));
        if (free.length > 0) starts.push({ start, free });
      }
      return { date: dayAfter(given.place[1], offset).date, starts };
    });
  const end = midnightOf(given.place, given.days);
  // The moments at which a rule about now begins to speak are asked for too.
  const edges = [-given.gridMin, 0, given.noticeMin].map((minutes) => given.now + minutes);
  const asked = [...edges, ...given.asked]
    .map((at) => midnight + at * minute)
    .filter((start) => midnight <= start && start < end);
  return { midnight, now: new Date(now), against, offered, asked };
}

/** A member's dated hours and leave as they are stored. */
export function absences(given: RandomClinic, { exceptions, leave }: RandomMember) {
  const date = (offset: number) => dayAfter(given.place[1], offset).date;
  return {
    exceptions: exceptions.map(({ offset, hours }) => ({ date: date(offset), hours })),
    timeOff: leave.map(([from, more]) => ({ from: date(from), to: date(from + more) })),
  };
}
