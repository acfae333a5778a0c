import { expect, test } from 'vitest';
import type { Staff } from '@paper-circe/api';
import {
  absences,
  endWithin,
  freeTimes,
  hoursOf,
  inLanes,
  latest,
  stepFor,
  stepsOf,
  stepped,
  timeOf,
  type Day,
  type Entry,
  type Shift,
} from './grid.ts';
import { rotaOf } from './shifts.ts';

const jakarta = 'Asia/Jakarta';
const date = '2026-11-24';
const at = (time: string, on = date) => Date.parse(`${on}T${time}:00+07:00`);
const span = (from: string, to: string) => ({ from: at(from), to: at(to) });
const clockIn = (zone: string) => (instant: number) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(instant);
const hourIn = (zone: string) => (instant: number) => Number(clockIn(zone)(instant).slice(0, 2));

let made = 0;
function entry(from: string, to: string, changes: Partial<Entry> = {}): Entry {
  made += 1;
  return {
    id: String(made).padStart(24, '0'),
    revision: 1,
    status: 'confirmed',
    startAt: new Date(at(from)),
    endAt: new Date(at(to)),
    bufferBeforeMin: 0,
    bufferAfterMin: 0,
    ...changes,
  } as Entry;
}

const member = (id: string, workingHours: string[], rest: Partial<Staff> = {}) =>
  ({ id, isActive: true, workingHours, exceptions: [], timeOff: [], ...rest }) as unknown as Staff;
const everyday = (hours: string) =>
  ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} ${hours}`);
const times = (spans: readonly { from: number; to: number }[], zone = jakarta) =>
  spans.map(({ from, to }) => `${clockIn(zone)(from)}-${clockIn(zone)(to)}`);

function shownHours(days: readonly Day[], shifts: readonly Shift[], zone: string) {
  const busy = (day: Day) => shifts.flatMap((shift) => (shift.date === day.date ? shift.work : []));
  const hours = hoursOf(days, busy, hourIn(zone));
  return days.map((day) => hours.get(day.date)?.marks.map(clockIn(zone)));
}

test('a shift is the hours of somebody while the clinic is open, and leave is told apart from a day off', () => {
  const staff = [
    member('a', ['tue 08:00-12:00', 'tue 13:00-22:00']),
    member('b', everyday('09:00-17:00'), { timeOff: [{ from: date, to: date }] }),
    member('c', ['mon 09:00-17:00']),
  ];
  const { days, shifts } = rotaOf([date], staff, everyday('09:00-20:00'), jakarta);
  expect(times(days[0]!.open)).toEqual(['09:00-20:00']);
  expect(shifts.map(({ work, isAway }) => [times(work), isAway])).toEqual([
    [['09:00-12:00', '13:00-20:00'], false],
    [[], true],
    [[], false],
  ]);
});

test('a night belongs to the day on which it begins, and what is left of it to the next', () => {
  const staff = [member('a', ['tue 20:00-02:00'])];
  const { days, shifts } = rotaOf([date, '2026-11-25'], staff, everyday('18:00-03:00'), jakarta);
  expect(shifts.map(({ work }) => times(work))).toEqual([['20:00-02:00'], ['00:00-02:00']]);
  expect(shownHours([days[0]!], shifts, jakarta)).toEqual([
    ['20:00', '21:00', '22:00', '23:00', '00:00', '01:00'],
  ]);
});

test.each([
  ['2026-03-29', ['00:00', '01:00', '03:00', '04:00']],
  ['2026-10-25', ['00:00', '01:00', '02:00', '02:00', '03:00', '04:00']],
])('every hour of %s is there once as it passes, where the clock is changed', (day, expected) => {
  const zone = 'Europe/Berlin';
  const { days, shifts } = rotaOf(
    [day],
    [member('a', everyday('00:00-05:00'))],
    everyday('00:00-24:00'),
    zone,
  );
  expect(shownHours(days, shifts, zone)).toEqual([expected]);
});

test('the days of a week begin at the same hour of the clock and are as long', () => {
  const staff = [member('a', ['mon 10:00-12:00', 'tue 08:00-10:00', 'sun 09:00-15:30'])];
  const week = ['23', '24', '25', '26', '27', '28', '29'].map((day) => `2026-11-${day}`);
  const { days, shifts } = rotaOf(week, staff, everyday('00:00-24:00'), jakarta);
  const hours = ['08:00', '09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00'];
  expect(shownHours(days, shifts, jakarta)).toEqual(week.map(() => hours));
});

test('what is not worked is named: a break between shifts, hours off, a closed clinic, leave', () => {
  const shift = { staffId: 'a', date, work: [span('10:00', '12:00'), span('13:00', '15:00')], isAway: false };
  const open = [span('09:00', '16:00')];
  const named = (gaps: ReturnType<typeof absences>) =>
    gaps.map(({ kind, ...gap }) => [kind, ...times([gap])]);
  expect(named(absences(span('08:00', '18:00'), shift, [span('09:00', '15:00')]))).toEqual([
    ['off', '08:00-10:00'],
    ['break', '12:00-13:00'],
    ['closed', '15:00-18:00'],
  ]);
  expect(named(absences(span('08:00', '10:00'), { ...shift, work: [], isAway: true }, open))).toEqual([
    ['away', '08:00-10:00'],
  ]);
});

test('free times are what a shift has left, buffers kept, from now on, to the half hour', () => {
  const shift = { staffId: 'a', date, work: [span('09:00', '12:00')], isAway: false };
  const own = [
    entry('10:00', '10:40', { bufferAfterMin: 5 }),
    entry('11:30', '12:00', { status: 'no-show' }),
  ];
  const free = freeTimes(span('09:00', '18:00'), shift, own, at('09:12'));
  expect(times(free)).toEqual(['09:15-09:30', '09:30-10:00', '10:45-11:00', '11:00-11:30', '11:30-12:00']);
});

test('bookings that overlap lie side by side, and share the width only where they do', () => {
  const lanes = inLanes([
    entry('09:00', '10:00'),
    entry('09:30', '10:30'),
    entry('10:00', '11:00'),
    entry('11:00', '12:00'),
  ]);
  expect(lanes.map(({ lane, lanes: of }) => [lane, of])).toEqual([
    [0, 2],
    [1, 2],
    [0, 2],
    [0, 1],
  ]);
  const many = inLanes(Array.from({ length: 6 }, () => entry('09:00', '10:00')));
  expect(Math.max(...many.map(({ lanes: of }) => of))).toBe(4);
});

test('of a booking the newest revision counts, and a cancelled one takes no room', () => {
  const [a, b] = [entry('09:00', '10:00', { notes: 'pintu belakang' }), entry('10:00', '11:00')];
  const { notes: _, ...heard } = { ...a, revision: 2, startAt: new Date(at('12:00')) };
  expect(latest([a, b], [heard, { ...b, revision: 2, status: 'cancelled' }])).toEqual([
    { ...heard, notes: 'pintu belakang' },
  ]);
  expect(latest([{ ...a, revision: 3 }], [heard]).map(timeOf)).toEqual([span('09:00', '10:00')]);
});

test('a step keeps to the grid of the clinic, and leads back to it from beside it', () => {
  expect([5, 10, 15, 20, 30, 60].map(stepFor)).toEqual([5, 10, 15, 10, 15, 15]);
  const midnight = at('00:00');
  const walked = [stepped(at('10:10'), midnight, 15, 1), stepped(at('10:10'), midnight, 15, -1)];
  expect(walked.map(clockIn(jakarta))).toEqual(['10:15', '10:00']);
  expect(clockIn(jakarta)(stepped(at('10:15'), midnight, 15, -1))).toBe('10:00');
});

test('the bookings of a visit know their place in it, one that is alone knows none', () => {
  const visitId = 'v'.repeat(24) as NonNullable<Entry['visitId']>;
  const [second, alone, first] = [
    entry('11:00', '11:30', { visitId }),
    entry('09:00', '10:00', { visitId: 'w'.repeat(24) as typeof visitId }),
    entry('10:00', '11:00', { visitId }),
  ];
  const steps = stepsOf([second, alone, first, entry('12:00', '13:00')]);
  expect([first, second].map(({ id }) => steps.get(id))).toEqual([
    { n: 1, count: 2 },
    { n: 2, count: 2 },
  ]);
  expect(steps.size).toBe(2);
});

test('an end is pulled no nearer and no further than a treatment lasts', () => {
  const booking = entry('10:00', '11:00');
  const ends = ['09:30', '10:10', '11:20', '19:00'].map((time) => endWithin(booking, at(time)).getTime());
  expect(ends).toEqual(['10:15', '10:15', '11:20', '18:00'].map((time) => at(time)));
});
