import { expect, test } from 'vitest';
import { hoursOf, problemsOf, timeOf, weekIn, weekOf, withBreak, type Week } from './hours.ts';

const empty = weekOf([]);
const formOf = (fields: [string, string][]) => {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
};

test('stored hours come back from the form as they were', () => {
  const stored = ['mon 09:00-12:00', 'mon 13:00-20:00', 'fri 20:00-02:00', 'sun 08:00-24:00'];
  expect(hoursOf(weekOf(stored))).toEqual(stored);
  expect(problemsOf(weekOf(stored))).toEqual({});
});

test('a day without its box is off, whatever stands in its fields', () => {
  const form = formOf([
    ['hours.mon.open', 'on'],
    ['hours.mon.from', '09:00'],
    ['hours.mon.to', '12:00'],
    ['hours.mon.from', ''],
    ['hours.mon.to', ''],
    ['hours.tue.from', '09:00'],
    ['hours.tue.to', '12:00'],
  ]);
  expect(hoursOf(weekIn(form, 'hours'))).toEqual(['mon 09:00-12:00']);
});

test.each([
  ['9', '09:00'],
  ['0930', '09:30'],
  ['930', '09:30'],
  ['9.30', '09:30'],
  ['24:00', '00:00'],
  ['24:30', undefined],
  ['9:75', undefined],
  ['noon', undefined],
  ['', undefined],
])('%j is understood as %j', (typed, time) => {
  expect(timeOf(typed)).toBe(time);
});

test('an open day whose times are missing or no times is not finished', () => {
  const form = formOf([
    ['hours.mon.open', 'on'],
    ['hours.tue.open', 'on'],
    ['hours.tue.from', '25:99'],
    ['hours.tue.to', '12:00'],
  ]);
  expect(problemsOf(weekIn(form, 'hours'))).toEqual({ mon: 'incomplete', tue: 'incomplete' });
});

test.each<[string, Partial<Week>, object]>([
  ['hours of a day that run into each other', { mon: [{ from: '09:00', to: '13:00' }, { from: '12:00', to: '20:00' }] }, { mon: 'overlap' }],
  ['a night that runs into the next day', { mon: [{ from: '20:00', to: '02:00' }], tue: [{ from: '01:00', to: '09:00' }] }, { tue: 'overlap' }],
  ['the night from Sunday to Monday', { sun: [{ from: '20:00', to: '02:00' }], mon: [{ from: '01:00', to: '09:00' }] }, { mon: 'overlap' }],
  ['hours that end when they begin', { mon: [{ from: '09:00', to: '09:00' }] }, { mon: 'empty' }],
  ['a whole day is none', { mon: [{ from: '00:00', to: '00:00' }] }, {}],
  ['hours that follow each other are none', { mon: [{ from: '09:00', to: '12:00' }, { from: '12:00', to: '20:00' }] }, {}],
])('%s', (_, days, problems) => {
  expect(problemsOf({ ...empty, ...days })).toEqual(problems);
}); // prettier-ignore

test('a break of an hour comes into the middle of a long span', () => {
  expect(withBreak([{ from: '09:00', to: '20:00' }])).toEqual([
    { from: '09:00', to: '13:00' },
    { from: '14:00', to: '20:00' },
  ]);
  expect(withBreak([{ from: '20:00', to: '04:00' }])).toEqual([
    { from: '20:00', to: '23:00' },
    { from: '00:00', to: '04:00' },
  ]);
  expect(withBreak([{ from: '09:00', to: '11:00' }])).toEqual([
    { from: '09:00', to: '11:00' },
    { from: '', to: '' },
  ]);
});
