import { expect, test } from 'vitest';
import { absentFor } from './absent.ts';
import { m } from './paraglide/messages.js';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
const booked = (from: number, to: number) => ({ startAt: at(from), endAt: at(to) });
const works = { work: [{ from: at(9).getTime(), to: at(12).getTime() }], isAway: false };

test('a booking says when whoever has it is on leave or off at that time', () => {
  expect(absentFor(booked(9, 12), works)).toBeUndefined();
  expect(absentFor(booked(11, 13), works)).toBe(m.calendar_off());
  expect(absentFor(booked(11, 13), { work: [], isAway: true })).toBe(m.staff_leave());
  // Put there with a reason: known already, unless leave came since.
  const over = { ...booked(11, 13), override: { reason: 'VIP' } };
  expect(absentFor(over, works)).toBeUndefined();
  expect(absentFor(over, { work: [], isAway: true })).toBe(m.staff_leave());
});
