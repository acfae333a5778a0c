import { expect, test } from 'vitest';
import { rangeOf } from './range.ts';

const asking = (query: string, today = '2026-11-25') => rangeOf(new URLSearchParams(query), today);

test('a week and a month up to today are compared with the same part of the one before', () => {
  expect(asking('range=week')).toMatchObject({
    from: '2026-11-23',
    to: '2026-11-25',
    before: { from: '2026-11-16', to: '2026-11-18' },
  });
  expect(asking('range=month')).toMatchObject({
    from: '2026-11-01',
    to: '2026-11-25',
    before: { from: '2026-10-01', to: '2026-10-25' },
  });
  expect(asking('range=month', '2027-03-31').before).toEqual({ from: '2027-02-01', to: '2027-02-28' });
});

test('a day, and days of one choice, are compared with as many days just before', () => {
  expect(asking('range=today').before).toEqual({ from: '2026-11-24', to: '2026-11-24' });
  expect(asking('range=own&from=2026-11-10&to=2026-11-12')).toMatchObject({
    kind: 'own',
    before: { from: '2026-11-07', to: '2026-11-09' },
  });
});

test.each(['', 'range=all', 'range=own', 'range=own&from=2026-11-12&to=2026-11-10', 'range=own&from=x&to=y'])(
  'what makes no sense is this month: %j',
  (query) => {
    expect(asking(query)).toMatchObject({ kind: 'month', from: '2026-11-01' });
  },
);
