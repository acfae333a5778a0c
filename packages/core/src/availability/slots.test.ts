import { expect, test } from 'vitest';
import type { StaffId } from '../staff/schema.ts';
import { Days } from './days.ts';
import { slotsOn, Starts, type Rules, type StaffPlan } from './slots.ts';

const rules: Rules = {
  now: new Date('2026-11-24T02:00:00Z'), // Tuesday 09:00 in Jakarta
  openingHours: ['tue 09:00-18:00', 'wed 09:00-18:00'],
  gridMin: 30,
  offGrid: true,
  lateMin: 30,
  noticeMin: 0,
  windowDays: 30,
};
const hour = { durationMin: 60, bufferBeforeMin: 0, bufferAfterMin: 0 };
const at = (time: string, day = '24') => Date.parse(`2026-11-${day}T${time}:00+07:00`);
const sari: StaffPlan = {
  id: 'sari' as StaffId,
  assigned: true,
  workingHours: ['tue 09:00-12:00', 'tue 13:00-17:00'],
  exceptions: [],
  timeOff: [],
  busy: [],
};
const slots = (date: string, plan: Partial<StaffPlan>, also: Partial<Rules> = {}, extent = hour) => {
  const starts = new Starts(new Days({ from: date, days: 1 }, 'Asia/Jakarta'), { ...rules, ...also }, extent);
  return slotsOn(starts, date, extent.durationMin, [{ ...sari, ...plan }], rules.gridMin);
};
const times = (plan: Partial<StaffPlan>, also: Partial<Rules> = {}, extent = hour) =>
  slots('2026-11-24', plan, also, extent).map(({ startAt }) =>
    new Date(startAt.getTime() + 7 * 3_600_000).toISOString().slice(11, 16),
  );
const codes = (start: number, plan: Partial<StaffPlan> = {}, also: Partial<Rules> = {}, extent = hour) =>
  new Starts(
    new Days({ from: new Date(start + 7 * 3_600_000).toISOString().slice(0, 10), days: 1 }, 'Asia/Jakarta'),
    { ...rules, ...also },
    extent,
  )
    .reasons(start, { ...sari, ...plan })
    .map(({ code }) => code);

test('a day of shifts with a break offers every start whose whole treatment fits', () => {
  expect(times({})).toEqual([
    '09:00', '09:30', '10:00', '10:30', '11:00', '13:00', '13:30', '14:00', '14:30', '15:00', '15:30', '16:00',
  ]); // prettier-ignore
});

test('what is taken is not offered, and buffers count on both sides', () => {
  const busy = [{ from: at('10:00'), to: at('11:00'), bookingId: 'b1' }];
  expect(times({ busy })).not.toContain('09:30');
  expect(times({ busy })).toEqual(expect.arrayContaining(['09:00', '11:00']));
  const buffered = { durationMin: 60, bufferBeforeMin: 0, bufferAfterMin: 15 };
  expect(times({ busy }, {}, buffered)).not.toContain('09:00');
  expect(codes(at('10:30'), { busy })).toEqual(['BUSY']);
});

test('each reason is named', () => {
  expect(codes(at('10:00'))).toEqual([]);
  expect(codes(at('08:00'))).toEqual(['PAST', 'CLOSED', 'OFF_SHIFT']);
  expect(codes(at('12:00'))).toEqual(['OFF_SHIFT']);
  expect(codes(at('17:30'))).toEqual(['CLOSED', 'OFF_SHIFT']);
  expect(codes(at('10:00'), { assigned: false })).toEqual(['NOT_ASSIGNED']);
  expect(codes(at('10:00'), { timeOff: [{ from: '2026-11-20', to: '2026-11-24' }] })).toEqual(['ON_LEAVE']);
  expect(codes(at('10:00'), {}, { noticeMin: 120 })).toEqual(['NOTICE']);
  expect(codes(at('10:00', '25'), {}, { windowDays: 1 })).toEqual(['WINDOW', 'OFF_SHIFT']);
});

test('the running quarter of an hour can still be booked, the one before it cannot', () => {
  const now = new Date(at('10:07'));
  expect(codes(at('10:00'), {}, { now, lateMin: 15 })).toEqual([]);
  expect(codes(at('09:45'), {}, { now, lateMin: 15 })).toEqual(['PAST']);
  expect(codes(at('10:00'), {}, { now, lateMin: 0 })).toEqual(['PAST']);
  expect(codes(now.getTime(), {}, { now, lateMin: 0 })).toEqual([]);
});

test('who keeps to the grid is refused beside it', () => {
  expect(codes(at('10:15'))).toEqual([]);
  expect(codes(at('10:15'), {}, { offGrid: false })).toEqual(['OFF_GRID']);
  expect(codes(at('10:30'), {}, { offGrid: false })).toEqual([]);
});

test('leave takes the shifts that begin on its days, with their hours after midnight', () => {
  const night: Partial<Rules> = { openingHours: ['mon 18:00-04:00', 'tue 18:00-04:00', 'wed 18:00-04:00'] };
  const plan = {
    workingHours: ['mon 18:00-04:00', 'tue 18:00-04:00'],
    timeOff: [{ from: '2026-11-24', to: '2026-11-24' }],
  };
  const now = new Date(at('00:00'));
  expect(codes(at('01:00'), plan, { ...night, now })).toEqual([]);
  expect(codes(at('20:00'), plan, night)).toEqual(['ON_LEAVE']);
  expect(codes(at('01:00', '25'), plan, night)).toEqual(['ON_LEAVE']);
  expect(codes(at('20:00', '25'), plan, night)).toEqual(['OFF_SHIFT']);
});

test('a shift that passes midnight is offered on both days', () => {
  const night: Partial<Rules> = { openingHours: ['tue 18:00-03:00'] };
  const plan = { workingHours: ['tue 18:00-03:00'] };
  const starts = (date: string) => slots(date, plan, night).map(({ startAt }) => startAt.getTime());
  expect(starts('2026-11-24')).toContain(at('23:30'));
  expect(starts('2026-11-25')).toEqual([
    at('00:00', '25'),
    at('00:30', '25'),
    at('01:00', '25'),
    at('01:30', '25'),
    at('02:00', '25'),
  ]);
});

test('what is offered and what is refused agree for every start', () => {
  const busy = [{ from: at('14:10'), to: at('14:50'), bookingId: 'b1' }];
  const offered = new Set(slots('2026-11-24', { busy }).map(({ startAt }) => startAt.getTime()));
  for (let start = at('00:00'); start < at('23:59'); start += 30 * 60_000) {
    expect(offered.has(start)).toBe(codes(start, { busy }).length === 0);
  }
});
