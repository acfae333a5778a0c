import { addDays } from '@paper-circe/api';
import { expect, test } from 'vitest';
import { choiceOf } from './slots.ts';

const clinic = { today: '2026-11-24', timezone: 'Asia/Jakarta', now: new Date('2026-11-24T09:10:00+07:00') };

/** Two weeks from a day on, with one free time on each but these. */
const allBut = (full: readonly string[]) => async (from: string) =>
  Array.from({ length: 14 }, (_, n) => {
    const date = addDays(from, n);
    const startAt = new Date(`${date}T10:00:00+07:00`);
    return { date, times: full.includes(date) ? [] : [{ startAt, endAt: startAt, staffIds: [] }] };
  });

test('what is moved is looked for from its own day on, until another day or stretch is asked for', async () => {
  const shown = async (wanted: { date?: string; from?: string; near?: string }, full: string[] = []) =>
    (await choiceOf(clinic, { date: null, from: null, ...wanted }, allBut(full))).date;
  expect(await shown({})).toBe('2026-11-24');
  expect(await shown({ near: '2026-11-27' })).toBe('2026-11-27');
  expect(await shown({ near: '2026-11-27' }, ['2026-11-27'])).toBe('2026-11-28');
  expect(await shown({ near: '2027-01-20' })).toBe('2027-01-20');
  expect(await shown({ near: '2026-11-27', date: '2026-11-25' })).toBe('2026-11-25');
  expect(await shown({ near: '2026-11-27', from: '2026-12-08' })).toBe('2026-12-08');
});

test('a time that has begun is not offered, and one that begins now is', async () => {
  const shown = async (clock: string) => {
    const now = new Date(`2026-11-24T${clock}+07:00`);
    return choiceOf({ ...clinic, now }, { date: null, from: null }, allBut([]));
  };
  const before = await shown('10:00:00');
  expect([before.date, before.times[0]?.time, before.days[0]?.count]).toEqual(['2026-11-24', '10:00', 1]);
  const after = await shown('10:00:01');
  expect([after.date, after.days[0]?.count]).toEqual(['2026-11-25', 0]);
  expect(after.next[0]?.date).toBe('2026-11-25');
});
